"""The tables of a policy: grounds, facts, named terms, and tables whose rows a rule looks up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from makegood.policy.documents.reading import Prose, Table
from makegood.policy.errors import Problem, nearest
from makegood.policy.facts import TEXTUAL, Fact, FactError, Ground, Kind, Source, coerce
from makegood.policy.rules.compiling import Column
from makegood.policy.rules.parsing import Rule, Scope, Type, parse_rule

GROUND_HEADINGS = ("Ground", "What you choose", "Hint", "Orders to name")
FACT_HEADINGS = ("Fact", "Kind", "Who tells us", "What we ask", "Hint", "If missing", "In words")
TERM_HEADINGS = ("Term", "Rule", "In words")
EXAMPLE_HEADINGS = ("Case", "Facts", "Decision")
PICKS = ("one", "pair", "renewals")
ANY_TYPE = tuple(kind for kind in Type if kind is not Type.WRONG)


@dataclass(frozen=True, slots=True)
class Term:
    """A named term: its rule, and how a sentence says it ({} stands for the value)."""

    name: str
    rule: Rule
    words: str


Row = Mapping[str, Prose]


def rows_of(table: Table, headings: Sequence[str], problems: list[Problem]) -> Iterator[Row]:
    """Yield each row as heading → cell. An unknown heading is a problem; a missing one reads as empty."""
    names = [cell.spoken for cell in table.header]
    for cell, name in zip(table.header, names, strict=True):
        if name not in headings:
            known = ", ".join(headings)
            problems.append(
                Problem(cell.span, f"this table has no column `{name}`", known, nearest(name, headings))
            )
    for row in table.rows:
        empty = Prose("", (), row[0].span)
        yield dict.fromkeys(headings, empty) | dict(zip(names, row, strict=True))


def read_grounds(table: Table, problems: list[Problem]) -> tuple[Ground, ...]:
    """Return the grounds in the order the form offers them."""
    grounds = []
    for row in rows_of(table, GROUND_HEADINGS, problems):
        picks = row["Orders to name"]
        if picks.spoken not in PICKS:
            near = nearest(picks.spoken, PICKS)
            problems.append(
                Problem(
                    picks.span, f"`{picks.spoken}` does not say which orders to name", ", ".join(PICKS), near
                )
            )
        grounds.append(
            Ground(row["Ground"].spoken, row["What you choose"].spoken, row["Hint"].spoken, picks.spoken)
        )
    return tuple(grounds)


def read_facts(table: Table, zone: ZoneInfo, problems: list[Problem]) -> dict[str, Fact]:
    """Return the facts by name, in the order of the table."""
    facts: dict[str, Fact] = {}
    for row in rows_of(table, FACT_HEADINGS, problems):
        fact = _fact(row, zone, problems)
        if fact and fact.name in facts:
            problems.append(
                Problem(
                    row["Fact"].span, f"the fact `{fact.name}` is declared twice", "one row for each fact"
                )
            )
        elif fact:
            facts[fact.name] = fact
    return facts


def _fact(row: Row, zone: ZoneInfo, problems: list[Problem]) -> Fact | None:
    kind_cell, source_cell, name = row["Kind"], row["Who tells us"], row["Fact"].spoken
    word, _, listed = kind_cell.spoken.partition(":")
    kinds, sources = [str(kind) for kind in Kind], [str(source) for source in Source]
    if not name.isidentifier() or name != name.lower():
        problems.append(
            Problem(row["Fact"].span, f"`{name}` cannot name a fact", "small letters, digits and _")
        )
    if word not in kinds:
        problems.append(
            Problem(
                kind_cell.span, f"there is no kind of fact `{word}`", ", ".join(kinds), nearest(word, kinds)
            )
        )
    if source_cell.spoken not in sources:
        near = nearest(source_cell.spoken, sources)
        problems.append(
            Problem(source_cell.span, f"`{source_cell.spoken}` cannot tell a fact", ", ".join(sources), near)
        )
    if word not in kinds or source_cell.spoken not in sources:
        return None
    choices = tuple(choice.strip() for choice in listed.split(",") if choice.strip())
    if (Kind(word) is Kind.CHOICE) != bool(choices):
        problems.append(
            Problem(kind_cell.span, "only a choice lists its choices", "choice: software, service")
        )
    fact = Fact(
        name=name,
        kind=Kind(word),
        source=Source(source_cell.spoken),
        question=row["What we ask"].spoken,
        hint=row["Hint"].spoken,
        choices=choices,
        words=row["In words"].spoken,
        span=row["Fact"].span,
    )
    return _with_presumption(fact, row["If missing"], zone, problems)


def _with_presumption(fact: Fact, cell: Prose, zone: ZoneInfo, problems: list[Problem]) -> Fact:
    """Return the fact with the value its absence means; "unknown" or nothing: it stays unknown."""
    if cell.spoken in ("", "unknown"):
        return fact
    try:
        presumed = coerce(fact, cell.spoken, zone)
    except FactError as error:
        problems.append(Problem(cell.span, str(error), "unknown, or a value of its kind"))
        return fact
    return Fact(
        fact.name,
        fact.kind,
        fact.source,
        fact.question,
        fact.hint,
        presumed,
        fact.choices,
        fact.words,
        fact.span,
    )


def read_terms(table: Table, scope: Scope, problems: list[Problem]) -> tuple[Term, ...]:
    """Return the terms; each may use the ones above it. Their names are added to `scope`."""
    terms = []
    for row in rows_of(table, TERM_HEADINGS, problems):
        name, cell = row["Term"].spoken, row["Rule"]
        if not name.isidentifier() or scope.type_of(name):
            problems.append(
                Problem(row["Term"].span, f"`{name}` cannot name a term", "a name nothing else has")
            )
        if len(cell.codes) != 1:
            problems.append(Problem(cell.span, "a term has one rule", "a rule in back quotes"))
            continue
        rule = parse_rule(cell.codes[0], scope, ANY_TYPE, problems)
        scope.terms[name] = rule.type if rule else Type.WRONG
        if rule:
            terms.append(Term(name, rule, row["In words"].spoken))
    return tuple(terms)


def is_lookup(table: Table) -> bool:
    """Whether a rule may look up this table: some of its headings are names in back quotes."""
    return any(cell.codes for cell in table.header)


def read_columns(table: Table, title: str, scope: Scope, problems: list[Problem]) -> Iterator[Column]:
    """Yield the columns of numbers of a table found by its first column; their names are added to `scope`."""
    key_cell = table.header[0]
    key = key_cell.codes[0].text if key_cell.codes else key_cell.spoken
    fact = scope.facts.get(key)
    if fact is None or fact.kind not in TEXTUAL:
        near = nearest(key, scope.facts)
        problems.append(
            Problem(
                key_cell.span, f"rows cannot be found by `{key}`", "a fact that is a text or a choice", near
            )
        )
        return
    keys = _keys(table, fact, problems)
    for index, cell in enumerate(table.header[1:], start=1):
        if cell.codes:
            name = cell.codes[0].text
            if scope.type_of(name):
                problems.append(Problem(cell.span, f"`{name}` is declared twice", "a name nothing else has"))
            values = {key: _number(row[index], problems) for key, row in zip(keys, table.rows, strict=True)}
            scope.columns[name] = Type.NUMBER
            yield Column(name, title, fact.name, values, _sayings(table, keys))


def _keys(table: Table, fact: Fact, problems: list[Problem]) -> list[str]:
    keys: list[str] = []
    for row in table.rows:
        key = row[0].spoken
        if key in keys:
            problems.append(Problem(row[0].span, f"`{key}` has two rows", "one row for each"))
        if fact.choices and key not in fact.choices:
            problems.append(
                Problem(
                    row[0].span,
                    f"`{key}` is no choice of `{fact.name}`",
                    ", ".join(fact.choices),
                    nearest(key, fact.choices),
                )
            )
        keys.append(key)
    return keys


def _number(cell: Prose, problems: list[Problem]) -> object:
    try:
        return coerce(Fact("a number", Kind.NUMBER, Source.ORDER, ""), cell.spoken, ZoneInfo("UTC"))
    except FactError:
        problems.append(Problem(cell.span, f"`{cell.spoken}` is not a number", "a number such as 0"))
        return None


def _sayings(table: Table, keys: Sequence[str]) -> dict[str, str]:
    """What each row says to people: its cells in words, each after its heading."""
    spoken = [(index, cell.spoken) for index, cell in enumerate(table.header) if not cell.codes]
    return {
        key: "; ".join(f"{heading}: {row[index].spoken}" for index, heading in spoken)
        for key, row in zip(keys, table.rows, strict=True)
    }
