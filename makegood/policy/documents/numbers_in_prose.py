"""Checks that no number or date is said in words that differs from the one of the rule beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from makegood.policy.documents.clauses import Clause
from makegood.policy.documents.lookup_tables import is_lookup
from makegood.policy.documents.reading import Listed, Prose, Table
from makegood.policy.documents.tables import Term
from makegood.policy.errors import Problem, Span
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.figures import Figures, figures_of
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.scope import Rule

if TYPE_CHECKING:
    from makegood.policy.documents.sections import Section

Known = Decimal | date
"""What a rule may say in figures, and its words then too."""


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
    everywhere = set().union(*(numbers.of(rule) for clause in clauses for rule in clause.rules()), set())
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


class _Numbers:
    """Finds the numbers and dates a rule comes down to, through terms and tables."""

    def __init__(self, terms: Mapping[str, Term], columns: Mapping[str, Column]) -> None:
        self._terms, self._columns = terms, columns

    def of(self, rule: Rule) -> set[Known]:
        """Return what is written in the rule, in the terms it names and in the columns it looks up."""
        found: set[Known] = {
            Decimal(node.name) for node in rule.tree.find_all(exp.Literal) if not node.is_string
        }
        found |= {date.fromisoformat(node.this.name) for node in rule.tree.find_all(exp.Cast)}
        for name in rule.names:
            if name in self._terms:
                found |= self.of(self._terms[name].rule)
            if name in self._columns:
                values = self._columns[name].rows.values()
                found |= {value for value in values if isinstance(value, Decimal | date)}
        return found


def _rows(figures: Figures, table: Table) -> Iterator[Problem]:
    """In a table that rules look up, the words of a row say only the numbers of that row."""
    for row in table.rows:
        told = {index for index, cell in enumerate(table.header) if cell.codes}
        known: set[Known] = {value for index in told for _, value in figures.numbers(row[index].spoken)}
        known |= {day for index in told for _, day in figures.dates(row[index].spoken) if day}
        for index, cell in enumerate(row):
            if index not in told:
                yield from _differing(figures, cell, known, "its row", measured=False)


def _differing(
    figures: Figures, prose: Prose, known: Iterable[Known], where: str, *, measured: bool
) -> Iterator[Problem]:
    """Yield a problem for each number or date not among `known`; `measured`: only for days and the like."""
    known = set(known)
    text = re.sub("\u2424\\d+\u2424", _blank, prose.text)
    for found, day in figures.dates(text):
        if not measured and day not in known:
            expected = ", ".join(sorted(str(each) for each in known if isinstance(each, date)))
            message = f"`{found[0]}` is not the date of {where}"
            yield Problem(_span(prose, found), message, expected or "no date here")
    text = figures.without_dates(text)
    for found, value in figures.numbers(text):
        if value in known or (measured and not figures.is_promise(text[found.end() :])):
            continue
        expected = ", ".join(str(number) for number in sorted(_numbers(known))) or "no number here"
        yield Problem(_span(prose, found), f"`{found[1]}` is not the number of {where}", expected)


def _numbers(known: Iterable[Known]) -> list[Decimal]:
    return [each for each in known if isinstance(each, Decimal)]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _span(prose: Prose, found: re.Match[str]) -> Span:
    """Where the number stands: exact on the first line of the text, the text's beginning after that."""
    if prose.text[: found.end()] and found.end() <= prose.span.length:
        return prose.span.part(found.start(), len(found[0]))
    return prose.span
