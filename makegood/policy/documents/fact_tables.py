"""The table of facts: what a policy may know of a request, and who tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from makegood.policy.documents.reading import Code, Prose, Table
from makegood.policy.documents.tables import Row, rows_of
from makegood.policy.errors import Problem, Span, nearest
from makegood.policy.facts import Fact, FactError, Kind, Source, coerce
from makegood.policy.rules.dialect import is_name

HEADINGS = (
    *("Fact", "Kind", "Who tells us", "What we ask", "Hint", "If missing"),
    *("If it cannot be established", "When it applies", "In words"),
)
ITEMS: Mapping[str, Kind] = {
    "dates": Kind.DATE,
    "moments": Kind.MOMENT,
    "numbers": Kind.NUMBER,
    "amounts": Kind.MONEY,
    "texts": Kind.TEXT,
    "yes/no": Kind.YES_NO,
}
LIST_OF = re.compile(r"^list of (?P<items>\S+)$")
LIST_SHAPE = "list of dates, or list: paid_on date, amount money, reason text"


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact, and the rule that says when it applies; None: to every case."""

    fact: Fact
    applies: Code | None


def read_facts(table: Table, zone: ZoneInfo, problems: list[Problem]) -> dict[str, FactRow]:
    """Return the facts by name, in the order of the table."""
    facts: dict[str, FactRow] = {}
    for row in rows_of(table, HEADINGS, problems):
        fact = _fact(row, zone, problems)
        if fact and fact.name in facts:
            message = f"the fact `{fact.name}` is declared twice"
            problems.append(Problem(row["Fact"].span, message, "one row for each fact"))
        elif fact:
            facts[fact.name] = FactRow(fact, _applies(row["When it applies"], problems))
    return facts


def _applies(cell: Prose, problems: list[Problem]) -> Code | None:
    if not cell.spoken:
        return None
    if len(cell.codes) != 1:
        problems.append(Problem(cell.span, "a fact applies by one rule", "a rule in back quotes, or nothing"))
        return None
    return cell.codes[0]


def _fact(row: Row, zone: ZoneInfo, problems: list[Problem]) -> Fact | None:
    cell, source_cell, name = row["Kind"], row["Who tells us"], row["Fact"].spoken
    sources = [str(source) for source in Source]
    if name != name.lower() or not is_name(name):
        message = f"`{name}` cannot name a fact"
        problems.append(
            Problem(row["Fact"].span, message, "small letters, digits and _, no word of the rules")
        )
    if source_cell.spoken not in sources:
        near = nearest(source_cell.spoken, sources)
        message = f"`{source_cell.spoken}` cannot tell a fact"
        problems.append(Problem(source_cell.span, message, ", ".join(sources), near))
    kind = _kind(cell, problems)
    if kind is None or source_cell.spoken not in sources:
        return None
    fact = replace(
        kind,
        name=name,
        source=Source(source_cell.spoken),
        question=row["What we ask"].spoken,
        hint=row["Hint"].spoken,
        words=row["In words"].spoken,
        span=row["Fact"].span,
    )
    return replace(
        fact,
        if_missing=_value(fact, row["If missing"], zone, problems),
        presumed=_value(fact, row["If it cannot be established"], zone, problems),
    )


def _kind(cell: Prose, problems: list[Problem]) -> Fact | None:
    """A fact of the kind a cell says, all else empty; None when it says none."""
    kinds = [str(kind) for kind in Kind]
    word, _, listed = (part.strip() for part in cell.spoken.partition(":"))
    parts = tuple(part.strip() for part in listed.split(",") if part.strip())
    empty = Fact("", Kind.TEXT, Source.ORDER, "")
    if found := LIST_OF.match(word):
        if found["items"] in ITEMS:
            return replace(empty, kind=Kind.LIST, fields={"": ITEMS[found["items"]]})
        near = nearest(found["items"], ITEMS)
        problems.append(Problem(cell.span, f"there is no list of {found['items']}", ", ".join(ITEMS), near))
        return None
    if word not in kinds:
        near = nearest(word, kinds)
        problems.append(Problem(cell.span, f"there is no kind of fact `{word}`", ", ".join(kinds), near))
        return None
    if Kind(word) is Kind.LIST:
        return _records(parts, cell.span, problems)
    if (Kind(word) is Kind.CHOICE) != bool(parts):
        problems.append(Problem(cell.span, "only a choice lists its choices", "choice: software, service"))
    return replace(empty, kind=Kind(word), choices=parts)


def _records(parts: tuple[str, ...], span: Span, problems: list[Problem]) -> Fact | None:
    fields: dict[str, Kind] = {}
    simple = [str(kind) for kind in Kind if kind not in (Kind.LIST, Kind.CHOICE, Kind.FILES)]
    for part in parts:
        name, _, kind = part.partition(" ")
        if name in fields or not is_name(name) or kind.strip() not in simple:
            problems.append(
                Problem(span, f"`{part}` is no field of a list", LIST_SHAPE, nearest(kind, simple))
            )
            return None
        fields[name] = Kind(kind.strip())
    if not fields:
        problems.append(Problem(span, "this list does not say what it lists", LIST_SHAPE))
        return None
    return Fact("", Kind.LIST, Source.ORDER, "", fields=fields)


def _value(fact: Fact, cell: Prose, zone: ZoneInfo, problems: list[Problem]) -> Any:
    """The value a cell says; None where it says "unknown" or nothing."""
    if cell.spoken in ("", "unknown"):
        return None
    if fact.kind is Kind.LIST and cell.spoken == "none":
        return ()
    try:
        return coerce(fact, cell.spoken, zone)
    except FactError as error:
        wanted = "unknown, or none" if fact.kind is Kind.LIST else "unknown, or a value of its kind"
        problems.append(Problem(cell.span, str(error), wanted))
        return None
