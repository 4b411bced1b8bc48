"""The trace that a policy's program left, told in the words of weighing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.weighing import Weighing
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import Policy
from makegood.policy.generated.program import Raw


class Traced(ThreeValued):
    """Kleene's logic over a case that has been run: what its trace holds is not reckoned again."""

    def __init__(self, policy: Policy, values: Mapping[str, Any], raw: Raw) -> None:
        super().__init__(policy, values)
        self.raw = raw
        self.amounts = {offer.index: policy.program.amount(raw, offer.index) for offer in policy.offers}

    def truth(self, condition: Condition) -> Any:
        """Return the truth of a condition."""
        return self._policy.program.truth(self.raw, condition)

    def left(self, offer: Offer, kept: Sequence[tuple[Part, Any]]) -> Any:  # noqa: ARG002  # in the amount
        """Return whether anything is left to refund; None while the amount or its currency is unknown."""
        amount = self.amounts[offer.index]
        return None if amount is None or self.currency is None else amount > 0


class TracedWeighing(Weighing[Any]):
    """The weighing of a case that has been run."""

    def __init__(self, policy: Policy, logic: Traced) -> None:
        super().__init__(policy, logic)
        self._raw = logic.raw

    def applies(self, clause: Clause) -> Any:
        """Return whether a clause applies and none that goes before it does."""
        return self.policy.program.applies(self._raw, clause)
