"""What the functions over the items of a list come to, unknown items and all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import CannotReckon
from makegood.policy.bulk.numbers import INT64, Number, TooWide, Whole, constant
from makegood.policy.bulk.terms import call, case, opposite, two, whole
from makegood.policy.bulk.values import Choosing, Listed, Plain
from makegood.policy.facts import LONGEST_LIST
from makegood.policy.rules.types import Type

HOLDS, OPEN, FAILS = whole(2), whole(1), whole(0)
"""What a condition comes to for one item: the largest of them all is what it comes to for any."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Looks at every item of a list, for one engine."""

    engine: str
    choosing: Choosing

    def some(self, listed: Listed, holds: exp.Expr) -> Plain:
        """Return whether a condition holds of an item; unknown where none holds and one is unknown."""
        found = None
        if listed.expr is not None:
            named = self._named(holds)
            each = case([(named, HOLDS), (opposite(named), FAILS)], OPEN)
            most = self.choosing.stages.over(terms.LARGEST, listed.expr, each)
            found = case([(two(exp.EQ, most, HOLDS), terms.TRUE), (two(exp.EQ, most, FAILS), terms.FALSE)])
        return Plain(listed.otherwise(terms.unknown("BOOLEAN"), terms.FALSE, found), Type.YES_NO)

    def every(self, listed: Listed, holds: exp.Expr) -> Plain:
        """Return whether a condition holds of every item."""
        fails = self.some(listed, opposite(self._named(holds)))
        return Plain(opposite(self._named(fails.expr)), Type.YES_NO)

    def how_many(self, listed: Listed) -> Number:
        """Return how many items there are."""
        found = None if listed.expr is None else call(terms.HOW_MANY, listed.expr)
        return Number(Whole(self._otherwise(listed, found), 0, LONGEST_LIST))

    def added(self, listed: Listed, value: Number, holds: exp.Expr | None) -> Number:
        """Return a value added up over the items of which a condition holds (None: over all).

        It is unknown as soon as an item may count whose value or condition is unknown. Raises CannotReckon,
        TooWide.
        """
        top, under = value.top, self._shared(value.under)
        low, high = min(top.low, 0) * LONGEST_LIST, max(top.high, 0) * LONGEST_LIST
        total = Whole(terms.TRUE, low, high)
        if total.most > self.choosing.reckoning.widest:
            raise TooWide(str(len(str(total.most))))
        width, found = terms.NARROW if total.most <= INT64 else terms.WIDE, None
        if listed.expr is not None:
            each: exp.Expr = call(width, top.expr)
            if holds is not None:
                named = self._named(holds)
                each = case([(named, each), (opposite(named), call(width, whole(0)))])
            found = call(width, self.choosing.stages.over(terms.ADDED, listed.expr, each))
        return Number(Whole(self._otherwise(listed, found), low, high), value.scale, under)

    def _shared(self, under: Whole | None) -> Whole | None:
        """A divisor that is the same for all items; 1 where it is unknown, for then every value is."""
        if under is None or under.constant:
            return under
        if terms.items_in(under.expr):
            raise CannotReckon(self.engine, "`sum` of quotients whose divisor differs from item to item")
        known = self._named(under.expr)
        expr = case([(two(exp.GTE, known, whole(1)), known)], under_one(under))
        return Whole(self._named(expr), 1, max(under.high, 1))

    def _otherwise(self, listed: Listed, found: exp.Expr | None) -> exp.Expr:
        return self._named(listed.otherwise(terms.unknown("BIGINT"), whole(0), found))

    def _named(self, expression: exp.Expr) -> exp.Expr:
        return self.choosing.stages.name(expression)


def under_one(under: Whole) -> exp.Expr:
    """The number 1, as wide as a divisor."""
    return call(terms.WIDE, whole(1)) if under.most > INT64 else constant(1).expr
