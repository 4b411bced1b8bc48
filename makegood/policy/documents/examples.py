"""Examples written in the document: cases with the decision they must come to, executed as its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from makegood.policy.documents.reading import Prose, Table
from makegood.policy.documents.tables import EXAMPLE_HEADINGS, rows_of
from makegood.policy.errors import Problem, Span, nearest
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, Fact, FactError, Kind, coerce
from makegood.policy.languages.english import ENGLISH

if TYPE_CHECKING:
    from makegood.policy.deciding.answers import Answer
    from makegood.policy.documents.policy import Policy
    from makegood.policy.languages.vocabulary import Vocabulary

LIKE = re.compile(r"^like (?P<case>.+?):?$")
DECISION = re.compile(
    r"^(?:refund \d+(?:\.\d+)? [A-Z]{3}|refuse|a person decides|to be established)(?: \(.+\))?$"
)
PIECE = re.compile(r"(\w+=\[[^\]]*\]|.+?)(?:, |$)")
"""One `name=value`, up to the next comma; a list goes up to its closing bracket, commas inside or not."""
LIST = re.compile(r"^\[(?P<items>[^\]]*)\]$")
A_LIST = "a list such as [2026-11-02; 2026-11-23], or [paid_on=2026-11-02, amount=5.00; paid_on=2026-11-23]"


@dataclass(frozen=True, slots=True)
class Example:
    """A case, its facts as told, and the decision written beside it."""

    case: str
    facts: Mapping[str, Any]
    decision: str
    span: Span


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of an example: `found` is the decision the policy makes, in the words of the document."""

    example: Example
    answer: Answer
    found: str

    @property
    def passed(self) -> bool:
        """Whether the policy decides as it is written; what the document does not cite is not compared."""
        written = self.example.decision
        return self.found == written or ("(" not in written and self.found.partition(" (")[0] == written)


def run_example(policy: Policy, example: Example) -> ExampleResult:
    """Decide one example."""
    from makegood.policy.deciding.deciding import decide

    answer = decide(policy, example.facts)
    return ExampleResult(example, answer, said(answer))


def said(answer: Answer) -> str:
    """Return a decision in the words of the examples table: refund 79.00 USD (2)."""
    words = {
        "eligible": f"refund {answer.amount} {answer.currency}",
        "ineligible": "refuse",
        "needs_review": "to be established" if answer.why == "to_establish" else "a person decides",
    }[answer.outcome]
    still_open = tuple(fact.name for fact in answer.open)
    cited = still_open if answer.why == "to_establish" else answer.decided_by
    return f"{words} ({', '.join(cited)})" if cited else words


def read_examples(
    table: Table,
    facts: Mapping[str, Fact],
    zone: ZoneInfo,
    problems: list[Problem],
    language: Vocabulary = ENGLISH,
) -> Iterator[Example]:
    """Yield the examples of a table; "like Another case:" begins with the facts of an example above."""
    earlier: dict[str, dict[str, Any]] = {}
    for row in rows_of(table, EXAMPLE_HEADINGS, problems, language):
        case, cell, decision = row["Case"].spoken, row["Facts"], row["Decision"]
        meant = language.words.decision(decision.spoken)
        like = LIKE.match(language.words.likeness(cell.plain))
        told = _facts(cell, like, earlier, facts, zone, problems)
        if not DECISION.match(meant):
            expected = "refund 79.00 USD, refuse, a person decides or to be established; what decides in ()"
            problems.append(Problem(decision.span, f"`{decision.spoken}` is not a decision", expected))
        earlier[case] = told
        yield Example(case, told, meant, row["Case"].span)


def _facts(
    cell: Prose,
    like: re.Match[str] | None,
    earlier: Mapping[str, dict[str, Any]],
    facts: Mapping[str, Fact],
    zone: ZoneInfo,
    problems: list[Problem],
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if like and like["case"] in earlier:
        told = dict(earlier[like["case"]])
    elif cell.plain:
        name = like["case"] if like else cell.plain
        message = f"there is no example `{name}` above"
        problems.append(Problem(cell.span, message, "like An example above: `facts`", nearest(name, earlier)))
    for code in cell.codes:
        for found in PIECE.finditer(code.text):
            span = code.span.part(found.start(1), len(found[1]))
            _tell(found[1], span, told, facts, zone, problems)
    return told


def _tell(
    piece: str,
    span: Span,
    told: dict[str, Any],
    facts: Mapping[str, Fact],
    zone: ZoneInfo,
    problems: list[Problem],
) -> None:
    """Add one `name=value` to the facts told; `unknown` takes a fact back."""
    name, sign, value = piece.partition("=")
    if not sign or name not in facts:
        near = nearest(name, facts)
        problems.append(Problem(span, f"there is no fact `{name}`", "name=value, with commas between", near))
        return
    if value == CANNOT_BE_ESTABLISHED:
        told[name] = value
        return
    listed = facts[name].kind is Kind.LIST
    try:
        taken = _items(facts[name], value) if listed else value
        told[name] = None if value == "unknown" else coerce(facts[name], taken, zone)
    except FactError as error:
        problems.append(Problem(span, str(error), A_LIST if listed else str(facts[name].kind)))


def _items(fact: Fact, value: str) -> object:
    """The items written in `[…; …]`; text that is no such list is left as it is, for `coerce` to refuse."""
    if value == "none":
        return []
    found = LIST.match(value)
    if not found:
        return value
    items = [item.strip() for item in found["items"].split(";") if item.strip()]
    return [_item(item) if "" in fact.fields else _record(item) for item in items]


def _record(written: str) -> dict[str, str | None]:
    record: dict[str, str | None] = {}
    for field in written.split(", "):
        name, _, value = (part.strip() for part in field.partition("="))
        if name in record:
            raise FactError(f"`{name}` is told twice.")
        record[name] = _item(value)
    return record


def _item(value: str) -> str | None:
    return None if value == "unknown" else value
