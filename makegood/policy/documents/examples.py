"""Examples written in the document: cases with the decision they must come to, executed as its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from makegood.policy.documents.reading import Prose, Table
from makegood.policy.documents.tables import EXAMPLE_HEADINGS, check_choice, rows_of
from makegood.policy.errors import NOWHERE, Problem, Span, nearest
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, UNKNOWN, Fact, FactError, Kind, coerce
from makegood.policy.languages.english import ENGLISH

if TYPE_CHECKING:
    from makegood.policy.deciding.answers import Answer
    from makegood.policy.documents.policy import Policy
    from makegood.policy.languages.vocabulary import Vocabulary

LIKE = re.compile(r"^like (?P<case>.+?):?$")
METHODS = {method: words for words, method in ENGLISH.words.methods.items()}
"""How money goes back, as the decision of an example says it."""
REFUND = re.compile(
    rf"^refund (\d+(?:\.\d+)?) ([A-Z]{{3}})(?= |$)(?: (?P<how>{'|'.join(METHODS.values())}))?"
)
DECISION = re.compile(
    rf"^(?:{REFUND.pattern[1:]}|refuse|a person decides|to be established)(?: \((?P<cited>.+)\))?$"
)
PIECE = re.compile(r"(\w+=\[[^\]]*\]|.+?)(?:, |$)")
"""One `name=value`, up to the next comma; a list goes up to its closing bracket, commas inside or not."""
LIST = re.compile(r"^\[(?P<items>[^\]]*)\]$")
A_LIST = "a list such as [2026-11-02; 2026-11-23], or [paid_on=2026-11-02, amount=5.00; paid_on=2026-11-23]"


@dataclass(frozen=True, slots=True)
class Example:
    """A case, its facts as told (None: as unknown), and the decision beside it, which stands at `written`."""

    case: str
    facts: Mapping[str, Any]
    decision: str
    span: Span
    written: Span = field(default=NOWHERE, compare=False)

    @property
    def method(self) -> str | None:
        """How the decision says that the money goes back; None where it does not say."""
        found = REFUND.match(self.decision)
        return found["how"] if found else None

    @property
    def cited(self) -> tuple[str, ...]:
        """What the decision cites in brackets: clauses and conditions, or the facts still open."""
        found = DECISION.match(self.decision)
        return tuple(found["cited"].split(", ")) if found and found["cited"] else ()


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of an example: `found` is the decision the policy makes, in the words of the document."""

    example: Example
    answer: Answer
    found: str

    @property
    def passed(self) -> bool:
        """Whether the policy decides as it is written; what the document does not cite is not compared."""
        return self.found == self.example.decision or (not self.example.cited and self.agrees)

    @property
    def agrees(self) -> bool:
        """Whether the decision is as it is written, whatever is cited for it."""
        return self.found.partition(" (")[0] == self.example.decision.partition(" (")[0]


def run_example(policy: Policy, example: Example) -> ExampleResult:
    """Decide one example."""
    from makegood.policy.deciding.deciding import decide

    answer = decide(policy, {name: told_of(value) for name, value in example.facts.items()})
    return ExampleResult(example, answer, said(answer, how=example.method is not None))


def told_of(value: Any) -> Any:
    """Return what a value of an example is told as: None is unknown, whatever stands for a missing fact."""
    return UNKNOWN if value is None else value


def said(answer: Answer, *, how: bool = False) -> str:
    """Return a decision in the words of the examples table: refund 79.00 USD (2).

    `how`: also how the money goes back, where that is not the way it was paid.
    """
    method = f" {METHODS[answer.method]}" if how and answer.method in METHODS else ""
    words = {
        "eligible": f"refund {answer.amount} {answer.currency}{method}",
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
        meant = _meant(decision.spoken, language)
        like = LIKE.match(language.words.likeness(cell.plain))
        told = _facts(cell, like, earlier, facts, zone, problems)
        if not DECISION.match(meant):
            problems.append(_no_decision(decision, language))
        earlier[case] = told
        yield Example(case, told, meant, row["Case"].span, decision.span)


def _meant(decision: str, language: Vocabulary) -> str:
    """A decision as the model writes it: 79 euros are 79.00 EUR."""
    said = language.words.decision(decision)
    for words, method in language.words.methods.items():
        said = said.replace(f" {words}", f" {METHODS[method]}")
    found = REFUND.match(said)
    if not found:
        return said
    amount, places = Decimal(found[1]), get_currency_precision(found[2])
    whole = f"{amount:.{places}f}"
    return said.replace(found[1], whole, 1) if Decimal(whole) == amount else said


def _no_decision(cell: Prose, language: Vocabulary) -> Problem:
    known = {meant: words for words, meant in language.words.decisions.items()}
    words = [known.get(each, each) for each in ("refund", "refuse", "a person decides", "to be established")]
    first, *others = words
    expected = f"{first} 79.00 USD, {', '.join(others)}; then, in brackets, the clauses that decide: (2)"
    said = cell.spoken.partition(" (")[0]
    near = None if said.split()[:1] == [first] else nearest(said, others)
    return Problem(cell.span, f"`{cell.spoken}` is not a decision", expected, near)


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
    elif "=" in cell.plain:
        message = "the facts of this example do not stand in back quotes"
        problems.append(
            Problem(cell.span, message, "`fact=value, another=value`, between two back quotes: ` `")
        )
    elif cell.plain:
        name = like["case"] if like else cell.plain
        message = f"there is no example `{name}` above"
        problems.append(
            Problem(cell.span, message, "like An example above: `facts`", nearest(name, earlier, problems))
        )
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
    """Add one `name=value` to the facts told; `unknown` is told where nothing stands for a missing fact."""
    name, sign, value = piece.partition("=")
    if not sign or name not in facts:
        near = nearest(name, facts, problems)
        problems.append(Problem(span, f"there is no fact `{name}`", "name=value, with commas between", near))
        return
    if value == CANNOT_BE_ESTABLISHED:
        told[name] = value
        return
    if value == "unknown":
        told[name] = None
        return
    if value.strip() and not check_choice(facts[name], value.strip(), span, problems):
        return
    listed = facts[name].kind is Kind.LIST
    try:
        taken = _items(facts[name], value) if listed else value
        told[name] = coerce(facts[name], taken, zone)
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
    for told in written.split(", "):
        name, _, value = (part.strip() for part in told.partition("="))
        if name in record:
            raise FactError(f"`{name}` is told twice.")
        record[name] = _item(value)
    return record


def _item(value: str) -> str | None:
    return None if value == "unknown" else value
