"""Tables that rules look up: which headings find a row, and what its cells are worth."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from makegood.policy.documents.reading import Prose, Table
from makegood.policy.documents.tables import check_choice
from makegood.policy.errors import Problem, nearest
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules.dialect import is_name
from makegood.policy.rules.lookups import ANY, Column, Key, Range, Written
from makegood.policy.rules.scope import Scope
from makegood.policy.rules.types import Type

FOR_THE_REST = frozenset({"*", "any other", "all others", "any"})
NUMBER = r"-?\d+(?:\.\d+)?"
BETWEEN = re.compile(rf"^({NUMBER})\s*(?:–|-|to|…)\s*({NUMBER})$")
AT_LEAST = re.compile(rf"^({NUMBER})\s*(?:\+|or more|and more)$|^(?:from|at least)\s+({NUMBER})$")
AT_MOST = re.compile(rf"^(?:up to|at most)\s+({NUMBER})$|^({NUMBER})\s+or less$")
AMOUNT = re.compile(rf"^({NUMBER}) ([A-Z]{{3}})$")
KEYED = frozenset({Type.TEXT, Type.NUMBER, Type.YES_NO})


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table of the document whose headings are read: what finds a row and the new columns, by place."""

    table: Table
    title: str
    keys: Mapping[int, str]
    columns: Mapping[int, str]
    language: Vocabulary

    def said(self, cell: Prose) -> str:
        """Return what a cell that is no text says: numbers, ranges, yes and no as the model writes them."""
        words = self.language.words
        return words.number(words.range(words.value(cell.spoken)))


def is_lookup(table: Table) -> bool:
    """Whether a rule may look up this table: some of its headings are names in back quotes."""
    return any(cell.codes for cell in table.header)


def read_headings(
    table: Table,
    title: str,
    known: Collection[str],
    scope: Scope,
    problems: list[Problem],
    language: Vocabulary = ENGLISH,
) -> LookupTable:
    """Return the table with its headings read; the types of its columns are added to `scope`.

    `known`: the names of all facts and terms, also of terms not read yet.
    """
    named = [cell.codes[0].text if cell.codes else "" for cell in table.header]
    first = named[0] or table.header[0].spoken
    keys = {0: first}
    columns: dict[int, str] = {}
    read = LookupTable(table, title, keys, columns, language)
    for index, (name, cell) in enumerate(zip(named[1:], table.header[1:], strict=True), start=1):
        if name in known and not columns:
            keys[index] = name
        elif name:
            if name in known or name in scope.columns or not is_name(name):
                problems.append(Problem(cell.span, f"`{name}` is declared twice", "a name nothing else has"))
            columns[index] = name
            scope.columns[name] = _type_of([read.said(row[index]) for row in table.rows])
    if first not in known:
        near = nearest(first, known, problems)
        span, message = table.header[0].span, f"rows cannot be found by `{first}`"
        problems.append(Problem(span, message, "a fact that is a text or a choice", near))
    return read


def read_columns(read: LookupTable, scope: Scope, problems: list[Problem]) -> Iterator[Column]:
    """Yield the columns of a table whose headings were read, once all terms are known."""
    for index, key in read.keys.items():
        found = scope.type_of(key)
        if found is not None and found not in (*KEYED, Type.WRONG):
            span = read.table.header[index].span
            problems.append(Problem(span, f"rows cannot be found by {found}", "a text, a number or yes/no"))
            return
    if any(scope.type_of(key) is None for key in read.keys.values()):
        return  # reported with the headings
    rows = list(_rows(read, scope, problems))
    sayings = {cells: _saying(read, row) for cells, row in rows}
    written = {
        cells: tuple(Written(row[index].spoken, row[index].span) for index in read.keys)
        for cells, row in rows
    }
    for index, name in read.columns.items():
        kind = scope.columns[name]
        values = {cells: _value(read, row[index], kind, scope, problems) for cells, row in rows}
        yield Column(name, read.title, tuple(read.keys.values()), values, sayings, kind, written)


def _rows(
    read: LookupTable, scope: Scope, problems: list[Problem]
) -> Iterator[tuple[tuple[Key, ...], Sequence[Prose]]]:
    seen: set[tuple[Key, ...]] = set()
    for row in read.table.rows:
        found = [_keys(read, row[index], key, scope, problems) for index, key in read.keys.items()]
        for cells in product(*found):
            if cells in seen:
                said = ", ".join(
                    row[index].spoken if len(keys) == 1 else str(cell)
                    for index, keys, cell in zip(read.keys, found, cells, strict=True)
                )
                problems.append(Problem(row[0].span, f"`{said}` has two rows", "one row for each"))
            seen.add(cells)
            yield cells, row


