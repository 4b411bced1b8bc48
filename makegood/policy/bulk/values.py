"""The values of a query: numbers, and what is no number with its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from makegood.policy.bulk.numbers import Number, Reckoning, Whole
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import FALSE, TRUE, case, every, is_unknown, opposite, two, unknown
from makegood.policy.rules.types import Type

SQL_TYPES: Mapping[Type, str] = {
    Type.YES_NO: "BOOLEAN",
    Type.DATE: "DATE",
    Type.MOMENT: "TIMESTAMPTZ",
    Type.TEXT: "TEXT",
}
"""What holds a value that is no number."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A truth, a date, a moment or a text."""

    expr: exp.Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Listed:
    """A list. `expr`: its column, None where the orders have none; `item`: a field of the item at hand by its
    name, "" for an item that is a plain value. `empty`: where the column is unknown, the list is empty, else
    unknown too; and the other way round in rows where `but` holds (None: in none).
    """

    expr: exp.Expr | None
    item: Callable[[str], Value]
    empty: bool
    but: exp.Expr | None = None

    @property
    def unknown(self) -> exp.Expr:
        """Whether it is unknown."""
        return self.otherwise(TRUE, FALSE, FALSE)

    def otherwise(self, unknown: exp.Expr, of_none: exp.Expr, found: exp.Expr | None) -> exp.Expr:
        """Return `found`, what its column comes to; where that is unknown, `unknown` or `of_none`."""
        usual, other = (of_none, unknown) if self.empty else (unknown, of_none)
        if self.expr is None:
            return usual
        untold = is_unknown(self.expr)
        rare = [] if self.but is None else [(every((untold, self.but)), other)]
        return case([*rare, (untold, usual)], found)


Value = Number | Plain | Listed


def unknown_value(kind: Type) -> Value:
    """Return the unknown of a type that is no list."""
    if kind in SQL_TYPES:
        return Plain(unknown(SQL_TYPES[kind]), kind)
    return Number(Whole(unknown("BIGINT"), 0, 0))


def number_in(value: Value) -> Number:
    """Return a value that the checker of the rules let be a number only."""
    if not isinstance(value, Number):
        raise TypeError(value)
    return value


def plain_in(value: Value) -> Plain:
    """Return a value that the checker of the rules let be neither a number nor a list."""
    if not isinstance(value, Plain):
        raise TypeError(value)
    return value


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses between values of one type, whatever type that is."""

    reckoning: Reckoning
    stages: Stages

    def named(self, value: Value) -> Value:
        """Return the value under a name, so that it is reckoned once."""
        if isinstance(value, Listed):
            return value
        if isinstance(value, Plain):
            return Plain(self.stages.name(value.expr), value.type)
        under = value.under and self._named(value.under)
        return Number(self._named(value.top), value.scale, under)

    def _named(self, one: Whole) -> Whole:
        return one if one.constant else Whole(self.stages.name(one.expr), one.low, one.high)

    def compared(self, kind: type[exp.Binary], one: Value, other: Value) -> exp.Expr:
        """Return a comparison, unknown where a side is."""
        if isinstance(one, Number) and isinstance(other, Number):
            return self.reckoning.compared(kind, one, other)
        assert isinstance(one, Plain)  # noqa: S101  # the checker let no number be compared with another type
        assert isinstance(other, Plain)  # noqa: S101
        return two(kind, one.expr, other.expr)

    def case(self, branches: Sequence[tuple[exp.Expr, Value]]) -> Value:
        """Return the value beside the first condition that holds, unknown where none does."""
        conditions, values = zip(*branches, strict=True)
        first = values[0]
        if isinstance(first, Plain):
            expr = case([(each, value.expr) for each, value in zip(conditions, values, strict=True)])
            return Plain(expr, first.type)
        tops, scale, under = self.reckoning.alike(values)
        expr = case([(each, top.expr) for each, top in zip(conditions, tops, strict=True)])
        found = Whole(expr, min(top.low for top in tops), max(top.high for top in tops))
        return Number(found, scale, under)

    def extreme(self, kind: type[exp.Binary], values: Sequence[Value]) -> Value:
        """Return the smallest (LTE) or the largest (GTE); unknown where one is unknown."""
        found = self.named(values[0])
        for value in values[1:]:
            other = self.named(value)
            first = self.stages.name(self.compared(kind, found, other))
            found = self.named(self.case([(first, found), (opposite(first), other)]))
        return found

    def chosen(self, condition: exp.Expr, then: Value, otherwise: Value) -> Value:
        """Return one of two; where the condition is unknown they must be the same to be known."""
        one, other, holds = self.named(then), self.named(otherwise), self.stages.name(condition)
        same = self.compared(exp.EQ, one, other)
        return self.named(self.case([(holds, one), (opposite(holds), other), (same, one)]))

    def unknown_of(self, value: Value) -> exp.Expr:
        """Return whether a value is unknown."""
        if isinstance(value, Listed):
            return value.unknown
        return is_unknown(value.top.expr if isinstance(value, Number) else value.expr)
