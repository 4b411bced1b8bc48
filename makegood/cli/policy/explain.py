"""`makegood policy explain FILE --facts FACTS`: what a policy decides of a case, in words, and why."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from makegood.cli.policy import statutes
from makegood.cli.policy.decide import FACTS_HELP, decider_and_cases, say_wrong
from makegood.cli.policy.reading import WRONG, Refused, as_json, shown

if TYPE_CHECKING:
    from makegood.cli.policy.cases import Case
    from makegood.policy import Answer, Explanation
    from makegood.policy.deciding.layers import Layered

HELP = "Say in words what a policy decides of a case, and why."
TRACE_HELP = "explain stored decisions instead, as `decide` printed them; the policy is not needed then"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `explain` takes."""
    parser.add_argument("file", metavar="FILE", nargs="?", help="a policy document, - for standard input")
    told = parser.add_mutually_exclusive_group(required=True)
    told.add_argument("--facts", metavar="FACTS", help=FACTS_HELP)
    told.add_argument("--trace", metavar="DECISIONS", help=TRACE_HELP)
    statutes.add_argument(parser)
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
    told = _Told(_explained(options))
    PRINTERS[options.format](told)
    if options.format == "json":
        return say_wrong(told.wrong, told.count)
    return WRONG if told.wrong else 0


def _explained(options: Namespace) -> Iterator[tuple[Case, Explained | str]]:
    from makegood.policy import explain

    for case, found in _answers(options):
        if isinstance(found, str):
            yield case, found
            continue
        explanation = explain(statutes.answer_of(found), options.audience)
        yield case, Explained(explanation, tuple(statutes.notes(found)), statutes.documents(found))


def _answers(options: Namespace) -> Iterator[tuple[Case, Answer | Layered | str]]:
    """Each case with its answer, or with the sentence that says why there is none."""
    if options.facts is None:
        if options.statute:
            raise Refused(
                "A stored decision is explained as it was made: leave --statute out, or give --facts."
            )
        if options.file is not None:
            raise Refused(
                "A stored decision is explained without the policy: leave FILE out, or give --facts."
            )
        yield from _stored(options.trace)
        return
    if options.file is None:
        raise Refused("By which policy? Give its FILE, too.")
    decide, cases = decider_and_cases(options)
    from makegood.policy import FactError

    for case in cases:
        try:
            yield case, case.wrong or decide(case.facts)
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


@dataclass(frozen=True, slots=True)
class Explained:
    """One case in words. `notes` say which of several documents counts, `documents` the same as JSON."""

    explanation: Explanation
    notes: tuple[str, ...]
    documents: dict[str, Any]


class _Told:
    """Cases and their explanations as they come, counted; `wrong` had none."""

    def __init__(self, told: Iterator[tuple[Case, Explained | str]]) -> None:
        self._told, self.count, self.wrong = told, 0, 0

    def each(self) -> Iterator[tuple[Case, Explained | str]]:
        for case, explained in self._told:
            self.count += 1
            self.wrong += isinstance(explained, str)
            yield case, explained

    def explained(self) -> Iterator[tuple[str, Explained]]:
        """The explanations with how each case is called; of a case that has none standard error says why."""
        for case, explained in self.each():
            name = f"Case {self.count if case.id is None else case.id}"
            if isinstance(explained, str):
                print(shown(f"{name}: {explained}"), file=sys.stderr)
            else:
                yield name, explained


def _print_text(told: _Told) -> None:
    from makegood.policy.explaining.rendering import as_text

    for name, each in told.explained():
        notes = "".join(f"{note}\n" for note in each.notes)
        print(shown(f"{name}\n{'-' * len(name)}\n{as_text(each.explanation)}{notes}"), flush=True)


def _print_html(told: _Told) -> None:
    from makegood.cli.policy.standalone import END, beginning
    from makegood.policy.explaining.rendering import as_html

    begun = False
    for name, each in told.explained():
        if not begun:
            print(beginning(each.explanation.headline, each.explanation.language))
            begun = True
        notes = "".join(f"<p>{escape(note)}</p>\n" for note in each.notes)
        print(f"<p>{escape(name)}</p>\n{as_html(each.explanation, level=1)}{notes}", end="")
    if begun:
        print(END)


def _print_json(told: _Told) -> None:
    from makegood.policy.explaining.rendering import as_json as values_of

    for case, each in told.each():
        given = {} if case.id is None else {"id": case.id}
        said = {"error": each} if isinstance(each, str) else values_of(each.explanation) | each.documents
        print(as_json(given | said), flush=True)


PRINTERS: dict[str, Callable[[_Told], None]] = {"text": _print_text, "html": _print_html, "json": _print_json}
