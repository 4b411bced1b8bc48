"""Builds the diagram of every condition of a case, so that what is unknown can be weighed exactly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from makegood.policy.deciding.diagram import NO, YES, Diagram, Diagrams, Leaf
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer, keeping
from makegood.policy.documents.policy import PAID, Policy
from makegood.policy.facts import Kind
from makegood.policy.rules.compiling import Compiler, plain
from makegood.policy.rules.dialect import names_in
from makegood.policy.rules.scope import Rule


class Unknowns(Diagrams):
    """The diagrams of one case of a policy."""

    def __init__(
        self,
        policy: Policy,
        values: Mapping[str, Any],
        reckoned: ThreeValued,
        compiler: Compiler | None = None,
    ) -> None:
        super().__init__()
        self._policy, self._values, self._reckoned = policy, values, reckoned
        self._known: dict[Rule, Diagram] = {}
        self._compiler = compiler or _compiler_of(policy)

    def anew(self) -> Unknowns:
        """Return diagrams of the same case that are as small as if nothing had been asked yet."""
        return Unknowns(self._policy, self._values, self._reckoned, self._compiler)

    def truth(self, condition: Condition) -> Diagram:
        """Return the diagram of a condition."""
        return self._rule(condition.rule)

    def applies(self, clause: Clause) -> Diagram:
        """Return the diagram of whether a clause applies."""
        return self._rule(clause.applies) if clause.applies else YES

    def _rule(self, rule: Rule) -> Diagram:
        if rule not in self._known:
            value = self._policy.compiled[rule](self._values)
            self._known[rule] = self._of(rule.tree) if value is None else YES if value else NO
        return self._known[rule]

    def left(self, offer: Offer, kept: Sequence[tuple[Part, Diagram]]) -> Diagram:  # noqa: ARG002  # reckoned
        """Return whether anything is left of an offer: known with its amount, else one unknown of its own."""
        amount = self._reckoned.amounts.get(offer.index)
        if amount is not None and self._reckoned.currency is not None:
            return YES if amount > 0 else NO
        return self.unknown(("left", offer.index), tuple(sorted(self.unknown_of(offer))))

    def unknown_of(self, offer: Offer) -> set[str]:
        """Return the unknown facts that what an offer comes to depends on."""
        names = [*offer.rule.names, *(PAID,) * (PAID in self._policy.facts), *self._currency]
        for clause, part in keeping(self._policy.clauses):
            rules = [*(condition.rule for condition in part.conditions), clause.applies, part.amount]
            names += [name for rule in rules if rule for name in rule.names]
        return set(self.unknown_facts(tuple(names)))

    @property
    def _currency(self) -> tuple[str, ...]:
        return (self._policy.currency_fact,) if self._policy.currency_fact else ()

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
            return self._rule(self._policy.terms[node.name].rule)
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
        names = tuple(name for part in parts for name in names_in(part))
        key = (
            names[0]
            if not sign and isinstance(parts[0], exp.Column)
            else (sign, *(part.sql() for part in parts))
        )
        return self.unknown(key, self.unknown_facts(names))


def _compiler_of(policy: Policy) -> Compiler:
    closures = {name: policy.compiled[term.rule] for name, term in policy.terms.items()}
    return Compiler(closures, policy.columns, policy.calendar)
