"""Columns of a CSV file as the kinds of their facts, in DuckDB; what cannot be read stops the run."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from makegood.policy.bulk.errors import WrongColumn, WrongRows
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, MOST_DIGITS, MOST_PLACES, Fact, Kind

NUMBER = rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{0,{MOST_PLACES}}})?"
COUNT = rf"\+?[0-9]{{1,{MOST_DIGITS}}}(\.0*)?"
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
WHITE = "' \t\n\r\x0b\x0c'"
SEPARATORS = (",", ";", "\t", "|")


def read_csv(file: Path, policies: Sequence[Policy]) -> tuple[str, list[str]]:
    """Return what reads a CSV file in SQL, and its columns. Raises WrongRows.

    Nothing is guessed but what separates the columns, and that by the first line: a reader that guesses
    takes rows that it cannot read for something else, and leaves them out.
    """
    header = max((_header(file, each) for each in SEPARATORS), key=lambda each: len(each[1]))
    separator, written = header
    if not written:
        raise WrongRows(f"The first line of {file} does not name columns.")
    counted = Counter(name.casefold() for name in written)
    known = {name for policy in policies for name in policy.facts}
    for name in written:
        if name in known and counted[name] > 1:
            raise WrongColumn(f"The orders have more than one column `{name}`, however it is written.")
    names = [
        name if counted[name.casefold()] == 1 and name else f"{name} (column {place})"
        for place, name in enumerate(written, start=1)
    ]
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
    path = _text(str(file))
    how = f"auto_detect = false, header = true, delim = {_text(separator)}, quote = '\"', escape = '\"'"
    return f"read_csv({path}, {how}, nullstr = '', columns = {{{columns}}})", names


def _header(file: Path, separator: str) -> tuple[str, list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return separator, next(csv.reader(lines, delimiter=separator, strict=True), [])
    except UnicodeDecodeError:
        raise WrongRows(f"{file} is not a text in UTF-8.") from None
    except csv.Error:
        return separator, []


def typed_csv(
    source: str,
    names: Sequence[str],
    policies: Sequence[Policy],
    told: Callable[[str], Iterator[dict[str, Any]]],
) -> str:
    """Return a query of the columns whose facts the policies know, each as its fact's kind.

    `told` runs a query: the file is read once before, to see how many digits its numbers need.
    """
    facts = {name: fact for policy in policies for name, fact in policy.facts.items() if name in names}
    zone = str(policies[0].zone)
    places = _places(source, [fact for fact in facts.values() if fact.kind in _NUMBERS], told)
    columns = ", ".join(
        column for fact in facts.values() for column in (_column(fact, zone, places), *_lost(fact))
    )
    return f"SELECT {columns or '1 AS _none'} FROM {source}"  # noqa: S608  # names are quoted


_NUMBERS = (Kind.NUMBER, Kind.MONEY, Kind.FILES)


def _places(
    source: str, facts: Sequence[Fact], told: Callable[[str], Iterator[dict[str, Any]]]
) -> dict[str, tuple[int, int]]:
    """The digits before and after the point that each column of numbers needs."""
    if not facts:
        return {}
    parts = []
    for place, fact in enumerate(facts):
        number = f"trim({_quoted(fact.name)}, '+- \t')"
        parts.append(f"max(length(split_part({number}, '.', 1))) AS w{place}")
        parts.append(f"max(length(rtrim(split_part({number}, '.', 2), '0'))) AS p{place}")
    (row,) = told(f"SELECT {', '.join(parts)} FROM {source}")  # noqa: S608  # names are quoted
    return {
        fact.name: (
            min(row[f"w{place}"] or 1, MOST_DIGITS),
            0 if fact.kind is Kind.FILES else min(row[f"p{place}"] or 0, MOST_PLACES),
        )
        for place, fact in enumerate(facts)
    }


def _column(fact: Fact, zone: str, places: dict[str, tuple[int, int]]) -> str:
    name = _quoted(fact.name)
    told = f"nullif(trim({name}, {WHITE}), '')"
    if fact.kind is Kind.LIST:
        return f"{name} AS {name}"
    told = f"nullif({told}, {_text(CANNOT_BE_ESTABLISHED)})"
    if fact.kind in (Kind.TEXT, Kind.CHOICE, Kind.CURRENCY):
        return f"{told} AS {name}"
    if fact.kind is Kind.YES_NO:
        word = f"lower({told})"
        read = f"WHEN {word} IN ('yes', 'true') THEN TRUE WHEN {word} IN ('no', 'false') THEN FALSE"
        wanted = "yes or no"
    elif fact.kind in _NUMBERS:
        digits, after = places[fact.name]
        pattern = COUNT if fact.kind is Kind.FILES else NUMBER
        read = _if_like(told, pattern, f"TRY_CAST({told} AS DECIMAL({digits + after}, {after}))")
        wanted = "a number such as 12 or 1.5"
    elif fact.kind is Kind.DATE:
        day = f"CAST(timezone({_text(zone)}, TRY_CAST({told} AS TIMESTAMPTZ)) AS DATE)"
        read = f"{_if_like(told, DATE, f'TRY_CAST({told} AS DATE)')} {_if_like(told, MOMENT, day)}"
        wanted = "a date such as 2026-11-23, or a moment with its time zone"
    else:
        read = _if_like(told, MOMENT, f"TRY_CAST({told} AS TIMESTAMPTZ)")
        wanted = "a moment with its time zone such as 2026-11-23T10:00:00+02:00"
    message = _text(f"The column `{fact.name}` must hold {wanted}, not ")
    return f"CASE WHEN {told} IS NULL THEN NULL {read} ELSE error({message} || {told}) END AS {name}"


def _if_like(told: str, pattern: str, read: str) -> str:
    return f"WHEN regexp_full_match({told}, '{pattern}') AND {read} IS NOT NULL THEN {read}"


def _lost(fact: Fact) -> Iterator[str]:
    """A column for whether the fact cannot be established: what is then presumed, each policy says itself."""
    if fact.kind is not Kind.LIST:
        said = f"trim({_quoted(fact.name)}, {WHITE}) = {_text(CANNOT_BE_ESTABLISHED)}"
        yield f"coalesce({said}, FALSE) AS {_quoted(lost_column(fact.name))}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
