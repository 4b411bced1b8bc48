"""Kleene's logic over the values of a case: what is decided, and the amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from makegood.policy.deciding.weighing import UNDECIDED, Verdict
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID, Policy
from makegood.policy.rules import kleene, numbers
from makegood.policy.rules.numbers import Number
from makegood.policy.rules.scope import Rule


class ThreeValued:
    """Kleene's logic over the values of a case; UNDECIDED where an unknown matters.

    `amounts` are what each offer comes to, by its index, once it was weighed; None where that is unknown.
    """

    def __init__(self, policy: Policy, values: Mapping[str, Any]) -> None:
        self._policy, self._values = policy, values
        self.currency = policy.currency_of(values)
        self.amounts: dict[int, Number | None] = {}

    def truth(self, condition: Condition) -> Any:
        """Return the truth of a condition."""
        return self._policy.compiled[condition.rule](self._values)

    def applies(self, clause: Clause) -> Any:
        """Return the truth of what a clause says it applies to."""
        return self._policy.applies(clause, self._values)

    def left(self, offer: Offer, kept: Sequence[tuple[Part, Any]]) -> Any:
        """Return whether anything is left to refund; None while the amount or its currency is unknown."""
        amount = self.amounts[offer.index] = self._amount(offer, kept)
        return None if amount is None or self.currency is None else amount > 0

    def _amount(self, offer: Offer, kept: Sequence[tuple[Part, Any]]) -> Number | None:
        amount = self.value(offer.rule)
        for part, holds in kept:
            if holds is False or part.amount is None:
                continue
            taken = self.value(part.amount)
            if holds is None and taken != 0:
                return None
            amount = None if amount is None or taken is None else numbers.minus(amount, taken)
        if PAID in self._policy.facts:
            paid = self._values[PAID]
            amount = None if amount is None or paid is None else min(amount, paid)
        return amount

    def value(self, rule: Rule) -> Number | None:
        """Return the amount of a rule; unknown where it is written in another currency than the case's."""
        if rule.has_amounts and self.currency != self._policy.front.currency:
            return None
        found: Number | None = self._policy.compiled[rule](self._values)
        return found

    def every(self, values: Iterable[Any]) -> Any:
        """Return the AND."""
        return kleene.every(values)

    def some(self, values: Iterable[Any]) -> Any:
        """Return the OR."""
        return kleene.some(values)

    def opposite(self, value: Any) -> Any:
        """Return NOT value."""
        return kleene.opposite(value)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return `then` where the condition holds, else `otherwise`."""
        if condition is None:
            return then if then == otherwise else UNDECIDED
        return then if condition else otherwise

    def verdict(self, verdict: Verdict) -> Any:
        """Return the result that is this verdict."""
        return verdict

    def rounded(self, offer: int) -> Decimal | None:
        """Return what an offer comes to in the currency's places, at most what was paid; None: unknown."""
        amount = self.amounts.get(offer)
        if amount is None or self.currency is None:
            return None
        places, paid = get_currency_precision(self.currency), self._values.get(PAID)
        return numbers.payable(amount, places, paid)
