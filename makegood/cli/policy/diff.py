"""`makegood policy diff OLD NEW`: what changes for customers, each kind of change with a case."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from makegood.cli.policy.check import add_seconds, with_solver
from makegood.cli.policy.reading import STDIN, WRONG, Refused, as_json, policy_of

HELP = "Tell what changes for customers from one version of a policy to the next."


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `diff` takes."""
    parser.add_argument("old", metavar="OLD", help="the policy document as it is, - for standard input")
    parser.add_argument("new", metavar="NEW", help="the policy document as it is to be, - for standard input")
    parser.add_argument("--json", action="store_true", help="print the changes as one line of JSON")
    add_seconds(parser)


def run(options: Namespace) -> int:
    """Tell the changes. Raises Refused, also where the solver is missing, and PolicyErrors."""
    if options.old == options.new == STDIN:
        raise Refused("Standard input can be read only once.")
    with_solver("What changes between two policies is found by the solver z3.")
    old, new = policy_of(options.old), policy_of(options.new)
    from makegood.policy.checks.proofs.differences import difference
    from makegood.policy.checks.replies import CannotCompare
    from makegood.policy.checks.telling import difference_in_text

    try:
        found = difference(old, new, options.seconds)
    except CannotCompare as refusal:
        raise Refused(str(refusal), WRONG) from None
    print(as_json(found.to_json()) if options.json else difference_in_text(found))
    return 0
