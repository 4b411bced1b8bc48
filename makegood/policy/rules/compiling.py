"""Turns a rule's tree into a Python closure over a case's values; what is unknown stays unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from makegood.policy.rules.kleene import every, opposite, some

Values = Mapping[str, Any]
Compiled = Callable[[Values], Any]

OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `key` is the fact that finds a row, `sayings` the rows in words."""

    name: str
    title: str
    key: str
    rows: Mapping[str, Any]
    sayings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles trees. `terms` are closures made before, `columns` the tables; any other name is a fact."""

    terms: Mapping[str, Compiled]
    columns: Mapping[str, Column]

    def compile(self, node: exp.Expr) -> Compiled:
        """Return the closure of a checked tree."""
        if isinstance(node, exp.Paren):
            return self.compile(node.this)
        if isinstance(node, exp.Column):
            return self._name(node.name)
        if isinstance(node, exp.Boolean | exp.Literal | exp.Cast):
            return _constant(_value(node))
        if isinstance(node, exp.Between | exp.In):
            return self.compile(plain(node))
        return self._logic(node) or self._operator(node) or self._function(node)

    def _logic(self, node: exp.Expr) -> Compiled | None:
        if isinstance(node, exp.Not):
            return _after(opposite, self.compile(node.this))
        if isinstance(node, exp.And | exp.Or):
            return _joined(every if isinstance(node, exp.And) else some, self._parts(node))
        return None

    def _operator(self, node: exp.Expr) -> Compiled | None:
        if isinstance(node, exp.Neg):
            return _strict(operator.neg, self.compile(node.this))
        if type(node) in OPERATORS:
            return _strict(OPERATORS[type(node)], self.compile(node.this), self.compile(node.expression))
        return None

    def _name(self, name: str) -> Compiled:
        if name in self.terms:
            return self.terms[name]
        if name in self.columns:
            return _looked_up(self.columns[name])
        return lambda values: values[name]

    def _parts(self, node: exp.Expr) -> list[Compiled]:
        return [self.compile(part) for part in node.flatten()]

    def _function(self, node: exp.Expr) -> Compiled:
        if isinstance(node, exp.Min | exp.Max):
            arguments = [self.compile(part) for part in (node.this, *node.expressions)]
            return _strict(min if isinstance(node, exp.Min) else max, *arguments)
        arguments = [self.compile(part) for part in node.expressions]
        return _strict(CALLED[node.name], *arguments)


def plain(node: exp.Expr) -> exp.Expr:
    """Return BETWEEN as two comparisons and IN as ORs of =: on those engines agree."""
    if isinstance(node, exp.Between):
        low, high = node.args["low"], node.args["high"]
        return exp.and_(
            exp.GTE(this=node.this.copy(), expression=low.copy()), node.this.copy() <= high.copy()
        )
    return exp.or_(*(node.this.copy().eq(item.copy()) for item in node.expressions))


def _value(node: exp.Boolean | exp.Literal | exp.Cast) -> Any:
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Cast):
        return date.fromisoformat(node.this.name)
    return node.name if node.is_string else Decimal(node.name)


def _days(start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


def _add_days(start: date, days: Decimal) -> date:
    try:
        return start + timedelta(days=int(days))
    except OverflowError:  # beyond the calendar: later, or earlier, than every date it is compared with
        return date.max if days > 0 else date.min


def _told(value: Any) -> bool:
    return True


CALLED: Mapping[str, Callable[..., Any]] = {"days": _days, "add_days": _add_days, "told": _told}


def _constant(value: Any) -> Compiled:
    return lambda _values: value


def _after(function: Callable[[Any], Any], inner: Compiled) -> Compiled:
    return lambda values: function(inner(values))


def _joined(joining: Callable[[Any], Any], parts: list[Compiled]) -> Compiled:
    return lambda values: joining(part(values) for part in parts)


def _looked_up(column: Column) -> Compiled:
    return lambda values: column.rows.get(values[column.key])


def _strict(function: Callable[..., Any], *arguments: Compiled) -> Compiled:
    def strict(values: Values) -> Any:
        taken = [argument(values) for argument in arguments]
        return None if any(value is None for value in taken) else function(*taken)

    return strict
