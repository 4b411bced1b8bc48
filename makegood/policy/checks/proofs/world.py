"""The facts of a case as z3 variables, shared by every policy that is asked about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import z3
from babel.numbers import get_currency_precision
from sqlglot import exp

from makegood.policy.checks.proofs.days import DAY_US, Years
from makegood.policy.checks.proofs.values import YES, Item, Known, Listing, Term, Truth, Value, known
from makegood.policy.checks.replies import CannotCompare
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import MOST_DIGITS, Fact, Kind
from makegood.policy.limits import MOST_PROVED
from makegood.policy.rules.dialect import EACH
from makegood.policy.rules.lookups import ANY

ITEMS, MOST_ITEMS = 3, 10
"""Items of a list that are looked at: so many, or, where rules count more of them, up to the second."""
COMPARED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ, exp.Between)
YEARS_BEFORE, YEARS_AFTER = 2, 4
CURRENCIES = ("EUR", "USD")
WHOLE = frozenset({Kind.FILES, Kind.DATE, Kind.MOMENT, Kind.TEXT, Kind.CHOICE, Kind.CURRENCY})
LARGEST = 10**MOST_DIGITS


@dataclass
class World:
    """Every fact of some policies as a variable. All are known, but those of `told` may be unknown.

    `assumed` are the bounds of the variables; texts are numbers, `texts` those that the documents write.
    `counted`: by list, the largest number that a rule compares the count of its items with.
    """

    policies: tuple[Policy, ...]
    years: Years
    facts: dict[str, Fact] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    is_told: dict[str, Term] = field(default_factory=dict)
    assumed: list[Term] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def most_items(self) -> int:
        """Of how many items a list may be; longer lists are outside of every proof."""
        return max((self.items_of(name) for name in self.facts), default=ITEMS)

    def items_of(self, name: str) -> int:
        """Return how many items of a list are looked at: one more than a rule compares their count with."""
        return min(max(ITEMS, self.counted.get(name, 0) + 1), MOST_ITEMS)

    @property
    def too_long(self) -> frozenset[str]:
        """The lists whose rules count more items than are looked at."""
        return frozenset(name for name, most in self.counted.items() if most >= MOST_ITEMS)

    def text(self, written: str) -> Term:
        """Return the number of a text."""
        if written not in self.texts:
            self.texts.append(written)
        return z3.IntVal(self.texts.index(written))

    def precision(self, currency: Term | None) -> Term:
        """Return how many of the smallest unit make one of a currency, such as 100."""
        scales = {code: 10 ** get_currency_precision(code) for code in self.currencies}
        found: Term = z3.IntVal(100)
        for code, scale in scales.items():
            found = z3.IntVal(scale) if currency is None else z3.If(currency == self.text(code), scale, found)
        return found

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that are looked at: those the documents write, and the usual ones."""
        own = [policy.front.currency for policy in self.policies if policy.front.currency]
        told = [
            example.facts[policy.currency_fact]
            for policy in self.policies
            for example in policy.examples
            if policy.currency_fact and example.facts.get(policy.currency_fact)
        ]
        return tuple(dict.fromkeys((*own, *told, *CURRENCIES)))

    def told_as(self, name: str, value: Any) -> Term | None:
        """Return the z3 truth that a fact has a value taken in by `decide`; None where it cannot be said."""
        mine = self.values[name]
        if isinstance(mine, Listing):
            return None
        if isinstance(mine, Truth):
            return mine.holds if value else mine.fails
        return mine.value == self.constant(self.facts[name].kind, value)

    def constant(self, kind: Kind, value: Any) -> Term:
        """Return a value that is no truth and no list as a z3 constant."""
        if kind in (Kind.NUMBER, Kind.MONEY, Kind.FILES):
            return z3.RealVal(str(value))
        if kind is Kind.MOMENT:
            return z3.IntVal((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
        return z3.IntVal(value.toordinal()) if kind is Kind.DATE else self.text(value)


def world_of(policies: Iterable[Policy]) -> World:
    """Return the world of some policies. Raises CannotCompare."""
    every = tuple(policies)
    for policy in every:
        _refuse_too_large(policy)
    world = World(every, years_of(every), counted=_counted(every))
    for policy in every:
        for fact in policy.facts.values():
            _add(world, policy, fact)
    for text in _texts(every):
        world.text(text)
    waiting = {name for policy in every for name in _asked_whether_told(policy)}
    for name in sorted(waiting):
        world.is_told[name] = z3.Bool(f"{name} is told")
        world.values[name] = _perhaps(world.values[name], world.is_told[name])
    return world


def _counted(policies: Iterable[Policy]) -> dict[str, int]:
    """The lists whose items some rule counts, each with the largest whole number compared in such a rule."""
    most: dict[str, int] = {}
    for policy in policies:
        lists = {name for name, fact in policy.facts.items() if fact.kind is Kind.LIST}
        calls = [call for rule in policy.compiled for call in rule.tree.find_all(exp.Anonymous)]
        counted = {call.expressions[0].unnest().name for call in calls if str(call.this) == "count"}
        for rule in policy.compiled:
            numbers = [int(float(each.name)) for each in rule.tree.find_all(exp.Literal) if _compared(each)]
            for name in lists & counted & policy.facts_under(rule.names):
                most[name] = max(most.get(name, 0), *numbers, 0)
    return most


def _compared(literal: exp.Literal) -> bool:
    """Whether a written number is one side of a comparison."""
    return not literal.is_string and isinstance(literal.parent, COMPARED)


def _refuse_too_large(policy: Policy) -> None:
    size = len(policy.compiled) + sum(len(column.rows) for column in policy.columns.values())
    if size > MOST_PROVED:
        raise CannotCompare(
            f"Nothing is proved of version {policy.version}: it has {size:,} rules and rows of tables, and a "
            f"solver is given at most {MOST_PROVED:,}."
        )


def years_of(policies: tuple[Policy, ...]) -> Years:
    """Return the years around those in which the policies begin, their examples and their dates lie."""
    years = [policy.in_force_from.year for policy in policies if policy.in_force_from.year > 2015]
    for policy in policies:
        years += [each.year for example in policy.examples for each in _dates(example.facts.values())]
        trees = [rule.tree for rule in policy.compiled]
        years += [int(cast.this.name[:4]) for tree in trees for cast in tree.find_all(exp.Cast)]
    years = years or [2025]
    return Years(min(years) - YEARS_BEFORE, max(years) + YEARS_AFTER)


def _texts(policies: Iterable[Policy]) -> Iterator[str]:
    """Every text that the documents write: in rules, as what finds a row of a table, and in examples."""
    for policy in policies:
        for rule in policy.compiled:
            yield from (node.name for node in rule.tree.find_all(exp.Literal) if node.is_string)
        for column in policy.columns.values():
            yield from (
                cell for cells in column.rows for cell in cells if isinstance(cell, str) and cell != ANY
            )
        for example in policy.examples:
            yield from (
                value
                for name, value in example.facts.items()
                if isinstance(value, str) and policy.facts[name].kind is not Kind.CURRENCY
            )


def _dates(values: Iterable[Any]) -> Iterator[date]:
    for value in values:
        if isinstance(value, date):
            yield value
        elif isinstance(value, tuple):
            yield from _dates(value)
        elif isinstance(value, dict):
            yield from _dates(value.values())


def _asked_whether_told(policy: Policy) -> Iterator[str]:
    """The facts of which a rule asks whether they are told at all, where nothing stands for a missing one."""
    for rule in policy.compiled:
        for call in rule.tree.find_all(exp.Anonymous):
            name = call.expressions[0].unnest().name if str(call.this) == "told" else ""
            fact = policy.facts.get(name)
            if fact and fact.if_missing is None and fact.kind is not Kind.LIST:
                yield name


def _add(world: World, policy: Policy, fact: Fact) -> None:
    earlier = world.facts.get(fact.name)
    if earlier is None:
        world.facts[fact.name] = fact
        world.values[fact.name] = _variable(world, fact.name, fact)
    elif (earlier.kind, earlier.fields) != (fact.kind, fact.fields):
        raise CannotCompare(
            f"`{fact.name}` is {fact.kind} in version {policy.version} and {earlier.kind} in version "
            f"{world.policies[0].version}: no case can be asked of both."
        )
    if fact.kind is Kind.CHOICE:
        value = world.values[fact.name]
        assert isinstance(value, Known)  # noqa: S101  # as _variable makes it
        world.assumed.append(z3.Or(*(value.value == world.text(choice) for choice in fact.choices)))


def _variable(world: World, name: str, fact: Fact) -> Value:
    if fact.kind is not Kind.LIST:
        return _simple(world, name, fact.kind)
    items: list[Item] = []
    for place in range(world.items_of(fact.name)):
        there = z3.Bool(f"{name}[{place}]")
        fields: Mapping[str, Kind] = fact.fields
        values = {
            f"{EACH}.{each}" if each else EACH: _simple(world, f"{name}[{place}].{each}", kind)
            for each, kind in fields.items()
        }
        if items:
            world.assumed.append(z3.Implies(there, items[-1].there))
        items.append(Item(there, values))
    return Listing(tuple(items))


def _simple(world: World, name: str, kind: Kind) -> Value:
    if kind is Kind.YES_NO:
        holds = z3.Bool(name)
        return Truth(holds, z3.Not(holds))
    if kind in WHOLE:
        value = z3.Int(name)
        world.assumed += [value >= low for low in _lowest(world, kind)]
        world.assumed += [value <= high for high in _highest(world, kind)]
        if kind is Kind.CURRENCY:
            world.assumed.append(z3.Or(*(value == world.text(code) for code in world.currencies)))
        return Known(YES, value, is_moment=kind is Kind.MOMENT)
    value = z3.Real(name)
    world.assumed += [value >= 0, value < LARGEST]
    return known(value)


def _lowest(world: World, kind: Kind) -> list[int]:
    if kind is Kind.DATE:
        return [world.years.first.toordinal()]
    return [midnight(world.years.first)] if kind is Kind.MOMENT else [0]


def _highest(world: World, kind: Kind) -> list[int]:
    if kind is Kind.DATE:
        return [world.years.last.toordinal()]
    if kind is Kind.MOMENT:
        return [midnight(world.years.last)]
    return [LARGEST] if kind is Kind.FILES else []


def midnight(day: date) -> int:
    """Return the first moment of a day in UTC, in microseconds since 1970."""
    return (day - date(1970, 1, 1)).days * DAY_US


def _perhaps(value: Value, told: Term) -> Value:
    if isinstance(value, Truth):
        return Truth(z3.And(told, value.holds), z3.And(told, value.fails))
    return replace(value, defined=told) if isinstance(value, Known) else value
