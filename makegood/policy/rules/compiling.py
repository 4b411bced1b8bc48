"""Compiles checked trees into Python closures of three values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from makegood.policy.rules import numbers
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.dialect import EACH, is_each
from makegood.policy.rules.functions import FUNCTIONS
from makegood.policy.rules.kleene import every, opposite, some
from makegood.policy.rules.lookups import Column
from makegood.policy.rules.scope import Rule

Values = Mapping[str, Any]
Compiled = Callable[[Values], Any]

OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.Add: numbers.plus,
    exp.Sub: numbers.minus,
    exp.Mul: numbers.times,
    exp.Div: numbers.divided,
}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles trees. `terms` are closures made before, `columns` the tables; any other name is a fact."""

    terms: Mapping[str, Compiled]
    columns: Mapping[str, Column]
    calendar: Calendar

    def compile(self, node: exp.Expr) -> Compiled:
        """Return the closure of a checked tree."""
        if isinstance(node, exp.Paren):
            return self.compile(node.this)
        if isinstance(node, exp.Column):
            return (
                _read(EACH + "." + node.name if node.table else EACH)
                if is_each(node)
                else self.name(node.name)
            )
        if isinstance(node, exp.Boolean | exp.Literal | exp.Cast):
            return _constant(value_of(node))
        if isinstance(node, exp.Between | exp.In):
            return self.compile(plain(node))
        return self._logic(node) or self._operator(node) or self._function(node)

    def name(self, name: str) -> Compiled:
        """Return what reads a fact, a term, or the column of a table in the row that is found."""
        if name in self.terms:
            return self.terms[name]
        if name in self.columns:
            column = self.columns[name]
            return _looked_up(column, [self.name(key) for key in column.keys])
        return _read(name)

    def _logic(self, node: exp.Expr) -> Compiled | None:
        if isinstance(node, exp.Not):
            return _after(opposite, self.compile(node.this))
        if isinstance(node, exp.And | exp.Or):
            parts = [self.compile(part) for part in node.flatten()]
            return _joined(every if isinstance(node, exp.And) else some, parts)
        return None

    def _operator(self, node: exp.Expr) -> Compiled | None:
        if isinstance(node, exp.Neg):
            return _strict(numbers.negative, self.compile(node.this))
        if type(node) in OPERATORS:
            return _strict(OPERATORS[type(node)], self.compile(node.this), self.compile(node.expression))
        return None

    def _function(self, node: exp.Expr) -> Compiled:
        name, parts = str(node.this), [self.compile(part) for part in node.expressions]
        if name == "told":
            return _strict(_told, *parts)
        if name == "choose":
            return _chosen(*parts)
        if name in ("any", "all"):
            return _over(some if name == "any" else every, *parts)
        if name in ("count", "sum"):
            return _added(*parts) if name == "sum" else _added(parts[0], _constant(Decimal(1)), *parts[1:])
        return _strict(reckoned(name, self.calendar), *parts)


class Closures(Mapping[Rule, Compiled]):
    """The closures of some rules, in their order; each is made when it is first needed."""

    def __init__(self, compiler: Compiler, made: dict[Rule, Compiled], rules: Sequence[Rule]) -> None:
        self._compiler, self._made, self._rules = compiler, made, dict.fromkeys(rules)

    def __getitem__(self, rule: Rule) -> Compiled:
        if rule not in self._made:
            if rule not in self._rules:
                raise KeyError(rule)
            self._made[rule] = self._compiler.compile(rule.tree)
        return self._made[rule]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


DAYS_OFF = frozenset({"working_days", "add_working_days", "next_working_day"})
"""The functions that days off may be given to."""


def reckoned(name: str, calendar: Calendar) -> Callable[..., Any]:
    """Return the function of that name in a calendar: known values in, a value or None (unknown) out."""
    function = FUNCTIONS[name].made(calendar)
    return _days_off_known(function) if name in DAYS_OFF else function


def plain(node: exp.Expr) -> exp.Expr:
    """Return BETWEEN as two comparisons and IN as ORs of =: on those engines agree."""
    if isinstance(node, exp.Between):
        above = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        return exp.And(
            this=above, expression=exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
        )
    equal = (exp.EQ(this=node.this.copy(), expression=item.copy()) for item in node.expressions)
    found: exp.Expr = next(equal)
    for other in equal:
        found = exp.Or(this=found, expression=other)
    return found


def value_of(node: exp.Boolean | exp.Literal | exp.Cast) -> Any:
    """Return the value written out in a rule."""
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Cast):
        return date.fromisoformat(node.this.name)
    return node.name if node.is_string else Decimal(node.name)


def items_of(values: Values, listed: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the values of a case once for each item of a list, with the item as `each`."""
    return [
        {**values, **{f"{EACH}.{name}": value for name, value in item.items()}}
        if isinstance(item, dict)
        else {**values, EACH: item}
        for item in listed
    ]


def _told(value: Any) -> bool:
    return True


def _read(name: str) -> Compiled:
    return lambda values: values[name]


def _constant(value: Any) -> Compiled:
    return lambda _values: value


def _after(function: Callable[[Any], Any], inner: Compiled) -> Compiled:
    return lambda values: function(inner(values))


def _joined(joining: Callable[[Any], Any], parts: list[Compiled]) -> Compiled:
    return lambda values: joining(part(values) for part in parts)


def _looked_up(column: Column, keys: list[Compiled]) -> Compiled:
    return lambda values: column.value([key(values) for key in keys])


def _strict(function: Callable[..., Any], *arguments: Compiled) -> Compiled:
    def strict(values: Values) -> Any:
        taken = [argument(values) for argument in arguments]
        return None if any(value is None for value in taken) else function(*taken)

    return strict


def _chosen(condition: Compiled, then: Compiled, otherwise: Compiled) -> Compiled:
    def chosen(values: Values) -> Any:
        holds, one, other = condition(values), then(values), otherwise(values)
        if holds is None:
            return one if one == other else None
        return one if holds else other

    return chosen


def _over(joining: Callable[[Any], Any], listed: Compiled, condition: Compiled) -> Compiled:
    def over(values: Values) -> Any:
        found = listed(values)
        return None if found is None else joining(condition(item) for item in items_of(values, found))

    return over


def _added(listed: Compiled, value: Compiled, condition: Compiled | None = None) -> Compiled:
    """The sum over the items; unknown as soon as an item may count whose value or condition is unknown."""

    def added(values: Values) -> Any:
        found = listed(values)
        total: Any = None if found is None else Decimal(0)
        for item in items_of(values, found or ()):
            counts = True if condition is None else condition(item)
            if counts is False:
                continue
            amount = value(item) if counts else None
            total = None if amount is None or total is None else numbers.plus(total, amount)
        return total

    return added


def _days_off_known(function: Callable[..., Any]) -> Callable[..., Any]:
    """A list of days off that holds an unknown day is unknown itself."""
    return lambda *taken: None if isinstance(taken[-1], tuple) and None in taken[-1] else function(*taken)
