"""The logic that makes a graph of the weighing, so that who beats whom is said in one place only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from makegood.policy.deciding.weighing import UNDECIDED, Verdict
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID, Policy
from makegood.policy.generated.graphing import SMALLEST, Grapher
from makegood.policy.generated.nodes import Graph, Node, Op
from makegood.policy.rules.scope import Rule


class Weighed:
    """Kleene's logic over nodes: `ThreeValued` with the values still to come.

    `terms` are the nodes of the named terms, `amounts` what each offer comes to, by its index, once weighed.
    """

    def __init__(self, policy: Policy) -> None:
        self.graph = Graph()
        self._policy = policy
        self._grapher = Grapher(self.graph, policy.facts, policy.columns, policy.calendar)
        for name, term in policy.terms.items():
            self._grapher.terms[name] = self.rule(term.rule)
            self._grapher.types[name] = term.rule.type
        self.terms = self._grapher.terms
        self.amounts: dict[int, Node] = {}
        self._truths: dict[Rule, Node] = {}
        self._verdicts: dict[Verdict, Node] = {}
        fact = policy.currency_fact
        self._nothing = self.graph.constant(Decimal(0))
        self._currency = self.graph.fact(fact) if fact else self.graph.constant(policy.front.currency)

    def rule(self, rule: Rule) -> Node:
        """Return the node of a rule."""
        return self._grapher.node(rule.tree)

    def truth(self, condition: Condition) -> Node:
        """Return the truth of a condition."""
        if condition.rule not in self._truths:
            self._truths[condition.rule] = self.rule(condition.rule)
        return self._truths[condition.rule]

    def applies(self, clause: Clause) -> Node:
        """Return the truth of what a clause says it applies to."""
        return self.rule(clause.applies) if clause.applies else self.graph.constant(True)

    def left(self, offer: Offer, kept: Sequence[tuple[Part, Node]]) -> Node:
        """Return whether anything is left to refund."""
        amount = self.value(offer.rule)
        for part, holds in kept:
            if part.amount is not None:
                amount = self.graph.kept(amount, holds, self.value(part.amount))
        if PAID in self._policy.facts:
            paid = self.graph.fact(PAID)
            amount = amount if _is_bounded_by(paid, amount) else self.graph.strict(SMALLEST, amount, paid)
        self.amounts[offer.index] = amount
        return self.graph.strict("{0} > {1}", amount, self._nothing, self._currency)

    def value(self, rule: Rule) -> Node:
        """Return the amount of a rule; unknown where it is written in another currency than the case's."""
        found = self.rule(rule)
        if not rule.has_amounts:
            return found
        return self.graph.where(found, self._currency, self.graph.constant(self._policy.front.currency))

    def every(self, values: Iterable[Node]) -> Node:
        """Return the AND."""
        return self.graph.every(values)

    def some(self, values: Iterable[Node]) -> Node:
        """Return the OR."""
        return self.graph.some(values)

    def opposite(self, value: Node) -> Node:
        """Return NOT value."""
        return self.graph.opposite(value)

    def choose(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """Return `then` where the condition holds, else `otherwise`."""
        return self.graph.end(condition, then, otherwise, self.verdict(UNDECIDED))

    def verdict(self, verdict: Verdict) -> Node:
        """Return the end that is this verdict."""
        if verdict not in self._verdicts:
            self._verdicts[verdict] = self.graph.constant(verdict)
        return self._verdicts[verdict]


def _is_bounded_by(paid: Node, amount: Node) -> bool:
    """Whether an amount is what was paid, or the smaller of that and something else, already."""
    return amount is paid or (amount.op is Op.STRICT and amount.what == SMALLEST and paid in amount.parts)
