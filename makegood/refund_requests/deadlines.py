"""Until when each order can be refunded, for many orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from makegood.orders.models import Order
from makegood.refund_requests import policies
from makegood.refund_requests.facts import Case, facts_of_purchase
from makegood.refund_requests.models import PolicyVersion

TERM = "last_day_to_ask"
"""The named term of a policy document that states it; a document without one sets no deadline."""


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
