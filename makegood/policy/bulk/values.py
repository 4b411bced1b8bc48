"""The values of a query: numbers, and what is no number with its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from makegood.policy.bulk.numbers import Number, Reckoning, Whole
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import case, is_unknown, opposite, two
from makegood.policy.facts import Kind
from makegood.policy.rules.types import Type

SQL_TYPES: Mapping[Type, str] = {Type.YES_NO: "BOOLEAN", Type.DATE: "DATE", Type.TEXT: "TEXT"}


@dataclass(frozen=True, slots=True)
class Plain:
    """A truth, a date, a moment, a text, or a list whose items have these kinds."""

    expr: exp.Expr
    type: Type
    fields: Mapping[str, Kind] | None = None


Value = Number | Plain


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses between values of one type, whatever type that is."""

    reckoning: Reckoning
    stages: Stages

    def named(self, value: Value) -> Value:
        """Return the value under a name, so that it is reckoned once."""
        if isinstance(value, Plain):
            return Plain(self.stages.name(value.expr), value.type, value.fields)
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
        return is_unknown(value.top.expr if isinstance(value, Number) else value.expr)
