"""`makegood policy decide FILE --facts FACTS`: one line of JSON for each case."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from makegood.cli.policy import statutes
from makegood.cli.policy.reading import STDIN, WRONG, Refused, as_json, policy_of

if TYPE_CHECKING:
    from makegood.cli.policy.cases import Case
    from makegood.cli.policy.statutes import Decider

HELP = "Decide cases by a policy; prints one line of JSON for each."
FACTS_HELP = (
    "the cases in JSON, - for standard input: an object of facts, a list of such, or one a line; "
    'each may be {"id": …, "facts": {…}}'
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `decide` takes."""
    parser.add_argument("file", metavar="FILE", help="a policy document, - for standard input")
    parser.add_argument("--facts", required=True, metavar="FACTS", help=FACTS_HELP)
    statutes.add_argument(parser)
    parser.add_argument("--json", action="store_true", help="as it does anyway: there is no other form")


def run(options: Namespace) -> int:
    """Print the result of each case; 1 when a case is wrong. Raises Refused, PolicyErrors."""
    decide, cases = decider_and_cases(options)
    wrong = count = 0
    for result in results(decide, cases):
        count += 1
        wrong += "error" in result
        # Whoever feeds us line by line may wait for each answer before the next question.
        print(as_json(result), flush=True)
    return say_wrong(wrong, count)


def decider_and_cases(options: Namespace) -> tuple[Decider, Iterator[Case]]:
    """Return what decides a case, and the cases, which are read as they are taken.

    Raises Refused, PolicyErrors.
    """
    if (options.file, options.facts, *options.statute).count(STDIN) > 1:
        raise Refused("Standard input can be read only once.")
    decide = statutes.decider(policy_of(options.file), options.statute)
    from makegood.cli.policy.cases import cases_of

    return decide, cases_of(options.facts)


def results(decide: Decider, cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """Yield what `decide` prints of each case: its decision, or `error`; `id` where it has one."""
    from makegood.policy import FactError

    for case in cases:
        given = {} if case.id is None else {"id": case.id}
        if case.wrong:
            yield given | {"error": case.wrong}
            continue
        try:
            found = decide(case.facts)
            yield given | decision(statutes.answer_of(found).to_json()) | statutes.documents(found)
        except FactError as error:
            yield given | {"error": str(error)}


def decision(trace: dict[str, Any]) -> dict[str, Any]:
    """Return the decision in an answer's trace; `decided_by` are clauses, the trace tells the conditions."""
    said = ("outcome", "why", "amount", "currency", "method")
    clauses = dict.fromkeys(cited.partition("(")[0] for cited in trace["decided_by"])
    return {
        **{key: trace[key] for key in said},
        "decided_by": list(clauses),
        "open": trace["open"],
        "trace": trace,
    }


def say_wrong(wrong: int, count: int) -> int:
    """Return the exit code, and say on standard error how many of the cases were wrong."""
    if wrong:
        said = "The case is wrong" if count == 1 else f"{wrong} of {count} cases are wrong"
        print(f"makegood policy: {said}; `error` says why.", file=sys.stderr)
    return WRONG if wrong else 0
