"""What a solver found, read back as the facts of a case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import z3

from makegood.policy.checks.proofs.values import Item, Listing, Term, Truth, Value
from makegood.policy.checks.proofs.world import World
from makegood.policy.facts import MOST_DIGITS, MOST_PLACES, Fact, Kind
from makegood.policy.rules.dialect import EACH

Model = Any


class NotWritten(ValueError):
    """A number of a case is one that nobody writes, such as 1/3."""


def facts_in(model: Model, world: World) -> dict[str, Any]:
    """Return the facts of the case that a solver found, without those that are unknown. Raises NotWritten."""
    found = {name: _value(model, world, fact) for name, fact in world.facts.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(model: Model, world: World, fact: Fact) -> Any:
    if fact.name in world.is_told and not _true(model, world.is_told[fact.name]):
        return None
    value = world.values[fact.name]
    if isinstance(value, Listing):
        return tuple(_item(model, world, fact, item) for item in value.items if _true(model, item.there))
    return _plain(model, world, fact.kind, value)


def _item(model: Model, world: World, fact: Fact, item: Item) -> Any:
    if "" in fact.fields:
        return _plain(model, world, fact.fields[""], item.values[EACH])
    return {
        name: _plain(model, world, kind, item.values[f"{EACH}.{name}"]) for name, kind in fact.fields.items()
    }


def _plain(model: Model, world: World, kind: Kind, value: Value) -> Any:
    if isinstance(value, Truth):
        return _true(model, value.holds)
    assert not isinstance(value, Listing)  # noqa: S101  # a list holds no lists
    found = model.eval(value.value, model_completion=True)
    if kind in (Kind.NUMBER, Kind.MONEY):
        return _written(found)
    whole = found.as_long()
    if kind is Kind.FILES:
        return Decimal(whole)
    if kind is Kind.DATE:
        return date.fromordinal(whole)
    if kind is Kind.MOMENT:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=whole)
    return world.texts[whole] if whole < len(world.texts) else f"other {whole - len(world.texts) + 1}"


def _written(found: Any) -> Decimal:
    if not z3.is_rational_value(found) and not z3.is_int_value(found):
        raise NotWritten(str(found))
    exact = Fraction(found.as_fraction()) if z3.is_rational_value(found) else Fraction(found.as_long())
    with localcontext(prec=MOST_DIGITS + MOST_PLACES + 1):
        number = Decimal(exact.numerator) / exact.denominator
    if Fraction(number) != exact or -int(number.as_tuple().exponent) > MOST_PLACES:
        raise NotWritten(str(exact))
    return number


def _true(model: Model, term: Term) -> bool:
    return bool(z3.is_true(model.eval(term, model_completion=True)))
