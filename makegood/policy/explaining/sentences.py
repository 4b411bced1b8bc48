"""Says values for people: dates as they are said, amounts with currency, a condition with its values."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.vocabulary import Vocabulary
from makegood.policy.rules import numbers
from makegood.policy.rules.scope import Rule
from makegood.policy.rules.types import Type

PLACES = 4
"""Of a number that was divided, as it is said; reckoning goes on with the exact one."""


class Sentences:
    """The values of one case in words, in the language of its document.

    `values` are the facts (None: unknown), `terms` what the terms come to, `lost` the facts that cannot be
    established; what the policy presumes of them is said.
    """

    def __init__(
        self,
        policy: Policy,
        values: Mapping[str, Any],
        terms: Mapping[str, Any],
        lost: Container[str] = frozenset(),
    ) -> None:
        self.policy, self.values, self.terms, self.lost = policy, values, terms, lost
        self._language = policy.vocabulary
        self._phrases = policy.vocabulary.phrases
        self._currency = policy.currency_of(values)

    def because(self, rule: Rule, *, settled: bool) -> str:
        """Return one sentence: each value the rule looks at, in words; an unknown one as its question.

        Once the rule is settled, what it could not look at is not spoken of: it did not matter. "" when the
        rule looks at nothing.
        """
        said = self._phrases
        missing = (said.unknown, said.not_there, said.no_row.partition("{")[0])
        pieces = dict.fromkeys(
            piece for piece in self._pieces(rule.names, set()) if not (settled and piece.startswith(missing))
        )
        sentence = "; ".join(pieces)
        if not sentence:
            return ""
        return sentence[0].upper() + sentence[1:] + ("" if sentence[-1] in "?.!" else ".")

    def _pieces(self, names: tuple[str, ...], told: set[str]) -> Iterator[str]:
        """Terms first, each once and after what it is made of (`told`: so far); then facts; then tables."""
        for name in names:
            if name in self.policy.terms and name not in told:
                told.add(name)
                yield from self._pieces(self.policy.terms[name].rule.names, told)
                yield from self._term(name)
        for name in names:
            if name in self.policy.facts:
                yield self._fact(name)
        for name in names:
            if name in self.policy.columns:
                yield from self._row(name)

    def saying(self, name: str) -> str:
        """Return a fact with its value in words; its question where the value is unknown."""
        fact, value = self.policy.facts[name], self.values[name]
        if value is None:
            there = self.policy.concerns(name, self.values) is not False
            return f"{self._phrases.unknown if there else self._phrases.not_there}: {fact.question}"
        return self._said(name, fact.words_of(value), value, money=fact.kind is Kind.MONEY)

    def _fact(self, name: str) -> str:
        said = self.saying(name)
        presumed = name in self.lost and self.values[name] is not None
        return self._phrases.presumed.format(words=said) if presumed else said

    def _term(self, name: str) -> Iterator[str]:
        term = self.policy.terms[name]
        value = self.terms[name]
        if value is not None:
            yield self._said(name, term.words, value, money=term.rule.type is Type.MONEY)

    def _said(self, name: str, words: str, value: Any, *, money: bool) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(self.policy.zone)
        said = spoken(value, self._language, money=money, currency=self._currency)
        return words.replace("{}", said) if words else f"{name.replace('_', ' ')}: {said}"

    def _row(self, name: str) -> Iterator[str]:
        policy, values = self.policy, self.values
        column = policy.columns[name]
        keys = [self.terms[key] if key in policy.terms else values[key] for key in column.keys]
        row = column.row(keys)
        if row is not None:
            value, money = column.rows[row], column.type is Type.MONEY
            if column.sayings[row]:
                yield column.sayings[row]
            elif value is not None:
                yield self._said(name, "", value, money=money)
        elif None in keys:
            unknown = policy.facts_under(column.keys)
            yield from (self._fact(key) for key in policy.facts if key in unknown and values[key] is None)
        else:
            said = ", ".join(spoken(key, self._language) for key in keys)
            yield self._phrases.no_row.format(keys=said, table=column.title)


def spoken(
    value: Any, language: Vocabulary = ENGLISH, *, money: bool = False, currency: str | None = None
) -> str:
    """Return a value as people say it: 2 December 2026, $79.00, 1,234.5, yes."""
    locale, phrases = language.locale, language.phrases
    if isinstance(value, bool):
        return phrases.yes if value else phrases.no
    if isinstance(value, datetime):
        return f"{format_date(value, _day_pattern(locale), locale=locale)}, {value:%H:%M} {value:%Z}".strip()
    if isinstance(value, date):
        return format_date(value, _day_pattern(locale), locale=locale)
    if isinstance(value, tuple):
        return ", ".join(_item(each, language) for each in value) or phrases.none
    if isinstance(value, Fraction):
        value = numbers.half_up(value, PLACES).normalize()
    if isinstance(value, Decimal):
        if money and currency:
            return format_currency(value, currency, locale=locale)
        return f"{value}" if money else format_decimal(value, locale=locale)
    return str(value)


def _day_pattern(locale: str) -> str:
    """English says 2 December 2026 without a comma everywhere; other languages as their locale does."""
    return "d MMMM yyyy" if locale == "en" else "long"


def _item(item: Any, language: Vocabulary) -> str:
    if isinstance(item, dict):
        return " ".join(spoken(value, language) for value in item.values() if value is not None)
    return spoken(item, language)
