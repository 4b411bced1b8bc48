"""Every case of a policy weighed at once: its end is one z3 term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import z3

from makegood.policy.checks.proofs import values
from makegood.policy.checks.proofs.encoding import Encoder
from makegood.policy.checks.proofs.values import TRUE, Known, Term, Truth
from makegood.policy.checks.proofs.world import World
from makegood.policy.deciding.weighing import (
    CONTRADICTION,
    NOT_COVERED,
    PERSON,
    REFUSED,
    UNDECIDED,
    Verdict,
    Weighing,
)
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID, Policy
from makegood.policy.languages.vocabulary import ORIGINAL
from makegood.policy.rules.scope import Rule

ENDS = (REFUSED, PERSON, NOT_COVERED, CONTRADICTION, UNDECIDED)


class EveryCase:
    """The logic of a weighing: truths are pairs of z3 truths, results the number of a verdict."""

    def __init__(self, policy: Policy, world: World) -> None:
        self.policy, self.world = policy, world
        self.encoder = Encoder(policy, world)
        self.amounts: dict[int, Known] = {}
        self._truths: dict[Rule, Truth] = {}

    def truth(self, condition: Condition) -> Any:
        """Return the truth of a condition."""
        return self.of_rule(condition.rule)

    def of_rule(self, rule: Rule) -> Truth:
        """Return the truth of a rule."""
        if rule not in self._truths:
            self._truths[rule] = self.encoder.truth(rule.tree)
        return self._truths[rule]

    def applies(self, clause: Clause) -> Any:
        """Return the truth of what a clause says it applies to."""
        return self.of_rule(clause.applies) if clause.applies else TRUE

    def left(self, offer: Offer, kept: Sequence[tuple[Part, Any]]) -> Any:
        """Return whether anything is left to refund of an offer."""
        found = self._amount(offer.rule)
        for part, holds in kept:
            if part.amount is not None:
                found = _less(found, holds, self._amount(part.amount))
        if PAID in self.policy.facts:
            paid = self.encoder.name(PAID)
            assert isinstance(paid, Known)  # noqa: S101  # the fact is an amount of money
            smaller = values.least([values.real(found.value), values.real(paid.value)])
            found = Known(values.both((found.defined, paid.defined)), smaller)
        defined = values.both((found.defined, self._currency_known))
        self.amounts[offer.index] = Known(defined, found.value)
        return values.when(defined, found.value > 0)

    def _amount(self, rule: Rule) -> Known:
        """The amount of a rule; unknown where it is written in another currency than the case's."""
        found = self.encoder.amount(rule.tree)
        currency = self.currency
        if not rule.has_amounts or currency is None or self.policy.front.currency is None:
            return found
        same = currency == self.world.text(self.policy.front.currency)
        return Known(values.both((found.defined, same)), found.value)

    @property
    def currency(self) -> Term | None:
        """The currency of the case, None where the policy knows only one or none."""
        if self.policy.currency_fact is None:
            return self.world.text(self.policy.front.currency) if self.policy.front.currency else None
        found = self.encoder.name(self.policy.currency_fact)
        assert isinstance(found, Known)  # noqa: S101  # the fact is a text
        return found.value

    @property
    def _currency_known(self) -> Term:
        if self.policy.currency_fact is None:
            return values.YES if self.policy.front.currency else values.NO
        found = self.encoder.name(self.policy.currency_fact)
        assert isinstance(found, Known)  # noqa: S101  # the fact is a text
        return found.defined

    def every(self, truths: Iterable[Any]) -> Any:
        """Return the AND."""
        return values.every(truths)

    def some(self, truths: Iterable[Any]) -> Any:
        """Return the OR."""
        return values.some(truths)

    def opposite(self, value: Any) -> Any:
        """Return NOT value."""
        return values.opposite(value)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return `then` where the condition holds, `otherwise` where it fails, else what both are."""
        unknown = values.chosen(_alike(then, otherwise), then, z3.IntVal(ENDS.index(UNDECIDED)))
        return values.chosen(condition.holds, then, values.chosen(condition.fails, otherwise, unknown))

    def verdict(self, verdict: Verdict) -> Any:
        """Return the number of a verdict: those without an offer first, then one for each offer."""
        return z3.IntVal(ENDS.index(verdict) if verdict.offer is None else len(ENDS) + verdict.offer)


class Weighed:
    """A policy over every case: `end` is the number of its verdict, `amount` what is refunded."""

    def __init__(self, policy: Policy, world: World) -> None:
        self.policy, self.world = policy, world
        self.logic = EveryCase(policy, world)
        self.weighing: Weighing[Any] = Weighing(policy, self.logic)
        self.end: Term = self.weighing.end()
        self.offers = policy.offers

    @property
    def free(self) -> set[str]:
        """The functions that are not followed: where there are some, nothing is proved."""
        return self.logic.encoder.calls.free

    def ends(self, *verdicts: Verdict) -> Term:
        """Return whether the case ends in one of these ways."""
        return values.either(self.end == self.logic.verdict(verdict) for verdict in verdicts)

    @property
    def refunded(self) -> Term:
        """Whether some offer is paid."""
        return self.end >= len(ENDS)

    @property
    def amount(self) -> Term:
        """What is refunded, in the smallest unit of its currency: halves up, but no more than was paid."""
        scale = self.world.precision(self.logic.currency)
        found: Term = z3.IntVal(0)
        for offer in self.offers:
            amount = values.real(self.logic.amounts[offer.index].value)
            rounded = z3.ToInt(amount * z3.ToReal(scale) + z3.Q(1, 2))
            if PAID in self.policy.facts:
                paid = self.logic.encoder.name(PAID)
                assert isinstance(paid, Known)  # noqa: S101  # the fact is an amount of money
                above = z3.ToReal(rounded) > values.real(paid.value) * z3.ToReal(scale)
                rounded = z3.If(above, rounded - 1, rounded)
            found = z3.If(self.end == len(ENDS) + offer.index, rounded, found)
        return found

    @property
    def method(self) -> Term:
        """How it is refunded, as a number of the world."""
        found: Term = self.world.text(ORIGINAL)
        for offer in self.offers:
            found = z3.If(self.end == len(ENDS) + offer.index, self.world.text(offer.method), found)
        return found


def _less(amount: Known, holds: Truth, taken: Known) -> Known:
    """An amount after what is kept of it, where that is kept."""
    unknown = z3.Not(z3.Or(holds.holds, holds.fails))
    defined = z3.Or(
        holds.fails,
        z3.And(holds.holds, taken.defined),
        z3.And(unknown, taken.defined, taken.value == 0),
    )
    left = values.real(amount.value) - values.chosen(holds.holds, values.real(taken.value), z3.RealVal(0))
    return Known(values.both((amount.defined, defined)), left)


def _alike(one: Term, other: Term) -> Term:
    if z3.eq(one, other):
        return values.YES
    return values.NO if z3.is_int_value(one) and z3.is_int_value(other) else one == other
