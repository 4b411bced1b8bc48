"""Turns checked trees into the graph that Python is written from; what it means is rules/compiling.py's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from makegood.policy.facts import Fact
from makegood.policy.generated.nodes import Graph, Node
from makegood.policy.rules import numbers
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.compiling import plain, reckoned, value_of
from makegood.policy.rules.dialect import is_each
from makegood.policy.rules.functions import FARTHEST, HOUR_US
from makegood.policy.rules.lookups import ANY, Column, Range
from makegood.policy.rules.types import TYPE_OF_KIND, Type

COMPARISONS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "{0} == {1}",
    exp.NEQ: "{0} != {1}",
    exp.LT: "{0} < {1}",
    exp.LTE: "{0} <= {1}",
    exp.GT: "{0} > {1}",
    exp.GTE: "{0} >= {1}",
}
ARITHMETIC: Mapping[type[exp.Expr], Callable[..., Any]] = {
    exp.Add: numbers.plus,
    exp.Sub: numbers.minus,
    exp.Mul: numbers.times,
    exp.Div: numbers.divided,
}
SMALLEST, LARGEST = "{1} if {1} < {0} else {0}", "{1} if {1} > {0} else {0}"
EXTREMES = {"min": SMALLEST, "earliest": SMALLEST, "max": LARGEST, "latest": LARGEST}
LONGEST_STEP = 1_000_000  # days that are added in place; for more the function itself is called
IN_ZONE, IN_UTC = "{0}.astimezone(zone)", "({0} if {0}.tzinfo is utc else {0}.astimezone(zone))"
OF_DAYS = {
    "day": "{0}",
    "same_day": "{0} == {1}",
    "same_month": "{0}.month == {1}.month and {0}.year == {1}.year",
    "same_year": "{0}.year == {1}.year",
}
GIVE_DATES = frozenset({"add_days", "add_months", "add_working_days", "next_working_day", "day"})


class Grapher:
    """Makes the nodes of rules. `terms` are the nodes made before, of the `types`; other names are facts."""

    def __init__(
        self, graph: Graph, facts: Mapping[str, Fact], columns: Mapping[str, Column], calendar: Calendar
    ) -> None:
        self.graph = graph
        self.terms: dict[str, Node] = {}
        self.types: dict[str, Type] = {}
        self._facts, self._columns, self._calendar = facts, columns, calendar
        self._functions: dict[Any, Callable[..., Any]] = {}

    def node(self, tree: exp.Expr) -> Node:
        """Return the node of a checked tree."""
        if isinstance(tree, exp.Paren):
            return self.node(tree.this)
        if isinstance(tree, exp.Column):
            if is_each(tree):
                return self.graph.item(tree.name if tree.table else None)
            return self.name(tree.name)
        if isinstance(tree, exp.Boolean | exp.Literal | exp.Cast):
            return self.graph.constant(value_of(tree))
        if isinstance(tree, exp.Between | exp.In):
            return self.node(plain(tree))
        return self._logic(tree) or self._operator(tree) or self._function(tree)

    def name(self, name: str) -> Node:
        """Return the node of a fact, a term, or the column of a table in the row that is found."""
        if name in self.terms:
            return self.terms[name]
        if name in self._columns:
            column = self._columns[name]
            function = self._once(("column", name), lambda: _finder(column))
            return self.graph.looked_up(function, *(self.name(key) for key in column.keys))
        return self.graph.fact(name)

    def _logic(self, tree: exp.Expr) -> Node | None:
        if isinstance(tree, exp.Not):
            return self.graph.opposite(self.node(tree.this))
        if isinstance(tree, exp.And | exp.Or):
            parts = [self.node(part) for part in tree.flatten()]
            return self.graph.every(parts) if isinstance(tree, exp.And) else self.graph.some(parts)
        return None

    def _operator(self, tree: exp.Expr) -> Node | None:
        if isinstance(tree, exp.Neg):
            return self.graph.called(numbers.negative, self.node(tree.this), partial=False)
        template, function = COMPARISONS.get(type(tree)), ARITHMETIC.get(type(tree))
        if template is None and function is None:
            return None
        if template is not None and (found := self._compared(template, tree.this, tree.expression)):
            return found
        one, other = self.node(tree.this), self.node(tree.expression)
        if template is not None:
            return self.graph.strict(template, one, other)
        return self.graph.called(ARITHMETIC[type(tree)], one, other)

    def _function(self, tree: exp.Expr) -> Node:
        name, trees = str(tree.this), list(tree.expressions)
        parts = [self.node(each) for each in trees]
        if name == "told":
            return self.graph.told(*parts)
        if name == "choose":
            return self.graph.choice(*parts)
        if name in ("any", "all"):
            return self.graph.listed(name, *parts)
        if name == "sum":
            return self._sum(*parts)
        if name == "count":
            return self._sum(parts[0], self.graph.constant(Decimal(1)), *parts[1:])
        return self._faster(name, trees, parts) or self.graph.called(
            self._once(name, lambda: reckoned(name, self._calendar)), *parts
        )

    def _sum(self, listed: Node, value: Node, condition: Node | None = None) -> Node:
        return self.graph.listed("sum", listed, value, condition or self.graph.constant(True))

    def _faster(self, name: str, trees: list[exp.Expr], parts: list[Node]) -> Node | None:
        """The functions nearly every rule uses, without a call; None where there is no shorter way."""
        if name in EXTREMES and len(parts) == 2:
            return self.graph.strict(EXTREMES[name], *parts)
        if name == "add_days" and isinstance(parts[1].what, Decimal):
            return self._days_later(trees[0], int(parts[1].what))
        if name in OF_DAYS and all(days := [self._day(tree) for tree in trees]):
            return self.graph.strict(OF_DAYS[name], *(day for day in days if day))
        if name == "days" and (steps := self._days_between(trees)):
            return self.graph.called(Decimal, steps, partial=False)
        return None

    def _days_later(self, tree: exp.Expr, steps: int) -> Node | None:
        day = self._day(tree)
        if day is None or abs(steps) > LONGEST_STEP:
            return None
        if steps < 0:
            last, beyond, template = date.min - _days(steps), date.min, "{0} + {1} if {0} >= {2} else {3}"
        else:
            last, beyond, template = date.max - _days(steps), date.max, "{0} + {1} if {0} <= {2} else {3}"
        return self.graph.strict(template, day, *map(self.graph.constant, (_days(steps), last, beyond)))

    def _days_between(self, trees: list[exp.Expr]) -> Node | None:
        """The days between two dates as an int; None where a type is not known."""
        start, end = (self._day(tree, "toordinal") for tree in trees)
        return None if start is None or end is None else self.graph.strict("{1} - {0}", start, end)

    def _compared(self, template: str, one: exp.Expr, other: exp.Expr) -> Node | None:
        """A comparison of days or hours with a number written out, without making a number of them."""
        tree, number = one.unnest(), other.unnest()
        if not isinstance(tree, exp.Anonymous) or not isinstance(number, exp.Literal):
            return None
        name, trees, limit = str(tree.this), list(tree.expressions), value_of(number)
        if name == "days" and limit == int(limit) and (steps := self._days_between(trees)):
            return self.graph.strict(template, steps, self.graph.constant(int(limit)))
        microseconds = limit * HOUR_US
        if name == "hours" and limit <= FARTHEST and microseconds == int(microseconds):
            longest = self.graph.constant(timedelta(microseconds=int(microseconds)))
            passed = self.graph.strict("{1} - {0}", *(self.node(each) for each in trees))
            return self.graph.strict(template, passed, longest)
        return None

    def _day(self, tree: exp.Expr, as_: str = "") -> Node | None:
        """The calendar day of a date or a moment; None where nothing tells which of the two it is.

        `as_`: the method that gives it as something else than a date.
        """
        found = self._type(tree.unnest())
        if found is Type.MOMENT:
            self.graph.bound |= {"zone": self._calendar.zone, "utc": UTC}
            local = IN_UTC if self._calendar.zone.key in ("UTC", "Etc/UTC") else IN_ZONE
            return self.graph.strict(f"{local}.{as_ or 'date'}()", self.node(tree))
        if found is not Type.DATE:
            return None
        return self.graph.strict(f"{{0}}.{as_}()", self.node(tree)) if as_ else self.node(tree)

    def _type(self, tree: exp.Expr) -> Type | None:
        if isinstance(tree, exp.Column) and not is_each(tree):
            if tree.name in self.types:
                return self.types[tree.name]
            if tree.name in self._columns:
                return self._columns[tree.name].type
            return TYPE_OF_KIND[self._facts[tree.name].kind]
        dates = isinstance(tree, exp.Anonymous) and str(tree.this) in GIVE_DATES
        return Type.DATE if dates or isinstance(tree, exp.Cast) else None

    def _once(self, key: Any, made: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        if key not in self._functions:
            self._functions[key] = made()
        return self._functions[key]


def _days(steps: int) -> timedelta:
    return timedelta(days=steps)


def _finder(column: Column) -> Callable[[tuple[Any, ...]], Any]:
    """What finds a value by its keys: at once, where every row names one value for each key."""
    exact = not any(isinstance(cell, Range) or cell == ANY for cells in column.rows for cell in cells)
    return dict(column.rows).get if exact else column.value
