"""Builds the diagram of every condition of a case, so that what is unknown can be weighed exactly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from sqlglot import exp

from makegood.policy.deciding.diagram import NO, YES, Diagram, Diagrams, Leaf
from makegood.policy.documents.clauses import Clause, Condition
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind
from makegood.policy.rules.compiling import Compiler, plain
from makegood.policy.rules.parsing import Rule


class Unknowns(Diagrams):
    """The diagrams of one case of a policy."""

    def __init__(self, policy: Policy, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._policy, self._values = policy, values
        closures = {name: policy.compiled[term.rule] for name, term in policy.terms.items()}
        self._known: dict[Rule, Diagram] = {}
        self._compiler = Compiler(closures, policy.columns)

    def truth(self, condition: Condition) -> Diagram:
        """Return the diagram of a condition."""
        if condition.rule not in self._known:
            self._known[condition.rule] = self._of(condition.rule.tree)
        return self._known[condition.rule]

    def applies(self, clause: Clause) -> Diagram:
        """Return the diagram of whether a clause applies."""
        return self._of(clause.applies.tree) if clause.applies else YES

    def verdict(self, verdict: Hashable) -> Diagram:
        """Return the diagram of an end that depends on nothing."""
        return Leaf(verdict)

    def unknown_facts(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the unknown facts these names come down to."""
        return tuple(sorted(name for name in self._policy.facts_under(names) if self._values[name] is None))

    def _of(self, node: exp.Expr) -> Diagram:
        if isinstance(node, exp.Paren):
            return self._of(node.this)
        if isinstance(node, exp.And):
            return self.every(self._of(part) for part in node.flatten())
        if isinstance(node, exp.Or):
            return self.some(self._of(part) for part in node.flatten())
        if isinstance(node, exp.Not):
            return self.opposite(self._of(node.this))
        if isinstance(node, exp.Between | exp.In):
            return self._of(plain(node))
        if isinstance(node, exp.Column) and node.name in self._policy.terms:
            return self._of(self._policy.terms[node.name].rule.tree)
        value = self._compiler.compile(node)(self._values)
        return self._unknown(node) if value is None else YES if value else NO

    def _unknown(self, node: exp.Expr) -> Diagram:
        if isinstance(node, exp.EQ | exp.NEQ):
            equal = self._equal(node.this.unnest(), node.expression.unnest())
            return equal if isinstance(node, exp.EQ) else self.opposite(equal)
        if isinstance(node, exp.LT | exp.GT):
            left, right = (
                (node.this, node.expression) if isinstance(node, exp.LT) else (node.expression, node.this)
            )
            return self._free("<", left, right)
        if isinstance(node, exp.LTE | exp.GTE):
            left, right = (
                (node.expression, node.this) if isinstance(node, exp.LTE) else (node.this, node.expression)
            )
            return self.opposite(self._free("<", left, right))
        return self._free("", node)

    def _equal(self, left: exp.Expr, right: exp.Expr) -> Diagram:
        for one, other in ((left, right), (right, left)):
            fact = self._policy.facts.get(one.name) if isinstance(one, exp.Column) else None
            if fact and fact.kind is Kind.CHOICE and isinstance(other, exp.Literal):
                return self.equals(fact.name, fact.choices, other.name)
            if fact and fact.kind is Kind.YES_NO:
                value = self._of(other)
                return self.choose(self._of(one), value, self.opposite(value))
        return self._free("=", *sorted((left, right), key=lambda side: side.sql()))

    def _free(self, sign: str, *parts: exp.Expr) -> Diagram:
        """An unknown whose inside is not looked into: a yes/no fact, or a comparison."""
        names = tuple(column.name for part in parts for column in part.find_all(exp.Column))
        key = (
            names[0]
            if not sign and isinstance(parts[0], exp.Column)
            else (sign, *(part.sql() for part in parts))
        )
        return self.unknown(key, self.unknown_facts(names))
