"""Days that the policy or the law sets: the last one to ask for a refund, and the last one to answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from makegood.orders.models import Order
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.facts import Case, facts_of_purchase
from makegood.refund_requests.models import PolicyVersion

TERM = "last_day_to_ask"
"""The named term of a policy document that states it; a document without one sets no deadline."""

TERM_OF_LAW = "last_day_to_answer"
"""The named term for the last day that the law gives for an answer; most documents have none."""


def last_days_to_ask(
    orders: Sequence[Order], *, at: datetime, versions: Sequence[PolicyVersion] | None = None
) -> dict[int, date | None]:
    """Order id → the last day to ask, in the zone of the policy that governs it; None: there is no deadline.

    Costs one query, however many orders; none with `versions`, which `policies.published` gave. Raises
    NoPolicyInForce.
    """
    known = policies.published() if versions is None else versions
    days: dict[int, date | None] = {}
    for order in orders:
        policy = policies.parsed(policies.in_force(order.purchased_at, among=known))
        facts = facts_of_purchase(Case(ground="", received_at=at, order=order), policy)
        last = policy.term(TERM, facts) if TERM in policy.terms else None
        days[order.pk] = last if isinstance(last, date) else None
    return days


def last_day_to_answer(answers: Sequence[LiveAnswer]) -> date | None:
    """The earliest day until which the law wants one of the orders answered; None: it sets none."""
    days = [live.policy.term(TERM_OF_LAW, live.facts) for live in answers if TERM_OF_LAW in live.policy.terms]
    return min((day for day in days if isinstance(day, date)), default=None)