def _keys(
    read: LookupTable, cell: Prose, name: str, scope: Scope, problems: list[Problem]
) -> tuple[Key, ...]:
    """What a key cell stands for: of a text also several, with commas between."""
    if scope.type_of(name) is not Type.TEXT or "," not in cell.spoken:
        return (_key(read, cell, name, scope, problems),)
    each = [part.strip() for part in cell.spoken.split(",") if part.strip()]
    if fact := scope.facts.get(name):
        for text in each:
            check_choice(fact, text, cell.span, problems)
    return tuple(dict.fromkeys(each))


def _key(read: LookupTable, cell: Prose, name: str, scope: Scope, problems: list[Problem]) -> Key:
    text, kind = read.said(cell), scope.type_of(name)
    if text in FOR_THE_REST:
        return ANY
    if kind is Type.TEXT:
        if fact := scope.facts.get(name):
            check_choice(fact, cell.spoken, cell.span, problems)
        return cell.spoken
    if kind is Type.YES_NO:
        if text not in ("yes", "no"):
            message = f"`{cell.spoken}` is neither yes nor no"
            problems.append(Problem(cell.span, message, "yes, no or any other"))
        return text == "yes"
    if re.fullmatch(NUMBER, text) and not is_misread(cell, read.language, problems):
        return Decimal(text)
    if found := _range(text, cell, problems):
        return found
    problems.append(
        Problem(cell.span, f"`{cell.spoken}` names no numbers", "7, 0 to 7, up to 7, 8 or more, any other")
    )
    return ANY


def _range(text: str, cell: Prose, problems: list[Problem]) -> Range | None:
    """The numbers from one to another that a cell names; None where it names none."""
    if found := BETWEEN.match(text):
        low, high = Decimal(found[1]), Decimal(found[2])
        if low > high:
            message = f"`{cell.spoken}` ends before it begins"
            problems.append(Problem(cell.span, message, "the smaller number first"))
        return Range(low, high)
    if found := AT_LEAST.match(text):
        return Range(Decimal(found[1] or found[2]), None)
    if found := AT_MOST.match(text):
        return Range(None, Decimal(found[1] or found[2]))
    return None


def is_misread(cell: Prose, language: Vocabulary, problems: list[Problem]) -> bool:
    """Whether a number in a cell would be read as another; reported."""
    wrong = language.words.is_written_otherwise(cell.spoken)
    if wrong:
        rightly = cell.spoken.replace(".", language.words.decimal)
        message = f"`{cell.spoken}` is not how {language.name} writes a number"
        problems.append(Problem(cell.span, message, rightly))
    return wrong


def _type_of(cells: Sequence[str]) -> Type:
    """The type of a column by its first cell that says something."""
    text = next((said for said in cells if said not in ("", "unknown")), "0")
    if re.fullmatch(NUMBER, text):
        return Type.NUMBER
    if AMOUNT.match(text):
        return Type.MONEY
    if text in ("yes", "no"):
        return Type.YES_NO
    return Type.DATE if _date(text) else Type.TEXT


def _value(read: LookupTable, cell: Prose, kind: Type, scope: Scope, problems: list[Problem]) -> Any:
    text = read.said(cell)
    if text in ("", "unknown") or is_misread(cell, read.language, problems):
        return None
    if kind is Type.TEXT:
        return cell.spoken
    if kind is Type.YES_NO and text in ("yes", "no"):
        return text == "yes"
    if kind is Type.DATE and (day := _date(text)):
        return day
    if kind is Type.NUMBER and re.fullmatch(NUMBER, text):
        return Decimal(text)
    amount = AMOUNT.match(text) if kind is Type.MONEY else None
    if amount and amount[2] == scope.currency:
        return Decimal(amount[1])
    expected = {
        Type.NUMBER: "a number such as 0",
        Type.YES_NO: "yes or no",
        Type.DATE: "a date such as 2026-11-23",
        Type.MONEY: f"an amount such as 10.00 {scope.currency or 'USD'}, in the currency of the document",
    }
    problems.append(Problem(cell.span, f"`{cell.spoken}` is not {kind}", expected[kind]))
    return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _saying(read: LookupTable, row: Sequence[Prose]) -> str:
    """What a row says to people: its cells in words, each after its heading."""
    spoken = ((index, cell.spoken) for index, cell in enumerate(read.table.header) if not cell.codes)
    return "; ".join(f"{heading}: {row[index].spoken}" for index, heading in spoken if row[index].spoken)
