"""A policy as compiled Python: a case in, its verdict and the whole trace out, in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from makegood.policy.deciding.weighing import Verdict, Weighing
from makegood.policy.documents.clauses import Clause, Condition
from makegood.policy.documents.policy import Policy
from makegood.policy.generated.composing import source_of
from makegood.policy.generated.nodes import Node, Op
from makegood.policy.generated.splitting import Wanted, split_of
from makegood.policy.generated.weighed import Weighed
from makegood.policy.rules.numbers import Number

Values = Mapping[str, Any]
Raw = tuple[Any, ...]
"""The verdict, then whatever differs from case to case of the amounts, conditions, clauses and terms."""


class Program:
    """The code of one policy.

    `run(values)` takes every fact's value as `Policy.values` gives them and returns a `Raw`; the methods here
    read it. `outcome(values)` returns the verdict alone, and looks only at what it needs.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy, self._weighed = policy, Weighed(policy)
        weighing = Weighing(policy, self._weighed)
        self._end = weighing.end()
        conditions = [each for clause in policy.clauses for part in clause.parts for each in part.conditions]
        self._applies = {clause.number: weighing.applies(clause) for clause in policy.clauses}
        found = dict.fromkeys(
            (
                *(self._weighed.amounts[offer.index] for offer in policy.offers),
                *(self._weighed.truth(condition) for condition in conditions),
                *self._applies.values(),
                *self._weighed.terms.values(),
            )
        )
        trace = tuple(node for node in found if node.op is not Op.CONSTANT)
        self._places = {node: place for place, node in enumerate(trace, 1)}
        self.source, self.run = self._made(Wanted(self._end, trace))

    @cached_property
    def outcome(self) -> Callable[[Values], Verdict]:
        """What returns the verdict alone."""
        return self._made(Wanted(self._end))[1]

    def verdict(self, raw: Raw) -> Verdict:
        """Return how the case ends."""
        found: Verdict = raw[0]
        return found

    def amount(self, raw: Raw, offer: int) -> Number | None:
        """Return what an offer comes to before it is rounded; None when unknown."""
        found: Number | None = self._value(raw, self._weighed.amounts[offer])
        return found

    def truth(self, raw: Raw, condition: Condition) -> bool | None:
        """Return the truth of a condition."""
        found: bool | None = self._value(raw, self._weighed.truth(condition))
        return found

    def applies(self, raw: Raw, clause: Clause) -> bool | None:
        """Return whether a clause applies and none that goes before it does."""
        found: bool | None = self._value(raw, self._applies[clause.number])
        return found

    def terms(self, raw: Raw) -> dict[str, Any]:
        """Return the value of each term."""
        return {name: self._value(raw, node) for name, node in self._weighed.terms.items()}

    def _value(self, raw: Raw, node: Node) -> Any:
        return node.what if node.op is Op.CONSTANT else raw[self._places[node]]

    def _made(self, wanted: Wanted) -> tuple[str, Callable[[Values], Any]]:
        graph = self._weighed.graph
        bound: dict[str, Any] = {"zero": Decimal(0)}
        source = source_of(graph, bound, wanted, split_of(graph, self._policy.facts, wanted))
        bound |= graph.bound
        # Safe: `source` holds names and templates of this project only, never a character of the document.
        exec(compile(source, "<policy>", "exec"), bound)  # noqa: S102
        return source, bound["run"]
