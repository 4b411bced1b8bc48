"""Translates the trees of rules into expressions of a query; what has no exact form is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.dates import Dates
from makegood.policy.bulk.days_off import DaysOff
from makegood.policy.bulk.errors import CannotReckon
from makegood.policy.bulk.lists import Lists
from makegood.policy.bulk.numbers import Number, Reckoning, TooWide, constant, of_decimal
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import case, every, some
from makegood.policy.bulk.values import Choosing, Listed, Plain, Value, number_in, plain_in, unknown_value
from makegood.policy.bulk.working_days import WorkingDays
from makegood.policy.documents.policy import Policy
from makegood.policy.rules.checking import COMPARISONS
from makegood.policy.rules.compiling import DAYS_OFF, plain, value_of
from makegood.policy.rules.dialect import is_each
from makegood.policy.rules.functions import MOST_ROUNDED
from makegood.policy.rules.lookups import ANY, Column, Key, Range
from makegood.policy.rules.scope import Rule
from makegood.policy.rules.types import Type

Reader = Callable[[str], Value]


@dataclass
class Translator:
    """Translates the rules of one policy for one engine. `fact` gives the value of a fact,
    `untold` whether it is unknown where that is told more cheaply than its value; None where it is not.
    """

    policy: Policy
    engine: str
    widest: int
    stages: Stages
    fact: Reader
    untold: Callable[[str], exp.Expr | None]
    done: dict[str, Value] = field(default_factory=dict)
    listed: Listed | None = None
    """The list whose items are looked at just now."""

    def __post_init__(self) -> None:
        self.reckoning = Reckoning(self.widest)
        self.choosing = Choosing(self.reckoning, self.stages)
        self.lists = Lists(self.engine, self.choosing)
        self.dates = Dates(self.policy.calendar, self.reckoning, self.stages)

    def rule(self, rule: Rule) -> Value:
        """Return the value of a rule. Raises CannotReckon."""
        try:
            return self.choosing.named(self.value(rule.tree))
        except TooWide as digits:
            raise CannotReckon(
                self.engine, f"`{rule.text}` exactly: it can need numbers of {digits} digits"
            ) from None

    def truth(self, rule: Rule) -> exp.Expr:
        """Return the truth of a yes/no rule."""
        return plain_in(self.rule(rule)).expr

    def name(self, name: str) -> Value:
        """Return the value of a fact, a term, or a column of a table."""
        if name not in self.done:
            if name in self.policy.terms:
                with self._items_of(None):
                    self.done[name] = self.rule(self.policy.terms[name].rule)
            elif name in self.policy.columns:
                self.done[name] = self.choosing.named(self._looked_up(self.policy.columns[name]))
            else:
                self.done[name] = self.fact(name)
        return self.done[name]

    def is_unknown(self, name: str) -> exp.Expr:
        """Return whether a fact, a term or a column of a table is unknown."""
        cheaply = self.untold(name) if name in self.policy.facts else None
        return self.choosing.unknown_of(self.name(name)) if cheaply is None else cheaply

    def value(self, node: exp.Expr) -> Value:
        """Return the value of a node of a checked tree."""
        if isinstance(node, exp.Paren):
            return self.value(node.this)
        if isinstance(node, exp.Column):
            if is_each(node):
                assert self.listed is not None  # noqa: S101  # the checker knows `each` inside of a list only
                return self.listed.item(node.name if node.table else "")
            return self.name(node.name)
        if isinstance(node, exp.Boolean | exp.Literal | exp.Cast):
            return written(value_of(node))
        if isinstance(node, exp.Between | exp.In):
            return self.value(plain(node))
        if isinstance(node, exp.Not):
            return yes_no(terms.opposite(self._truth(node.this)))
        if isinstance(node, exp.And | exp.Or):
            parts = [self._truth(part) for part in node.flatten()]
            return yes_no(every(parts) if isinstance(node, exp.And) else some(parts))
        if isinstance(node, COMPARISONS):
            return yes_no(
                self.choosing.compared(type(node), self.value(node.this), self.value(node.expression))
            )
        return self._number(node) or self._function(node)

    def _truth(self, node: exp.Expr) -> exp.Expr:
        return plain_in(self.value(node)).expr

    def _number(self, node: exp.Expr) -> Value | None:
        kinds: Mapping[type[exp.Expr], Callable[[Number, Number], Number]] = {
            exp.Add: self.reckoning.plus,
            exp.Sub: self.reckoning.minus,
            exp.Mul: self.reckoning.times,
            exp.Div: self.reckoning.divided,
        }
        if isinstance(node, exp.Neg):
            return self.reckoning.negative(number_in(self.value(node.this)))
        if type(node) not in kinds:
            return None
        one, other = self.value(node.this), self.choosing.named(self.value(node.expression))
        return kinds[type(node)](number_in(one), number_in(other))

    def _function(self, node: exp.Expr) -> Value:
        name, parts = str(node.this), list(node.expressions)
        if name in ("count", "sum", "any", "all"):
            return self._over(name, parts)
        if name in DAYS_OFF:
            return self._working_days(name, parts)
        if name == "told":
            told = parts[0]
            unknown = (
                self.choosing.unknown_of(self.value(told)) if is_each(told) else self.is_unknown(told.name)
            )
            return yes_no(case([(terms.opposite(unknown), terms.TRUE)]))
        values = [self.choosing.named(self.value(part)) for part in parts]
        if any(isinstance(value, Listed) for value in values):
            raise CannotReckon(self.engine, f"`{name}` between lists")
        if name == "choose":
            return self.choosing.chosen(plain_in(values[0]).expr, values[1], values[2])
        if name in ("min", "earliest"):
            return self.choosing.extreme(exp.LTE, values)
        if name in ("max", "latest"):
            return self.choosing.extreme(exp.GTE, values)
        if name in ("round", "floor", "ceil"):
            return self._whole(name, number_in(values[0]), parts[1:])
        return self._date(name, values)

    @contextmanager
    def _items_of(self, listed: Listed | None) -> Iterator[None]:
        outside, self.listed = self.listed, listed
        try:
            yield
        finally:
            self.listed = outside

    def _over(self, name: str, parts: Sequence[exp.Expr]) -> Value:
        """What a function over the items of a list comes to."""
        listed = self.name(parts[0].unnest().name)
        assert isinstance(listed, Listed)  # noqa: S101  # the checker lets these have nothing else
        if len(parts) == 1:
            return self.lists.how_many(listed)
        with self._items_of(listed):
            if name in ("any", "all"):
                holds = self._truth(parts[1])
                return (self.lists.some if name == "any" else self.lists.every)(listed, holds)
            value = self.choosing.named(self.value(parts[1])) if name == "sum" else Number(constant(1))
            condition = parts[2:] if name == "sum" else parts[1:]
            counts = self._truth(condition[0]) if condition else None
            return self.lists.added(listed, number_in(value), counts)

    def _whole(self, name: str, number: Number, places: Sequence[exp.Expr]) -> Value:
        if name != "round":
            return self.reckoning.floor(number) if name == "floor" else self.reckoning.ceil(number)
        wanted = number_in(self.value(places[0])) if places else Number(constant(0))
        if not wanted.top.constant or wanted.under:
            raise CannotReckon(self.engine, "`round` to a number of places that is not written in the rule")
        count = int(Decimal(wanted.top.low).scaleb(-wanted.scale))
        return self.reckoning.rounded(number, max(-MOST_ROUNDED, min(MOST_ROUNDED, count)))

    def _date(self, name: str, values: Sequence[Value]) -> Value:
        dates = self.dates
        if name == "hours":
            return dates.hours(plain_in(values[0]).expr, plain_in(values[1]).expr)
        if name == "add_hours":
            return Plain(dates.add_hours(plain_in(values[0]).expr, number_in(values[1])), Type.MOMENT)
        one = self._day(values[0])
        if name == "day":
            return Plain(one, Type.DATE)
        if name == "add_days":
            return Plain(dates.add_days(one, number_in(values[1])), Type.DATE)
        if name == "add_months":
            return Plain(dates.add_months(one, number_in(values[1])), Type.DATE)
        other = self._day(values[1])
        if name == "days":
            return dates.days(one, other)
        if name in ("months", "started_months"):
            return dates.months(one, other, started=name == "started_months")
        if name in ("same_day", "same_month", "same_year"):
            return yes_no(dates.same(name.removeprefix("same_"), one, other))
        raise CannotReckon(self.engine, f"`{name}`")

    def _day(self, value: Value) -> exp.Expr:
        found = plain_in(value)
        return self.dates.day(found.expr, found.type is Type.MOMENT)

    def _working_days(self, name: str, parts: Sequence[exp.Expr]) -> Value:
        wanted = 1 if name == "next_working_day" else 2
        working = self._days_off(name, parts[wanted:])
        one, *others = [self.choosing.named(self.value(part)) for part in parts[:wanted]]
        start = self._day(one)
        if name == "working_days":
            return working.between(start, self._day(others[0]))
        if name == "add_working_days":
            return Plain(working.add(start, number_in(others[0])), Type.DATE)
        return Plain(working.next(start), Type.DATE)

    def _days_off(self, name: str, parts: Sequence[exp.Expr]) -> WorkingDays | DaysOff:
        """What counts working days: around a country's holidays, or around a list that the case tells."""
        if not parts:
            return WorkingDays(self.dates, self.policy.calendar.country)
        off = parts[0].unnest()
        if isinstance(off, exp.Literal):
            return WorkingDays(self.dates, off.name)
        listed = self.name(off.name) if isinstance(off, exp.Column) and not is_each(off) else None
        if not isinstance(listed, Listed):
            raise CannotReckon(self.engine, f"`{name}` with days off that are no country written in the rule")
        if self.listed is not None:
            raise CannotReckon(self.engine, f"`{name}` with a list of days off, inside of another list")
        return DaysOff(self.dates, listed)

    def _looked_up(self, column: Column) -> Value:
        """The value in the first row that fits; unknown when a key is, and where no row fits."""
        keys = [self.name(key) for key in column.keys]
        missing = some(self.choosing.unknown_of(key) for key in keys)
        empty = unknown_value(column.type)
        branches: list[tuple[exp.Expr, Value]] = [(missing, empty)]
        for cells in column.ordered:
            fits = every(self._fits(cell, key) for cell, key in zip(cells, keys, strict=True))
            value = column.rows[cells]
            branches.append((fits, empty if value is None else written(value)))
        return self.choosing.case(branches)

    def _fits(self, cell: Key, key: Value) -> exp.Expr:
        if cell == ANY:
            return terms.TRUE
        if isinstance(cell, Range):
            low, high = cell.low, cell.high
            ends = [
                *([] if low is None else [self.choosing.compared(exp.GTE, key, written(low))]),
                *([] if high is None else [self.choosing.compared(exp.LTE, key, written(high))]),
            ]
            return every(ends)
        return self.choosing.compared(exp.EQ, key, written(cell))


def yes_no(expr: exp.Expr) -> Plain:
    """Return a truth as a value."""
    return Plain(expr, Type.YES_NO)


def written(value: object) -> Value:
    """Return a value written out."""
    if isinstance(value, bool):
        return yes_no(terms.TRUE if value else terms.FALSE)
    if isinstance(value, Decimal):
        return of_decimal(value)
    if isinstance(value, datetime):
        return Plain(terms.moment(value), Type.MOMENT)
    if isinstance(value, date):
        return Plain(terms.day(value), Type.DATE)
    return Plain(terms.text(str(value)), Type.TEXT)
