"""The table of facts: what a policy may know of a request, and who tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from makegood.policy.documents.lookup_tables import is_misread
from makegood.policy.documents.reading import Code, Prose, Table
from makegood.policy.documents.tables import Row, missing_from, rows_of
from makegood.policy.errors import Problem, Span, nearest
from makegood.policy.facts import NUMERIC, Fact, FactError, Kind, Source, coerce
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.vocabulary import Vocabulary
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
UNREADABLE = Fact("", Kind.TEXT, Source.ORDER, "")
LIST_OF = re.compile(r"^list of (?P<items>\S+)$")
LIST_SHAPE = "list of dates, or list: paid_on date, amount money, reason text"


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact, and the rule that says when it applies; None: to every case.

    `readable` False: its kind is wrong, which is reported, so that its uses are not reported too.
    """

    fact: Fact
    applies: Code | None
    readable: bool = True


def read_facts(
    table: Table, zone: ZoneInfo, problems: list[Problem], language: Vocabulary = ENGLISH
) -> dict[str, FactRow]:
    """Return the facts by name, in the order of the table."""
    facts: dict[str, FactRow] = {}
    missing = missing_from(table, ("Kind", "Who tells us"), language)
    if missing:
        span = table.header[0].span
        problems.extend(
            Problem(span, f"this table of facts has no column `{name}`", f"a heading `{name}`")
            for name in missing
        )
    for row in rows_of(table, HEADINGS, problems, language):
        if missing:  # every row would be wrong in the same way
            name = row["Fact"].spoken
            facts[name] = FactRow(replace(UNREADABLE, name=name), None, readable=False)
            continue
        kind = _kind(row["Kind"], problems, language)
        fact = _fact(row, kind or UNREADABLE, zone, problems, language)
        if fact.name in facts:
            message = f"the fact `{fact.name}` is declared twice"
            problems.append(Problem(row["Fact"].span, message, "one row for each fact"))
        else:
            applies = _applies(row["When it applies"], problems)
            facts[fact.name] = FactRow(fact, applies, readable=kind is not None)
    # A row with capital letters is reported; rules that name its fact with small ones are not wrong too.
    small = {
        name.lower(): replace(row, fact=replace(row.fact, name=name.lower()))
        for name, row in facts.items()
        if name != name.lower()
    }
    return small | facts


def _applies(cell: Prose, problems: list[Problem]) -> Code | None:
    if not cell.spoken:
        return None
    if len(cell.codes) != 1:
        problems.append(Problem(cell.span, "a fact applies by one rule", "a rule in back quotes, or nothing"))
        return None
    return cell.codes[0]


def _fact(row: Row, kind: Fact, zone: ZoneInfo, problems: list[Problem], language: Vocabulary) -> Fact:
    """The fact of a row; one that nobody known tells is taken as the order's, to be read on."""
    source_cell, name = row["Who tells us"], row["Fact"].spoken
    sources = [str(source) for source in Source]
    source = language.words.sources.get(source_cell.spoken, source_cell.spoken)
    if name != name.lower() or not is_name(name):
        message = f"`{name}` cannot name a fact"
        rightly = re.sub(r"\W+", "_", name.lower()).strip("_")
        near = f"`{rightly}`" if is_name(rightly) else None
        expected = "small letters, digits and _, no word of the rules"
        problems.append(Problem(row["Fact"].span, message, expected, near))
    if source not in sources:
        known = list(language.words.sources) or sources
        message = f"`{source_cell.spoken}` cannot tell a fact"
        problems.append(
            Problem(source_cell.span, message, ", ".join(known), nearest(source, known, problems))
        )
    _check_words(row["In words"], kind, problems)
    fact = replace(
        kind,
        name=name,
        source=Source(source) if source in sources else Source.ORDER,
        question=row["What we ask"].spoken,
        hint=row["Hint"].spoken,
        words=row["In words"].spoken,
        span=row["Fact"].span,
    )
    return replace(
        fact,
        if_missing=_value(fact, row["If missing"], zone, problems, language),
        presumed=_value(fact, row["If it cannot be established"], zone, problems, language),
    )


