"""Rules as z3 terms: the same tree that the closures are made of, over every case at once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import z3
from sqlglot import exp

from makegood.policy.checks.proofs import values
from makegood.policy.checks.proofs.calls import Calls
from makegood.policy.checks.proofs.values import TRUE, Item, Known, Listing, Term, Truth, Value, known
from makegood.policy.checks.proofs.world import World
from makegood.policy.documents.policy import Policy
from makegood.policy.rules.compiling import plain, value_of
from makegood.policy.rules.dialect import EACH, is_each
from makegood.policy.rules.lookups import ANY, Column, Key, Range

COMPARED: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}
RECKONED: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}


class Encoder:
    """Encodes the rules of one policy over the facts of a world."""

    def __init__(self, policy: Policy, world: World) -> None:
        self.policy, self.world = policy, world
        self.calls = Calls(policy, world)
        self._named: dict[str, Value] = {}
        self._each: Mapping[str, Value] = {}

    def truth(self, tree: exp.Expr) -> Truth:
        """Return a condition."""
        found = self.value(tree)
        assert isinstance(found, Truth)  # noqa: S101  # the checker has seen to it
        return found

    def amount(self, tree: exp.Expr) -> Known:
        """Return a number, a day, a moment or a text."""
        found = self.value(tree)
        assert isinstance(found, Known)  # noqa: S101  # the checker has seen to it
        return found

    def value(self, node: exp.Expr) -> Value:
        """Return what a checked tree is worth."""
        node = node.unnest()
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Boolean | exp.Literal | exp.Cast):
            return self._written(value_of(node))
        if isinstance(node, exp.Between | exp.In):
            return self.value(plain(node))
        if isinstance(node, exp.Not):
            return values.opposite(self.truth(node.this))
        if isinstance(node, exp.And | exp.Or):
            join = values.every if isinstance(node, exp.And) else values.some
            return join(self.truth(part) for part in node.flatten())
        if type(node) in COMPARED:
            return self._compared(type(node), self.value(node.this), self.value(node.expression))
        if isinstance(node, exp.Neg):
            inner = self.amount(node.this)
            return Known(inner.defined, -inner.value)
        if isinstance(node, exp.Anonymous):
            return self._call(node)
        return self._reckoned(node, self.amount(node.this), self.amount(node.expression))

    def name(self, name: str) -> Value:
        """Return a fact, a term, or the column of a table in the row that is found."""
        if name not in self._named:
            self._named[name] = self._of_name(name)
        return self._named[name]

    def _of_name(self, name: str) -> Value:
        if name in self.policy.terms:
            return self.value(self.policy.terms[name].rule.tree)
        if name in self.policy.columns:
            return self._looked_up(self.policy.columns[name])
        return self.world.values[name]

    def _column(self, node: exp.Column) -> Value:
        if not is_each(node):
            return self.name(node.name)
        return self._each[f"{EACH}.{node.name}" if node.table else EACH]

    def _written(self, value: Any) -> Value:
        if isinstance(value, bool):
            return TRUE if value else values.FALSE
        if isinstance(value, str):
            return known(self.world.text(value))
        return known(z3.IntVal(value.toordinal()) if isinstance(value, date) else values.number(value))

    def _compared(self, sign: type[exp.Expr], one: Value, other: Value) -> Truth:
        if isinstance(one, Truth) and isinstance(other, Truth):
            alike = values.some(
                (values.every((one, other)), values.every((values.opposite(one), values.opposite(other))))
            )
            return alike if sign is exp.EQ else values.opposite(alike)
        assert isinstance(one, Known)  # noqa: S101  # lists are not compared
        assert isinstance(other, Known)  # noqa: S101
        return values.when(values.both((one.defined, other.defined)), COMPARED[sign](one.value, other.value))

    def _reckoned(self, node: exp.Expr, one: Known, other: Known) -> Known:
        defined = values.both((one.defined, other.defined))
        if isinstance(node, exp.Div):
            divided = values.real(one.value) / values.real(other.value)
            return Known(values.both((defined, other.value != 0)), divided)
        return Known(defined, RECKONED[type(node)](one.value, other.value))

    def _call(self, node: exp.Anonymous) -> Value:
        name = str(node.this)
        if name == "told":
            fact = node.expressions[0].unnest().name
            return (
                Truth(self.world.is_told[fact], values.NO) if fact in self.world.is_told else self._told(fact)
            )
        if name == "choose":
            return self._choose(*(self.value(part) for part in node.expressions))
        if name in ("any", "all", "count", "sum"):
            return self._over_list(name, *node.expressions)
        return self.calls.call(name, [self.value(part) for part in node.expressions])

    def _told(self, name: str) -> Truth:
        """A term or a column is told where it is known; a fact of which this is not asked always is."""
        found = self.name(name)
        if isinstance(found, Known):
            return Truth(found.defined, values.NO)
        return (
            Truth(values.either((found.holds, found.fails)), values.NO) if isinstance(found, Truth) else TRUE
        )

    def _choose(self, condition: Value, one: Value, other: Value) -> Value:
        assert isinstance(condition, Truth)  # noqa: S101  # the checker has seen to it
        if isinstance(one, Truth) and isinstance(other, Truth):
            agreed = values.every((one, other)).holds, values.every(map(values.opposite, (one, other))).holds
            return Truth(
                z3.Or(z3.And(condition.holds, one.holds), z3.And(condition.fails, other.holds), agreed[0]),
                z3.Or(z3.And(condition.holds, one.fails), z3.And(condition.fails, other.fails), agreed[1]),
            )
        assert isinstance(one, Known)  # noqa: S101  # lists are not chosen among
        assert isinstance(other, Known)  # noqa: S101
        defined = z3.Or(
            z3.And(condition.holds, one.defined),
            z3.And(condition.fails, other.defined),
            z3.And(one.defined, other.defined, one.value == other.value),
        )
        return Known(defined, values.chosen(condition.fails, other.value, one.value), one.is_moment)

    def _over_list(self, name: str, listed: exp.Expr, *parts: exp.Expr) -> Value:
        found = self.value(listed)
        assert isinstance(found, Listing)  # noqa: S101  # the checker has seen to it
        if name in ("any", "all"):
            truths = [(item.there, self._of(item, parts[0])) for item in found.items]
            if name == "any":
                return values.some(
                    Truth(z3.And(there, t.holds), z3.Or(z3.Not(there), t.fails)) for there, t in truths
                )
            return values.every(
                Truth(z3.Or(z3.Not(there), t.holds), z3.And(there, t.fails)) for there, t in truths
            )
        worth, condition = (parts[0], parts[1:]) if name == "sum" else (None, parts)
        total, defined = z3.IntVal(0), []
        for item in found.items:
            counts = self._of(item, condition[0]) if condition else TRUE
            one = self._of(item, worth) if worth is not None else known(z3.IntVal(1))
            assert isinstance(counts, Truth)  # noqa: S101  # the checker has seen to it
            assert isinstance(one, Known)  # noqa: S101
            out = z3.Or(z3.Not(item.there), counts.fails)
            defined.append(z3.Or(out, z3.And(counts.holds, one.defined)))
            total = total + z3.If(out, z3.IntVal(0), one.value)
        return Known(values.both(defined), total)

    def _of(self, item: Item, tree: exp.Expr) -> Any:
        outside, self._each = self._each, item.values
        try:
            return self.value(tree)
        finally:
            self._each = outside

    def _looked_up(self, column: Column) -> Value:
        keys = [self.name(key) for key in column.keys]
        known_keys = values.both(_is_known(key) for key in keys)
        rows = [(values.both(map(self._fits, cells, keys)), column.rows[cells]) for cells in column.ordered]
        filled = [(fits, self._written(value) if value is not None else None) for fits, value in rows]
        sample = next((value for _, value in filled if value is not None), None)
        if isinstance(sample, Truth):
            return self._row_of_truths(known_keys, filled)
        defined: Term = values.NO
        found: Term = sample.value if isinstance(sample, Known) else z3.IntVal(0)
        for fits, value in reversed(filled):
            defined = values.chosen(fits, values.NO if value is None else values.YES, defined)
            found = values.chosen(fits, value.value, found) if isinstance(value, Known) else found
        return Known(values.both((known_keys, defined)), found)

    def _row_of_truths(self, known_keys: Term, rows: list[tuple[Term, Value | None]]) -> Truth:
        holds, fails = values.NO, values.NO
        for fits, value in reversed(rows):
            one = value if isinstance(value, Truth) else values.UNKNOWN
            holds, fails = values.chosen(fits, one.holds, holds), values.chosen(fits, one.fails, fails)
        return Truth(values.both((known_keys, holds)), values.both((known_keys, fails)))

    def _fits(self, cell: Key, key: Value) -> Term:
        if cell == ANY:
            return values.YES
        if isinstance(key, Truth):
            return key.holds if cell else key.fails
        assert isinstance(key, Known)  # noqa: S101  # rows are not found by lists
        if isinstance(cell, Range):
            low = values.YES if cell.low is None else key.value >= values.number(cell.low)
            return values.both(
                (low, values.YES if cell.high is None else key.value <= values.number(cell.high))
            )
        return key.value == (self.world.text(cell) if isinstance(cell, str) else values.number(cell))


def _is_known(value: Value) -> Term:
    if isinstance(value, Truth):
        return values.either((value.holds, value.fails))
    return value.defined if isinstance(value, Known) else values.YES
