"""Checks that no number is said in words that differs from the number of the rule beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from makegood.policy.documents.clauses import Clause
from makegood.policy.documents.lookup_tables import is_lookup
from makegood.policy.documents.reading import Listed, Prose, Table
from makegood.policy.documents.tables import Term
from makegood.policy.errors import Problem, Span
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.scope import Rule

if TYPE_CHECKING:
    from makegood.policy.documents.sections import Section

WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
    "ninety": 90,
}  # not "one": it is a pronoun too
FIGURE = r"\d+(?:[.,]\d+)*"
NUMBER = re.compile(
    rf"(?<![\w.-])({FIGURE}|{'|'.join(sorted(WORDS, key=len, reverse=True))})(?![\w])", re.IGNORECASE
)
UNIT = re.compile(
    r"^\s*(?:%|(?:calendar |working |business )?(?:days?|hours?|weeks?|months?|years?|percent)\b)",
    re.IGNORECASE,
)


def check_numbers(
    clauses: Sequence[Clause],
    terms: Mapping[str, Term],
    columns: Mapping[str, Column],
    sections: Sequence[Section],
    problems: list[Problem],
) -> None:
    """Add a problem for every number in a condition, row or sentence that its rule does not have."""
    numbers = _Numbers(terms, columns)
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
                    if rule:
                        problems.extend(_differing(item, numbers.of(rule), "its rule", measured=False))
                    else:
                        problems.extend(_differing(item, everywhere, "any rule", measured=True))
            elif isinstance(block, Prose):
                problems.extend(_differing(block, everywhere, "any rule", measured=True))
            elif isinstance(block, Table) and is_lookup(block):
                problems.extend(_rows(block))


class _Numbers:
    """Finds the numbers a rule comes down to, through terms and tables."""

    def __init__(self, terms: Mapping[str, Term], columns: Mapping[str, Column]) -> None:
        self._terms, self._columns = terms, columns

    def of(self, rule: Rule) -> set[Decimal]:
        """Return every number written in the rule, in the terms it names and in the columns it looks up."""
        found = {Decimal(node.name) for node in rule.tree.find_all(exp.Literal) if not node.is_string}
        for name in rule.names:
            if name in self._terms:
                found |= self.of(self._terms[name].rule)
            if name in self._columns:
                values = self._columns[name].rows.values()
                found |= {value for value in values if isinstance(value, Decimal)}
        return found


def _rows(table: Table) -> Iterator[Problem]:
    """In a table that rules look up, the words of a row say only the numbers of that row."""
    for row in table.rows:
        told = {index for index, cell in enumerate(table.header) if cell.codes}
        figures = (found for index in told for found in NUMBER.finditer(row[index].spoken))
        known = {value for found in figures if (value := _value(found[1])) is not None}
        for index, cell in enumerate(row):
            if index not in told:
                yield from _differing(cell, known, "its row", measured=False)


def _differing(prose: Prose, known: Iterable[Decimal], where: str, *, measured: bool) -> Iterator[Problem]:
    """Yield a problem for each number not among `known`; `measured`: only of days and the like."""
    known = set(known)
    text = re.sub("\u2424\\d+\u2424", lambda found: " " * len(found[0]), prose.text)
    for found in NUMBER.finditer(text):
        value = _value(found[1])
        if value is None or value in known or (measured and not UNIT.match(text[found.end() :])):
            continue
        expected = ", ".join(str(number) for number in sorted(known)) or "no number here"
        yield Problem(_span(prose, found), f"`{found[1]}` is not the number of {where}", expected)


def _span(prose: Prose, found: re.Match[str]) -> Span:
    """Where the number stands: exact on the first line of the text, the text's beginning after that."""
    if prose.text[: found.end()] and found.end() <= prose.span.length:
        return prose.span.part(found.start(), len(found[0]))
    return prose.span


def _value(written: str) -> Decimal | None:
    word = WORDS.get(written.lower())
    if word is not None:
        return Decimal(word)
    return Decimal(written.replace(",", "")) if re.fullmatch(r"\d+(,\d{3})*(\.\d+)?", written) else None
