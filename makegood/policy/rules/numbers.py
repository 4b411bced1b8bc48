"""Exact numbers: decimals, and fractions where something was divided; never a float."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

Number = Decimal | Fraction
EXACT = Context(prec=400)
MOST_BITS = 1200
"""A result that needs more is a mistake of its rule; it counts as unknown, so that cost stays bounded."""
MANY_DIGITS = 100


def plus(one: Number, other: Number) -> Number | None:
    """Return the sum, None when it is beyond all measure."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return _kept(EXACT.add(one, other))
    return _kept(Fraction(one) + Fraction(other))


def minus(one: Number, other: Number) -> Number | None:
    """Return the difference, None when it is beyond all measure."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return _kept(EXACT.subtract(one, other))
    return _kept(Fraction(one) - Fraction(other))


def times(one: Number, other: Number) -> Number | None:
    """Return the product, None when it is beyond all measure."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return _kept(EXACT.multiply(one, other))
    return _kept(Fraction(one) * Fraction(other))


def divided(one: Number, other: Number) -> Number | None:
    """Return the quotient; None for a division by 0, which no rule of money can mean."""
    return None if other == 0 else _kept(Fraction(one) / Fraction(other))


def negative(one: Number) -> Number:
    """Return the number with its sign changed."""
    return EXACT.minus(one) if isinstance(one, Decimal) else -one


def half_up(number: Number, places: int = 0) -> Decimal:
    """Return the number with so many places, halves away from zero."""
    if isinstance(number, Decimal):
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)
    scaled = abs(number) * 10**places
    whole = math.floor(scaled + Fraction(1, 2))
    return Decimal(whole if number >= 0 else -whole).scaleb(-places, EXACT)


def payable(amount: Number, places: int, paid: Number | None) -> Decimal:
    """Return an amount with so many places, halves up, yet never more than what was paid (None: no bound)."""
    found = half_up(amount, places)
    return found if paid is None or found <= paid else found - Decimal(1).scaleb(-places)


def floor(number: Number) -> Decimal:
    """Return the largest whole number that is not larger."""
    return Decimal(math.floor(number))


def ceil(number: Number) -> Decimal:
    """Return the smallest whole number that is not smaller."""
    return Decimal(math.ceil(number))


def _kept(number: Number) -> Number | None:
    if isinstance(number, Decimal):
        digits = number.as_tuple()
        return None if len(digits.digits) > MANY_DIGITS or number.adjusted() > MANY_DIGITS else number
    return None if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS else number
