"""Checks that no number or date is said in words that differs from the one of the rule beside it."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from makegood.policy.documents.clauses import Clause
from makegood.policy.documents.lookup_tables import is_lookup
from makegood.policy.documents.reading import MARK, Listed, Prose, Table
from makegood.policy.documents.tables import Term
from makegood.policy.errors import Problem, Span
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.figures import Figures, figures_of
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules.compiling import value_of
from makegood.policy.rules.dialect import walked
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.scope import Rule

if TYPE_CHECKING:
    from makegood.policy.documents.sections import Section

Known = Decimal | date
"""What a rule may say in figures, and its words then too."""
MOST_TOLD = 12
"""Numbers that a problem names of those that would be right."""


def check_numbers(
    clauses: Sequence[Clause],
    terms: Mapping[str, Term],
    columns: Mapping[str, Column],
    sections: Sequence[Section],
    problems: list[Problem],
    language: Vocabulary = ENGLISH,
) -> None:
    """Add a problem for every number in a condition, row or sentence that its rule does not have.

    Where other problems were found the rules are not all known, and a number that none has is no news.
    """
    whole = not problems
    numbers, figures = _Numbers(terms, columns), figures_of(language)
    rules = {
        condition.rule.span: condition.rule
        for clause in clauses
        for part in clause.parts
        for condition in part.conditions
    }
    everywhere = numbers.of(*(rule for clause in clauses for rule in clause.rules()))
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Listed):
                for item in block.items:
                    rule = rules.get(item.codes[-1].span) if item.codes else None
                    known = numbers.of(rule) if rule else everywhere
                    if rule and (known or whole):
                        problems.extend(_differing(figures, item, known, "its rule", measured=False))
                    elif whole:
                        problems.extend(_differing(figures, item, known, "any rule", measured=True))
            elif isinstance(block, Prose) and whole:
                problems.extend(_differing(figures, block, everywhere, "any rule", measured=True))
            elif isinstance(block, Table) and is_lookup(block):
                problems.extend(_rows(figures, block))


class _Known:
    """The numbers and dates that words may say; several sets, for a table's is too large to be copied."""

    def __init__(self, sets: Iterable[frozenset[Known]]) -> None:
        self._sets = tuple(dict.fromkeys(each for each in sets if each))

    def __bool__(self) -> bool:
        return bool(self._sets)

    def __contains__(self, value: Known) -> bool:
        return any(value in each for each in self._sets)

    def numbers_near(self, value: Decimal) -> str:
        """Return the numbers around one that is none of them; "" where there are none."""
        return _around(self._numbers, value)

    def dates_near(self, day: date | None) -> str:
        """Return the dates around one that is none of them; None: around the first."""
        return _around(self._dates, day or date.min)

    @cached_property
    def _numbers(self) -> list[Decimal]:
        return sorted({each for found in self._sets for each in found if isinstance(each, Decimal)})

    @cached_property
    def _dates(self) -> list[date]:
        return sorted({each for found in self._sets for each in found if isinstance(each, date)})


def _around(known: Sequence[Any], value: Any) -> str:
    place = bisect(known, value)
    first = max(0, min(place - MOST_TOLD // 2, len(known) - MOST_TOLD))
    told = ", ".join(map(str, known[first : first + MOST_TOLD]))
    return f"{told}, …" if len(known) > MOST_TOLD else told


class _Numbers:
    """Finds the numbers and dates a rule comes down to, through terms and tables."""

    def __init__(self, terms: Mapping[str, Term], columns: Mapping[str, Column]) -> None:
        self._terms, self._columns = terms, columns
        self._written: dict[Rule | str, frozenset[Known]] = {}

    def of(self, *rules: Rule) -> _Known:
        """Return what is written in rules, in the terms they name and in the columns they look up."""
        waiting = [name for rule in rules for name in rule.names]
        found: dict[Rule | str, frozenset[Known]] = {rule: self._in_rule(rule) for rule in rules}
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found[name] = self._of_column(name) if name in self._columns else frozenset()
            if name in self._terms:
                found[name] = self._in_rule(self._terms[name].rule)
                waiting += self._terms[name].rule.names
        return _Known(found.values())

    def _in_rule(self, rule: Rule) -> frozenset[Known]:
        if rule not in self._written:
            literals = (node for node in walked(rule.tree) if isinstance(node, exp.Literal | exp.Cast))
            self._written[rule] = _figures_among(map(value_of, literals))
        return self._written[rule]

    def _of_column(self, name: str) -> frozenset[Known]:
        if name not in self._written:
            self._written[name] = _figures_among(self._columns[name].rows.values())
        return self._written[name]


def _figures_among(values: Iterable[Any]) -> frozenset[Known]:
    return frozenset(value for value in values if isinstance(value, Decimal | date))


def _rows(figures: Figures, table: Table) -> Iterator[Problem]:
    """In a table that rules look up, the words of a row say only the numbers of that row."""
    told = {index for index, cell in enumerate(table.header) if cell.codes}
    if len(told) == len(table.header):
        return
    for row in table.rows:
        numbers = {value for index in told for _, value in figures.numbers(row[index].spoken)}
        days = {day for index in told for _, day in figures.dates(row[index].spoken) if day}
        known = _Known([frozenset(numbers), frozenset(days)])
        for index, cell in enumerate(row):
            if index not in told:
                yield from _differing(figures, cell, known, "its row", measured=False)


def _differing(
    figures: Figures, prose: Prose, known: _Known, where: str, *, measured: bool
) -> Iterator[Problem]:
    """Yield a problem for each number or date not among `known`; `measured`: only for days and the like."""
    text = MARK.sub(_blank, prose.text)
    for found, day in figures.dates(text):
        if not measured and (day is None or day not in known):
            message = f"`{found[0]}` is not the date of {where}"
            yield Problem(_span(prose, found), message, known.dates_near(day) or "no date here")
    text = figures.without_dates(text)
    for found, value in figures.numbers(text):
        if value in known or (measured and not figures.is_promise(text, found.end())):
            continue
        message = f"`{found[1]}` is not the number of {where}"
        yield Problem(_span(prose, found), message, known.numbers_near(value) or "no number here")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _span(prose: Prose, found: re.Match[str]) -> Span:
    """Where the number stands: exact on the first line of the text, the text's beginning after that."""
    if found.end() <= prose.span.length:
        return prose.span.part(found.start(), len(found[0]))
    return prose.span
