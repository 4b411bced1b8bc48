"""A case that is still open: how it can end, and which unknown facts that depends on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from makegood.policy.deciding.answers import OpenFact
from makegood.policy.deciding.diagram import Diagram, Leaf, TooLarge, parts_of
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.unknowns import Unknowns
from makegood.policy.deciding.weighing import Verdict, Weighing
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import Policy


class Undecided:
    """A case that is not decided yet: how it can still end, and on what that depends."""

    def __init__(
        self,
        policy: Policy,
        values: Mapping[str, Any],
        weighing: Weighing[Any],
        reckoned: ThreeValued,
        lost: Container[str],
    ) -> None:
        self._policy, self._values, self._lost = policy, values, lost
        self._weighing, self._reckoned = weighing, reckoned
        self._unknowns = Unknowns(policy, values, reckoned)
        self._weighed = self._diagram()
        self._payable = list(self._offers())

    def _diagram(self) -> Diagram | None:
        """How the case can end; None where that has too many branches to be followed."""
        try:
            return Weighing(self._policy, self._unknowns).end()
        except TooLarge:
            return None

    def _offers(self) -> Iterator[Offer]:
        """The offers that can still be paid."""
        offers = self._policy.offers
        if self._weighed is None:
            yield from (offer for offer in offers if self._weighing.granted(offer) is not False)
            return
        for part in parts_of(self._weighed):
            end = part.value if isinstance(part, Leaf) else None
            if isinstance(end, Verdict) and end.offer is not None:
                yield offers[end.offer]

    def at_stake(self) -> Decimal | None:
        """Return the one amount that can still be refunded; None when there is none or several."""
        amounts = {self._reckoned.rounded(offer.index) for offer in self._payable}
        return amounts.pop() if len(amounts) == 1 else None

    def offer_at_stake(self) -> Offer | None:
        """Return the first offer that comes to what is at stake; None when that is not known."""
        return self._payable[0] if self.at_stake() is not None else None

    def open(self) -> tuple[OpenFact, ...]:
        """Return the unknown facts the end or the amount depends on, in the order of the document.

        Where rules say a thing twice (a OR NOT a) no single fact changes the end, yet three-valued logic
        waits for one: then every unknown fact of an undecided condition is open, and so it is where the case
        has too many branches. A fact that does not apply to the case is never open: nobody could tell it.
        """
        names = set() if self._weighed is None else self._unknowns.facts_of(self._weighed)
        for offer in self._payable:
            if self._reckoned.rounded(offer.index) is None:
                names |= self._unknowns.unknown_of(offer)
        if self._weighed is None:
            return self._unknown_among(names | set(self._waiting()))
        found = self._unknown_among(names)
        if found or not isinstance(self._weighed, Leaf):
            return found
        return self._unknown_among(set(self._waiting()))

    def _unknown_among(self, names: set[str]) -> tuple[OpenFact, ...]:
        return tuple(unknown_among(self._policy, self._values, names, self._lost))

    def _waiting(self) -> Iterator[str]:
        """The facts under every rule that is still unknown."""
        for rule, compiled in self._policy.compiled.items():
            if compiled(self._values) is None:
                yield from self._policy.facts_under(rule.names)


def unknown_among(
    policy: Policy, values: Mapping[str, Any], names: Iterable[str], lost: Container[str]
) -> Iterator[OpenFact]:
    """Yield the unknown facts among some names that concern the case, in the order of the document."""
    for name in policy.in_order(names):
        if values[name] is None and policy.concerns(name, values) is not False:
            fact = policy.facts[name]
            yield OpenFact(name, fact.source, fact.question, lost=name in lost)
