"""Facts that our records tell and the member says are wrong: unknown until a representative finds out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from makegood.policy import Fact, FactError, Kind, Policy, Source
from makegood.policy.explaining.sentences import spoken
from makegood.policy.facts import coerce

if TYPE_CHECKING:
    from makegood.refund_requests.models import NamedOrder

RECORDS = frozenset({Source.ORDER, Source.USAGE})
"""Who tells the facts that may be disputed: never the customer, our staff, or the clock of the server."""

NOT_TYPED = frozenset({Kind.FILES, Kind.LIST})
LEAST_WHY = 10
"""Characters of the sentence that says why; a shorter one is still being written, or says nothing."""

Said = Mapping[str, Mapping[str, object]]
"""What a member disputes, as JSON: fact → `says` (the right value) and `why`."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One fact, what our records say and what the member says, both as the policy reads values; and why."""

    fact: Fact
    recorded: Any
    says: Any
    why: str

    @property
    def leaves_a_trace(self) -> bool:
        """Whether a picture can show it: an invoice shows an order, but nothing shows what was not used."""
        return self.fact.source is Source.ORDER


def may_be_disputed(fact: Fact) -> bool:
    """Whether the value is one that our records tell and that a member can write down."""
    return fact.source in RECORDS and fact.kind not in NOT_TYPED


def standing(
    said: Said, recorded: Mapping[str, object], policy: Policy, *, ground: str
) -> dict[str, Dispute]:
    """The disputes that there still are, by the name of the fact.

    One whose record says by now what the member says (an import put it right) is settled by that; one of a
    fact that `policy` does not look at on this ground, or reads as another kind, was never told to it.
    """
    if not said:
        return {}
    looked_at = _looked_at(policy, ground)
    found = (_dispute(policy, name, one, recorded) for name, one in said.items() if name in looked_at)
    return {dispute.fact.name: dispute for dispute in found if dispute is not None}


def _looked_at(policy: Policy, ground: str) -> set[str]:
    """The facts that matter on the ground; before one is chosen, on any; none on one it does not know."""
    if ground and ground not in {each.value for each in policy.grounds}:
        return set()
    return {fact.name for fact in policy.facts_for(ground)}


def _dispute(
    policy: Policy, name: str, one: Mapping[str, object], recorded: Mapping[str, object]
) -> Dispute | None:
    fact = policy.facts[name]
    why = str(one.get("why", "")).strip()
    if not may_be_disputed(fact) or recorded.get(name) is None or len(why) < LEAST_WHY:
        return None
    try:
        says = coerce(fact, one.get("says"), policy.zone)
    except FactError:
        return None
    held = coerce(fact, recorded[name], policy.zone)
    return None if says is None or says == held else Dispute(fact, held, says, why)


def as_json(value: object) -> object:
    """A value of a fact as rows keep it: truths and words as they are, dates and exact numbers as text."""
    return value if isinstance(value, bool | int | str) else str(value)


def value_in_words(fact: Fact, value: object, policy: Policy, *, currency: str) -> str:
    """A value of a fact as people say it, in the language of the document: 2 October 2026, $79.00, yes."""
    if fact.kind is Kind.CHOICE:
        return str(value).replace("_", " ")
    return spoken(value, policy.vocabulary, money=fact.kind is Kind.MONEY, currency=currency or None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a request disputed when it was sent, in words."""

    question: str
    says: str
    recorded: str
    why: str


def told(named: Iterable[NamedOrder], policy: Policy) -> list[Told]:
    """What the rows of `queries.named_in` keep, as `policy` asks it."""
    return [_told(one, policy, row.order.currency) for row in named for one in row.disputes]


def _told(one: Mapping[str, object], policy: Policy, currency: str) -> Told:
    """One dispute; of a fact that the policy does not know, by its bare name."""
    name, why = str(one["fact"]), str(one["why"])
    fact = policy.facts.get(name)
    if fact is None:
        return Told(name, str(one["says"]), str(one["recorded"]), why)
    says, recorded = (
        value_in_words(fact, coerce(fact, one[which], policy.zone), policy, currency=currency)
        for which in ("says", "recorded")
    )
    return Told(fact.question, says, recorded, why)
