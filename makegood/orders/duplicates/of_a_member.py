"""Which of a member's orders look like the same thing ordered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from makegood.accounts.models import User
from makegood.orders.duplicates.live import duplicates_of
from makegood.orders.duplicates.searching import NEAR
from makegood.orders.models import Order


@dataclass(frozen=True, slots=True)
class Pair:
    """Two orders of one product close in time: `order` is the later, which is likely the one not meant."""

    order: Order
    other: Order
    minutes_apart: int
    reason: str


def likely_pairs(member: User, *, within: timedelta = NEAR) -> list[Pair]:
    """The likely duplicates among the member's orders, the closest in time first.

    Both orders have money that can still be refunded, and neither renews the other. An order is paired with
    one earlier one, the likeliest of the nearest, so that three orders in a row are two pairs. However little
    is to be said for a pair, it is offered: the member knows.
    """
    pairs = [
        Pair(order, other, int(found.apart.total_seconds() // 60), found.short_reason)
        for found, order, other in duplicates_of(member, within=within)
    ]
    return sorted(pairs, key=lambda pair: (pair.minutes_apart, pair.order.pk))
