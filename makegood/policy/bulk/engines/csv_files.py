"""Columns of a CSV file as the kinds of their facts, in DuckDB; what cannot be read stops the run."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from makegood.policy.bulk.errors import WrongColumn, WrongRows
from makegood.policy.bulk.inputs import DESCRIBED, lost_column
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import (
    CANNOT_BE_ESTABLISHED,
    MOST_DIGITS,
    MOST_PLACES,
    NUMERIC,
    TEXTUAL,
    Fact,
    Kind,
)

NUMBER = rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{0,{MOST_PLACES}}})?"
COUNT = rf"\+?[0-9]{{1,{MOST_DIGITS}}}(\.0*)?"
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
Digits = tuple[int, int]
ONE_DIGIT: Digits = 1, 0
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
    """Return a query of the columns whose facts the policies know, each as its fact's kind, with one beside
    it (LOST) that says of which rows the fact cannot be established.

    `told` runs a query: the file is read once before, to see how many digits its numbers need.
    """
    facts = {name: fact for policy in policies for name, fact in policy.facts.items() if name in names}
    zone = str(policies[0].zone)
    places = _places(source, [fact for fact in facts.values() if fact.kind in (*NUMERIC, Kind.LIST)], told)
    columns = ", ".join(
        column for fact in facts.values() for column in (_column(fact, zone, places), _lost(fact))
    )
    return f"SELECT {columns or '1 AS _none'} FROM {source}"  # noqa: S608  # names are quoted


def _places(
    source: str, facts: Sequence[Fact], told: Callable[[str], Iterator[dict[str, Any]]]
) -> dict[str, Digits]:
    """The digits before and after the point that each column of numbers, or of lists, needs."""
    if not facts:
        return {}
    parts = []
    for place, fact in enumerate(facts):
        before, after = _most_in_json(fact) if fact.kind is Kind.LIST else _most_in_cell(fact)
        parts += [f"max({before}) AS w{place}", f"max({after}) AS p{place}"]
    (row,) = told(f"SELECT {', '.join(parts)} FROM {source}")  # noqa: S608  # names are quoted
    return {
        fact.name: (
            min(row[f"w{place}"] or 1, MOST_DIGITS),
            0 if fact.kind is Kind.FILES else min(row[f"p{place}"] or 0, MOST_PLACES),
        )
        for place, fact in enumerate(facts)
    }


def _most_in_cell(fact: Fact) -> tuple[str, str]:
    number = f"trim({_quoted(fact.name)}, '+- \t')"
    before, after = (f"split_part({number}, '.', {part})" for part in (1, 2))
    return f"length({before})", f"length(rtrim({after}, '0'))"


def _most_in_json(fact: Fact) -> tuple[str, str]:
    """The longest runs of digits anywhere in a list: no number in it needs more."""
    before = f"regexp_extract_all({_quoted(fact.name)}, '[0-9]+')"
    after = f"regexp_extract_all({_quoted(fact.name)}, '\\.([0-9]+)', 1)"
    return (
        f"list_max(list_transform({before}, lambda n: length(n)))",
        f"list_max(list_transform({after}, lambda n: length(rtrim(n, '0'))))",
    )


def _column(fact: Fact, zone: str, places: Mapping[str, Digits]) -> str:
    name = _quoted(fact.name)
    told = f"nullif(nullif(trim({name}, {WHITE}), ''), {_text(CANNOT_BE_ESTABLISHED)})"
    if fact.kind is Kind.LIST:
        return f"{json_list(fact, told, zone, places)} AS {name}"
    wanted = f"The column `{fact.name}` must hold {DESCRIBED[fact.kind]}, not "
    return f"{read(fact.kind, told, zone, places.get(fact.name, ONE_DIGIT), wanted)} AS {name}"


def json_list(fact: Fact, told: str, zone: str, places: Mapping[str, Digits]) -> str:
    """Return a list of typed items from a text of JSON; what is no such list stops the run."""
    digits, item = places.get(fact.name, ONE_DIGIT), "_item"
    if "" in fact.fields:
        typed = _from_json(fact.name, fact.fields[""], item, zone, digits)
    else:
        fields = {name: f"({item} -> {_text(name)})" for name in fact.fields}
        parts = [
            f"{_quoted(name)} := {_from_json(f'{fact.name}.{name}', fact.fields[name], value, zone, digits)}"
            for name, value in fields.items()
        ]
        wanted = f"The column `{fact.name}` must hold records of {', '.join(fact.fields)} in its list, not "
        wrong = f"error({_text(wanted)} || coalesce(CAST({item} AS VARCHAR), 'null'))"
        typed = (
            f"CASE WHEN json_type({item}) = 'OBJECT' THEN struct_pack({', '.join(parts)}) ELSE {wrong} END"
        )
    is_list = f"json_valid({told}) AND json_type({told}) = 'ARRAY'"
    items = f"list_transform(CAST(CAST({told} AS JSON) AS JSON[]), lambda {item}: {typed})"
    wrong = f"error({_text(f'The column `{fact.name}` must hold a list in JSON, not ')} || {told})"
    return f"CASE WHEN {told} IS NULL THEN NULL WHEN {is_list} THEN {items} ELSE {wrong} END"


def _from_json(name: str, kind: Kind, value: str, zone: str, digits: Digits) -> str:
    """One value told in JSON, as strictly as a cell; a number with a point must be in quotes to be exact."""
    types = {Kind.YES_NO: ("BOOLEAN",), **dict.fromkeys(NUMERIC, ("UBIGINT", "BIGINT"))}.get(kind, ())
    allowed = ", ".join(_text(each) for each in ("VARCHAR", "NULL", *types))
    hint = " (in quotes where it has a point)" if kind in NUMERIC else ""
    wanted = f"The column `{name}` must hold {DESCRIBED[kind]}{hint} in every item, not "
    wrong = f"error({_text(wanted)} || CAST({value} AS VARCHAR))"
    told = f"nullif(trim({value} ->> '$', {WHITE}), '')"
    told = (
        f"(CASE WHEN json_type({value}) IN ({allowed}) THEN {told} WHEN {value} IS NOT NULL THEN {wrong} END)"
    )
    return read(kind, told, zone, digits, wanted)


def read(kind: Kind, told: str, zone: str, digits: Digits, wanted: str) -> str:
    """Return a value of a kind from text, NULL from NULL; else the run stops with `wanted` and the text."""
    if kind in TEXTUAL:
        return told
    if kind is Kind.YES_NO:
        word = f"lower({told})"
        typed = f"WHEN {word} IN ('yes', 'true') THEN TRUE WHEN {word} IN ('no', 'false') THEN FALSE"
    elif kind in NUMERIC:
        before, after = digits
        pattern = COUNT if kind is Kind.FILES else NUMBER
        typed = _if_like(told, pattern, f"TRY_CAST({told} AS DECIMAL({before + after}, {after}))")
    elif kind is Kind.DATE:
        day = f"CAST(timezone({_text(zone)}, TRY_CAST({told} AS TIMESTAMPTZ)) AS DATE)"
        typed = f"{_if_like(told, DATE, f'TRY_CAST({told} AS DATE)')} {_if_like(told, MOMENT, day)}"
    else:
        typed = _if_like(told, MOMENT, f"TRY_CAST({told} AS TIMESTAMPTZ)")
    return f"CASE WHEN {told} IS NULL THEN NULL {typed} ELSE error({_text(wanted)} || {told}) END"


def _if_like(told: str, pattern: str, read: str) -> str:
    return f"WHEN regexp_full_match({told}, '{pattern}') AND {read} IS NOT NULL THEN {read}"


def _lost(fact: Fact) -> str:
    """A column for whether the fact cannot be established: what is then presumed, each policy says itself."""
    said = f"trim({_quoted(fact.name)}, {WHITE}) = {_text(CANNOT_BE_ESTABLISHED)}"
    return f"coalesce({said}, FALSE) AS {_quoted(lost_column(fact.name))}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
