"""`makegood policy explain FILE --facts FACTS`: what a policy decides of a case, in words, and why."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from makegood.cli.policy.decide import FACTS_HELP, policy_and_cases, say_wrong
from makegood.cli.policy.reading import WRONG, Refused, as_json

if TYPE_CHECKING:
    from makegood.cli.policy.cases import Case
    from makegood.policy import Answer, Explanation

HELP = "Say in words what a policy decides of a case, and why."
TRACE_HELP = "explain stored decisions instead, as `decide` printed them; the policy is not needed then"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `explain` takes."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="a policy document, - for standard input")
    told = parser.add_mutually_exclusive_group(required=True)
    told.add_argument("--facts", metavar="FACTS", help=FACTS_HELP)
    told.add_argument("--trace", metavar="DECISIONS", help=TRACE_HELP)
    parser.add_argument(
        "--for",
        dest="audience",
        choices=("customer", "desk"),
        default="customer",
        help="who reads it (customer)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--format", choices=tuple(PRINTERS), default="text", help="in which form (text)")
    form.add_argument(
        "--json", dest="format", action="store_const", const="json", help="the same as --format json"
    )


def run(options: Namespace) -> int:
    """Print the explanation of each case; 1 when a case is wrong. Raises Refused, PolicyErrors."""
    from makegood.policy import explain

    told = _Told(
        (case, answer if isinstance(answer, str) else explain(answer, options.audience))
        for case, answer in _answers(options)
    )
    PRINTERS[options.format](told)
    if options.format == "json":
        return say_wrong(told.wrong, told.count)
    return WRONG if told.wrong else 0


def _answers(options: Namespace) -> Iterator[tuple[Case, Answer | str]]:
    """Each case with its answer, or with the sentence that says why there is none."""
    if options.facts is None:
        if options.file is not None:
            raise Refused(
                "A stored decision is explained without the policy: leave FILE out, or give --facts."
            )
        yield from _stored(options.trace)
        return
    if options.file is None:
        raise Refused("By which policy? Give its FILE, too.")
    policy, cases = policy_and_cases(options.file, options.facts)
    from makegood.policy import FactError, decide

    for case in cases:
        try:
            yield case, case.wrong or decide(policy, case.facts)
        except FactError as error:
            yield case, str(error)


def _stored(file: str) -> Iterator[tuple[Case, Answer | str]]:
    from makegood.cli.policy.cases import Case, cases_of
    from makegood.policy import Answer

    for case in cases_of(file):
        decision = case.facts
        given, trace = decision.get("id"), decision.get("trace", decision)
        case = Case(given if isinstance(given, str | int) else None, {}, case.wrong)
        try:
            if not isinstance(trace, dict):
                raise ValueError
            yield case, case.wrong or Answer.from_json(trace)
        except (KeyError, TypeError, ValueError) as error:
            yield case, _no_trace(error)


def _no_trace(error: Exception) -> str:
    from makegood.policy.deciding.stored import UnknownFormat

    return str(error) if isinstance(error, UnknownFormat) else "This is no decision as `decide` prints it."


class _Told:
    """Cases and their explanations as they come, counted; `wrong` had none."""

    def __init__(self, told: Iterator[tuple[Case, Explanation | str]]) -> None:
        self._told, self.count, self.wrong = told, 0, 0

    def each(self) -> Iterator[tuple[Case, Explanation | str]]:
        for case, explanation in self._told:
            self.count += 1
            self.wrong += isinstance(explanation, str)
            yield case, explanation

    def explained(self) -> Iterator[tuple[str, Explanation]]:
        """The explanations with how each case is called; of a case that has none standard error says why."""
        for case, explanation in self.each():
            name = f"Case {self.count if case.id is None else case.id}"
            if isinstance(explanation, str):
                print(f"{name}: {explanation}", file=sys.stderr)
            else:
                yield name, explanation


def _print_text(told: _Told) -> None:
    from makegood.policy.explaining.rendering import as_text

    for name, explanation in told.explained():
        print(f"{name}\n{'-' * len(name)}\n{as_text(explanation)}", flush=True)


def _print_html(told: _Told) -> None:
    from makegood.cli.policy.standalone import END, beginning
    from makegood.policy.explaining.rendering import as_html

    begun = False
    for name, explanation in told.explained():
        if not begun:
            print(beginning(explanation.headline, explanation.language))
            begun = True
        print(f"<p>{escape(name)}</p>\n{as_html(explanation, level=1)}", end="")
    if begun:
        print(END)


def _print_json(told: _Told) -> None:
    from makegood.policy.explaining.rendering import as_json as values_of

    for case, explanation in told.each():
        given = {} if case.id is None else {"id": case.id}
        said = {"error": explanation} if isinstance(explanation, str) else values_of(explanation)
        print(as_json(given | said), flush=True)


PRINTERS: dict[str, Callable[[_Told], None]] = {"text": _print_text, "html": _print_html, "json": _print_json}
