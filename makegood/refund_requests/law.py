"""The policy's answer with the statutes above it: the better for the customer counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from makegood.defects.states import State
from makegood.orders.usage import uses_since
from makegood.policy import Answer, Fact, Policy, decide
from makegood.policy.deciding.layers import above
from makegood.refund_requests.facts import CONFIRMED, Case, fitting, known_of
from makegood.refund_requests.models import StatuteVersion
from makegood.refund_requests.statutes.facts import told_by_records
from makegood.refund_requests.statutes.keeping import read


@dataclass(frozen=True, slots=True)
class Law:
    """A statute that was asked about a case. `facts` are those that it decides by.

    Of the one that counts, because it is better for the customer than the policy, `own` is what the policy
    answers by itself; None where that was not kept.
    """

    statute: StatuteVersion
    policy: Policy
    facts: dict[str, object]
    own: Answer | None = None

    @property
    def not_told(self) -> list[Fact]:
        """The facts that nobody told, be they open or, without a word, taken as the document says."""
        return [fact for name, fact in self.policy.facts.items() if name not in self.facts]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What counts in a case. `law` is the statute that gave the `answer`; None: the policy did.

    `floors` are the statutes that were asked.
    """

    answer: Answer
    law: Law | None = None
    floors: tuple[Law, ...] = ()


def better_by_law(
    own: Answer, case: Case, statutes: Sequence[StatuteVersion], *, bought_on: date | None
) -> Weighed:
    """Weigh the policy's `own` answer with those of the statutes.

    `bought_on` is the day of the purchase as far as it is not disputed.
    """
    order = case.order
    if order is None or not statutes:
        return Weighed(own)
    uses = uses_since(order, order.purchased_at) if case.uses is None else case.uses
    asked = replace(case, uses=uses, disputed={})
    laws = [_law(asked, statute, bought_on) for statute in statutes]
    floors = [decide(law.policy, law.facts) for law in laws]
    answer = above(own, floors).answer
    law = next((law for law, floor in zip(laws, floors, strict=True) if floor is answer), None)
    return Weighed(answer, None if law is None else replace(law, own=own), tuple(laws))


def _law(case: Case, statute: StatuteVersion, bought_on: date | None) -> Law:
    policy = read(statute)
    if case.order is None:
        return Law(statute, policy, {})
    told = told_by_records(
        case.order,
        bought_on=bought_on,
        received_at=case.received_at,
        uses=case.uses or 0,
        zone=policy.zone,
    )
    if case.defect is not None:
        told["faulty"] = CONFIRMED.get(State(case.defect.state))
    # What staff found as another kind of fact, for another document, was not told to this one.
    known = fitting(told, policy) | fitting(known_of(case, policy).facts, policy)
    return Law(statute, policy, known)
