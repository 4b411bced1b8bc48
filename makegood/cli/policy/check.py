"""`makegood policy check FILE…`: what is wrong with a policy, found before a customer finds it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from makegood.cli.policy.reading import STDIN, WRONG, Refused, as_json, named, policy_of, problems_as_json

if TYPE_CHECKING:
    from makegood.policy import Policy

HELP = "Find what is wrong with policies: what cannot matter, overlaps, holes, examples."
SECONDS = 5.0
LONGEST = 3600


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `check` takes."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a policy document, - for standard input")
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each document")
    parser.add_argument("--quick", action="store_true", help="look only at what needs no solver")
    parser.add_argument(
        "--statute",
        metavar="FILE",
        action="append",
        default=[],
        help="prove that the policy is never stricter than this document, or show a case; may be repeated",
    )
    parser.add_argument(
        "--same-rules-as",
        metavar="FILE",
        help="require the rules of this document, which may be in another language",
    )
    add_seconds(parser)


def add_seconds(parser: ArgumentParser) -> None:
    """Add how long the solver may take for each question."""
    parser.add_argument(
        "--seconds", type=seconds, default=SECONDS, metavar="N", help=f"for each proof (default {SECONDS:g})"
    )


def run(options: Namespace) -> int:
    """Check every document, also after one that is wrong; 1 when one is. Raises Refused, PolicyErrors."""
    if (*options.files, *options.statute, options.same_rules_as).count(STDIN) > 1:
        raise Refused("Standard input can be read only once.")
    if options.statute:
        with_solver("--statute needs the solver z3.")
    statutes = [policy_of(file) for file in options.statute]
    original = policy_of(options.same_rules_as) if options.same_rules_as else None
    return max(_check(file, statutes, original, options) for file in options.files)


def with_solver(why: str) -> None:
    """Make sure that proofs can be made here. Raises Refused, which begins with `why`."""
    from makegood.policy.checks import solver

    if not solver.installed():
        raise Refused(f"{why} {solver.HOW_TO_INSTALL}")


def _check(file: str, statutes: Sequence[Policy], original: Policy | None, options: Namespace) -> int:
    from makegood.policy.checks.report import report
    from makegood.policy.checks.telling import report_in_text
    from makegood.policy.errors import PolicyErrors

    try:
        policy = policy_of(file)
    except PolicyErrors as errors:
        if options.json:
            print(as_json({"file": named(file), "fine": False, "findings": problems_as_json(errors)}))
        else:
            print(errors, file=sys.stderr)
        return WRONG
    found = report(policy, proving=not options.quick, seconds=options.seconds)
    against = [_against(statute, policy, options.seconds) for statute in statutes]
    unlike = _unlike(policy, original)
    wrong = found.is_wrong or bool(unlike) or any(stricter for stricter, _, _ in against)
    if options.json:
        told = found.to_json() | {"fine": not wrong, "statutes": [each for _, _, each in against]}
        print(as_json(told if original is None else told | {"other_rules": unlike}))
    else:
        compared = (
            [] if original is None else ["\n".join(unlike) or f"The rules are those of {original.source}."]
        )
        print("\n\n".join((report_in_text(found), *(text for _, text, _ in against), *compared)))
    return WRONG if wrong else 0


def _unlike(policy: Policy, original: Policy | None) -> list[str]:
    """What the rules of a document and of the original, None where there is none, do not agree on."""
    from makegood.policy.languages.same_rules import differences_of_rules

    return [] if original is None else [str(each) for each in differences_of_rules(original, policy)]


def _against(statute: Policy, policy: Policy, most: float) -> tuple[bool, str, dict[str, Any]]:
    """Whether a policy is stricter than a statute, or cannot be compared; in text and as JSON."""
    from makegood.policy.checks.proofs.differences import strictness
    from makegood.policy.checks.replies import CannotCompare, Said
    from makegood.policy.checks.telling import strictness_in_text

    try:
        found = strictness(statute, policy, most)
    except CannotCompare as refusal:
        return True, str(refusal), {"statute": statute.source, "refused": str(refusal)}
    proved = len(found.of(Said.NONE)) == len(found.changes)
    told = {"statute": statute.source, "never_stricter": proved, **found.to_json()}
    return bool(found.of(Said.CASE)), strictness_in_text(found), told


def seconds(written: str) -> float:
    """Return a length of time written on the command line. Raises ArgumentTypeError."""
    try:
        found = float(written)
    except ValueError:
        found = 0.0
    if not 0 < found <= LONGEST:
        raise ArgumentTypeError(f"{written} is not a number of seconds, more than 0 and up to {LONGEST}")
    return found