def _check_words(cell: Prose, kind: Fact, problems: list[Problem]) -> None:
    """Words that are told apart by a stroke must be one for each value."""
    said = len(cell.spoken.split(" / "))
    values = {Kind.YES_NO: ("yes", "no"), Kind.CHOICE: kind.choices}.get(kind.kind, ())
    if values and said > 1 and said != len(values):
        message = f"there are {said} wordings for {len(values)} values"
        wanted = f"one for all, with {{}}, or one for each of {', '.join(values)}, with / between"
        problems.append(Problem(cell.span, message, wanted))


def _kind(cell: Prose, problems: list[Problem], language: Vocabulary) -> Fact | None:
    """A fact of the kind a cell says, all else empty; None when it says none."""
    kinds = [str(kind) for kind in Kind]
    said, _, listed = (part.strip() for part in cell.spoken.partition(":"))
    word = language.words.kinds.get(said, said)
    parts = tuple(part.strip() for part in listed.split(",") if part.strip())
    empty = Fact("", Kind.TEXT, Source.ORDER, "")
    if found := LIST_OF.match(word):
        if found["items"] in ITEMS:
            return replace(empty, kind=Kind.LIST, fields={"": ITEMS[found["items"]]})
        near = nearest(found["items"], ITEMS, problems)
        problems.append(Problem(cell.span, f"there is no list of {found['items']}", ", ".join(ITEMS), near))
        return None
    if word not in kinds:
        known = list(language.words.kinds) or kinds
        message = f"there is no kind of fact `{said}`"
        problems.append(Problem(cell.span, message, ", ".join(known), nearest(said, known, problems)))
        return None
    if Kind(word) is Kind.LIST:
        return _records(parts, cell.span, problems, language)
    if (Kind(word) is Kind.CHOICE) != bool(parts):
        problems.append(Problem(cell.span, "only a choice lists its choices", "choice: software, service"))
    return replace(empty, kind=Kind(word), choices=parts)


def _records(
    parts: tuple[str, ...], span: Span, problems: list[Problem], language: Vocabulary
) -> Fact | None:
    fields: dict[str, Kind] = {}
    simple = [str(kind) for kind in Kind if kind not in (Kind.LIST, Kind.CHOICE, Kind.FILES)]
    for part in parts:
        name, _, said = part.partition(" ")
        kind = language.words.kinds.get(said.strip(), said.strip())
        if name in fields or not is_name(name) or kind not in simple:
            problems.append(
                Problem(span, f"`{part}` is no field of a list", LIST_SHAPE, nearest(kind, simple, problems))
            )
            return None
        fields[name] = Kind(kind)
    if not fields:
        problems.append(Problem(span, "this list does not say what it lists", LIST_SHAPE))
        return None
    return Fact("", Kind.LIST, Source.ORDER, "", fields=fields)


def _value(fact: Fact, cell: Prose, zone: ZoneInfo, problems: list[Problem], language: Vocabulary) -> Any:
    """The value a cell says; None where it says "unknown" or nothing."""
    meant = language.words.value(cell.spoken)
    if meant in ("", "unknown"):
        return None
    if fact.kind is Kind.LIST and meant == "none":
        return ()
    if fact.kind in NUMERIC:
        if is_misread(cell, language, problems):
            return None
        meant = language.words.number(cell.spoken)
    elif fact.kind is not Kind.YES_NO:
        meant = cell.spoken
    try:
        return coerce(fact, meant, zone)
    except FactError as error:
        wanted = "unknown, or none" if fact.kind is Kind.LIST else "unknown, or a value of its kind"
        problems.append(Problem(cell.span, str(error), wanted))
        return None
