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
from makegood.policy.generated.splitting import Wanted, split_of
from makegood.policy.generated.weighed import Weighed
from makegood.policy.rules.numbers import Number
from makegood.policy.rules.scope import Rule

Values = Mapping[str, Any]
Raw = tuple[Any, ...]
"""The verdict, the amount of each offer, the truth of each condition, whether each clause applies, the value
of each term: each in the order of the document; None is unknown."""


class Program:
    """The code of one policy.

    `run(values)` takes every fact's value as `Policy.values` gives them and returns a `Raw`; the methods here
    read it. `outcome(values)` returns the verdict alone, and looks only at what it needs.
    """

    def __init__(self, policy: Policy) -> None:
        self._weighed = Weighed(policy)
        weighing = Weighing(policy, self._weighed)
        conditions = [each for clause in policy.clauses for part in clause.parts for each in part.conditions]
        end = weighing.end()
        traced = [
            *(self._weighed.amounts[offer.index] for offer in policy.offers),
            *(self._weighed.truth(condition) for condition in conditions),
            *(weighing.applies(clause) for clause in policy.clauses),
            *self._weighed.terms.values(),
        ]
        first = 1 + len(policy.offers)
        self._conditions: dict[Rule, int] = {
            condition.rule: place for place, condition in enumerate(conditions, first)
        }
        first += len(conditions)
        self._applies = {clause.number: place for place, clause in enumerate(policy.clauses, first)}
        first += len(policy.clauses)
        self._terms = {name: place for place, name in enumerate(policy.terms, first)}
        self._end, self._facts = end, policy.facts
        self.source, self.run = self._made(Wanted(end, tuple(traced)))

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
        found: Number | None = raw[1 + offer]
        return found

    def truth(self, raw: Raw, condition: Condition) -> bool | None:
        """Return the truth of a condition."""
        found: bool | None = raw[self._conditions[condition.rule]]
        return found

    def applies(self, raw: Raw, clause: Clause) -> bool | None:
        """Return whether a clause applies and none that goes before it does."""
        found: bool | None = raw[self._applies[clause.number]]
        return found

    def terms(self, raw: Raw) -> dict[str, Any]:
        """Return the value of each term."""
        return {name: raw[place] for name, place in self._terms.items()}

    def _made(self, wanted: Wanted) -> tuple[str, Callable[[Values], Any]]:
        graph = self._weighed.graph
        bound: dict[str, Any] = {"zero": Decimal(0)}
        source = source_of(graph, bound, wanted, split_of(graph, self._facts, wanted))
        bound |= graph.bound
        # Safe: `source` holds names and templates of this project only, never a character of the document.
        exec(compile(source, "<policy>", "exec"), bound)  # noqa: S102
        return source, bound["run"]
