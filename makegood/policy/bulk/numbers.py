"""Exact numbers in a query: whole numbers of a known scale, over others where something was divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.terms import case, two

INT64 = 2**63 - 1


class TooWide(Exception):
    """A number can need more digits than the engine has."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number that lies in `low` to `high`; `constant`: it is written out, so never unknown."""

    expr: exp.Expr
    low: int
    high: int
    constant: bool = False

    @property
    def most(self) -> int:
        """The largest it can be, signs aside."""
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Number:
    """`top` × 10^-scale, divided by `under` (from 1; None is 1). It is unknown where `top` is."""

    top: Whole
    scale: int = 0
    under: Whole | None = None


def constant(number: int) -> Whole:
    """Return a whole number written out."""
    return Whole(terms.whole(number), number, number, constant=True)


ONE = constant(1)


def of_decimal(value: Decimal) -> Number:
    """Return a decimal written out."""
    value = value.normalize()
    scale = max(-int(value.as_tuple().exponent), 0)
    return Number(constant(int(value.scaleb(scale))), scale)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Arithmetic on an engine whose widest whole number is `widest`."""

    widest: int

    def plus(self, one: Number, other: Number) -> Number:
        """Return the sum."""
        (first, second), scale, under = self.alike([one, other])
        return Number(self._sum(first, second), scale, under)

    def minus(self, one: Number, other: Number) -> Number:
        """Return the difference."""
        return self.plus(one, self.negative(other))

    def negative(self, one: Number) -> Number:
        """Return the number with its sign changed."""
        return Number(self._product(one.top, constant(-1)), one.scale, one.under)

    def times(self, one: Number, other: Number) -> Number:
        """Return the product."""
        under = self._unders(one.under, other.under)
        return Number(self._product(one.top, other.top), one.scale + other.scale, under)

    def divided(self, one: Number, other: Number) -> Number:
        """Return the quotient, unknown where the divisor is 0."""
        divisor = other.top
        top = self._product(one.top, other.under or ONE)
        if divisor.constant and divisor.low < 0:
            top, divisor = self._product(top, constant(-1)), constant(-divisor.low)
        if divisor.low <= 0:
            unsigned = self._absolute(divisor)
            negative = self._product(top, constant(-1))
            branches = [
                (two(exp.GT, divisor.expr, terms.whole(0)), top.expr),
                (two(exp.LT, divisor.expr, terms.whole(0)), negative.expr),
            ]
            top = Whole(case(branches), min(top.low, negative.low), max(top.high, negative.high))
            divisor = Whole(unsigned.expr, 1, max(unsigned.high, 1))
        scale = one.scale - other.scale
        if scale < 0:
            top, scale = self._shifted(top, -scale), 0
        if divisor.constant and _is_decimal(divisor.low):
            places = _places(divisor.low)
            return Number(self._product(top, constant(10**places // divisor.low)), scale + places, one.under)
        return Number(top, scale, self._unders(one.under, divisor))

    def compared(self, kind: type[exp.Binary], one: Number, other: Number) -> exp.Expr:
        """Return a comparison, by cross multiplication where something was divided."""
        first, second = self._shared_scale([one, other])
        if one.under or other.under:
            first, second = (
                self._product(first, other.under or ONE),
                self._product(second, one.under or ONE),
            )
        return two(kind, self._fitting(first, second), self._fitting(second, first))

    def alike(self, numbers: Sequence[Number]) -> tuple[list[Whole], int, Whole | None]:
        """Return the tops of some numbers over one scale and one divisor."""
        tops, scale = self._shared_scale(numbers), max(number.scale for number in numbers)
        unders = list(dict.fromkeys(number.under for number in numbers if number.under))
        if not unders:
            return tops, scale, None
        shared = ONE
        for under in unders:
            shared = self._product(shared, under)
        for place, number in enumerate(numbers):
            for under in unders:
                if under != number.under:
                    tops[place] = self._product(tops[place], under)
        return tops, scale, shared

    def rounded(self, number: Number, places: int = 0) -> Number:
        """Return the number with so many places, halves away from zero."""
        if number.under is None and number.scale <= places:
            return Number(self._shifted(number.top, places - number.scale), places)
        top, under = self._over_one(number, places)
        doubled, divisor = self._product(self._absolute(top), constant(2)), self._product(under, constant(2))
        result = self._signed(top, self._quotient(self._sum(doubled, under), divisor))
        return Number(result, places) if places >= 0 else Number(self._shifted(result, -places))

    def floor(self, number: Number) -> Number:
        """Return the largest whole number that is not larger."""
        if number.under is None and number.scale == 0:
            return number
        top, under = self._over_one(number, 0)
        up = self._sum(self._absolute(top), self._sum(under, constant(-1)))
        below = self._product(self._quotient(up, under), constant(-1))
        above = self._quotient(self._absolute(top), under)
        expr = case([(two(exp.LT, top.expr, terms.whole(0)), below.expr)], above.expr)
        return Number(Whole(expr, below.low, above.high))

    def ceil(self, number: Number) -> Number:
        """Return the smallest whole number that is not smaller."""
        return self.negative(self.floor(self.negative(number)))

    def truncated(self, number: Number) -> Whole:
        """Return the whole part, towards zero."""
        if number.under is None and number.scale == 0:
            return number.top
        top, under = self._over_one(number, 0)
        return self._signed(top, self._quotient(self._absolute(top), under))

    def _shared_scale(self, numbers: Sequence[Number]) -> list[Whole]:
        scale = max(number.scale for number in numbers)
        return [self._shifted(number.top, scale - number.scale) for number in numbers]

    def _over_one(self, number: Number, places: int) -> tuple[Whole, Whole]:
        """Dividend and divisor of `number` × 10^places."""
        moved = places - number.scale
        under = self._product(number.under or ONE, constant(10 ** max(-moved, 0)))
        return self._shifted(number.top, max(moved, 0)), under

    def _unders(self, one: Whole | None, other: Whole | None) -> Whole | None:
        return self._product(one, other) if one and other else one or other

    def _shifted(self, one: Whole, places: int) -> Whole:
        return self._product(one, constant(10**places))

    def _sum(self, one: Whole, other: Whole) -> Whole:
        if one.constant and other.constant:
            return constant(one.low + other.low)
        if 0 in (one.low if one.constant else 1, other.low if other.constant else 1):
            return other if one.constant else one
        return self._made(exp.Add, one, other, (one.low + other.low, one.high + other.high))

    def _product(self, one: Whole, other: Whole) -> Whole:
        if one.constant and other.constant:
            return constant(one.low * other.low)
        if one.constant:
            one, other = other, one
        if other.constant and other.low == 1:
            return one
        ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
        return self._made(exp.Mul, one, other, (min(ends), max(ends)))

    def _quotient(self, one: Whole, other: Whole) -> Whole:
        if other.constant and other.low == 1:
            return one
        high = one.high // max(other.low, 1)
        parts = self._fitting(one, other), self._fitting(other, one), terms.whole(high)
        call = terms.call(terms.DIVIDED, *parts)
        if max(one.most, other.most) > INT64 >= high:
            call = terms.call(terms.NARROW, call)
        return Whole(call, 0, high)

    def _made(self, kind: type[exp.Binary], one: Whole, other: Whole, ends: tuple[int, int]) -> Whole:
        low, high = ends
        result = Whole(terms.TRUE, low, high)
        if result.most > self.widest:
            raise TooWide(str(len(str(result.most))))
        expr = two(kind, self._fitting(one, other, result), self._fitting(other, one, result))
        return Whole(expr, low, high)

    def _fitting(self, one: Whole, *others: Whole) -> exp.Expr:
        """The number as wide as the widest of those it is reckoned with."""
        is_wide = one.most > INT64 and not one.constant
        wanted = any(other.most > INT64 for other in (one, *others))
        return terms.call(terms.WIDE, one.expr) if wanted and not is_wide else one.expr

    def _absolute(self, one: Whole) -> Whole:
        if one.low >= 0:
            return one
        negative = self._product(one, constant(-1))
        if one.high <= 0:
            return negative
        expr = case([(two(exp.LT, one.expr, terms.whole(0)), negative.expr)], one.expr)
        return Whole(expr, 0, one.most)

    def _signed(self, sign: Whole, one: Whole) -> Whole:
        if sign.low >= 0:
            return one
        negative = self._product(one, constant(-1))
        expr = case([(two(exp.LT, sign.expr, terms.whole(0)), negative.expr)], one.expr)
        return Whole(expr, negative.low, one.high)


def _is_decimal(divisor: int) -> bool:
    """Whether dividing by it comes out even in decimals."""
    for prime in (2, 5):
        while divisor % prime == 0:
            divisor //= prime
    return divisor == 1


def _places(divisor: int) -> int:
    places = 0
    while 10**places % divisor:
        places += 1
    return places
