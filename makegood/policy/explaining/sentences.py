"""Says values for people: dates as they are said, amounts with currency, a condition with its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind
from makegood.policy.rules import numbers
from makegood.policy.rules.scope import Rule
from makegood.policy.rules.types import Type

LOCALE = "en"
PLACES = 4
"""Of a number that was divided, as it is said; reckoning goes on with the exact one."""
UNKNOWN = "not known yet"
NO_ROW = "there is no row for"


def because(policy: Policy, rule: Rule, values: Mapping[str, Any]) -> str:
    """Return one sentence: each value the rule looks at, in words; an unknown one as its question.

    Once the rule is settled, what it could not look at is not spoken of: it did not matter.
    """
    settled = policy.compiled[rule](values) is not None
    pieces = dict.fromkeys(
        piece
        for piece in _pieces(policy, rule.names, values)
        if not (settled and piece.startswith((UNKNOWN, NO_ROW)))
    )
    sentence = "; ".join(pieces)
    if not sentence:
        return ""
    return sentence[0].upper() + sentence[1:] + ("" if sentence[-1] in "?.!" else ".")


def _pieces(policy: Policy, names: tuple[str, ...], values: Mapping[str, Any]) -> Iterator[str]:
    """Terms first, each after what it is made of; then tables; then plain facts."""
    for name in names:
        if name in policy.terms:
            yield from _pieces(policy, policy.terms[name].rule.names, values)
            yield from _term(policy, name, values)
    for name in names:
        if name in policy.facts:
            yield _fact(policy, name, values)
    for name in names:
        if name in policy.columns:
            yield from _row(policy, name, values)


def _fact(policy: Policy, name: str, values: Mapping[str, Any]) -> str:
    fact, value = policy.facts[name], values[name]
    if value is None:
        return f"{UNKNOWN}: {fact.question}"
    words, _, otherwise = fact.words.partition(" / ")
    if fact.kind is Kind.YES_NO and otherwise:
        return words if value else otherwise
    said = spoken(value, money=fact.kind is Kind.MONEY, currency=_currency(policy, values))
    return words.replace("{}", said) if words else f"{name.replace('_', ' ')}: {said}"


def _term(policy: Policy, name: str, values: Mapping[str, Any]) -> Iterator[str]:
    term = policy.terms[name]
    value = policy.compiled[term.rule](values)
    if value is not None:
        said = spoken(value, money=term.rule.type is Type.MONEY, currency=_currency(policy, values))
        yield term.words.replace("{}", said) if term.words else f"{name.replace('_', ' ')}: {said}"


def _row(policy: Policy, name: str, values: Mapping[str, Any]) -> Iterator[str]:
    column = policy.columns[name]
    keys = [
        policy.compiled[policy.terms[key].rule](values) if key in policy.terms else values[key]
        for key in column.keys
    ]
    row = column.row(keys)
    if row is not None:
        yield column.sayings[row]
    elif None in keys:
        unknown = policy.facts_under(column.keys)
        yield from (
            _fact(policy, key, values) for key in policy.facts if key in unknown and values[key] is None
        )
    else:
        yield f"{NO_ROW} {', '.join(spoken(key) for key in keys)} in “{column.title}”"


def _currency(policy: Policy, values: Mapping[str, Any]) -> str | None:
    return policy.currency_of(values)


def spoken(value: Any, *, money: bool = False, currency: str | None = None) -> str:
    """Return a value as people say it: 2 December 2026, $79.00, 1,234.5, yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return format_datetime(value, "d MMMM yyyy, HH:mm", locale=LOCALE)
    if isinstance(value, date):
        return format_date(value, "d MMMM yyyy", locale=LOCALE)
    if isinstance(value, tuple):
        return ", ".join(_item(each) for each in value) or "none"
    if isinstance(value, Fraction):
        value = numbers.half_up(value, PLACES).normalize()
    if isinstance(value, Decimal):
        if money and currency:
            return format_currency(value, currency, locale=LOCALE)
        return f"{value}" if money else format_decimal(value, locale=LOCALE)
    return str(value)


def _item(item: Any) -> str:
    if isinstance(item, dict):
        return " ".join(spoken(value) for value in item.values() if value is not None)
    return spoken(item)
