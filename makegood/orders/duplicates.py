"""Which of a member's orders look like the same thing ordered twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef

from makegood.accounts.models import User
from makegood.orders.models import Order, Payment

NEAR = timedelta(days=3)
"""Orders further apart are more likely two purchases than one made twice."""


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
    the nearest earlier one, so that three orders in a row are two pairs.
    """
    refundable = Payment.objects.filter(order=OuterRef("pk"), reserved_minor__lt=F("captured_minor"))
    orders = (
        Order.objects.filter(Exists(refundable), member=member)
        .select_related("product")
        .order_by("product_id", "purchased_at", "id")
    )
    pairs = [
        pair
        for _, same_product in groupby(orders, key=lambda order: order.product_id)
        for pair in _near(list(same_product), within)
    ]
    return sorted(pairs, key=lambda pair: (pair.minutes_apart, pair.order.pk))


def _near(orders: Sequence[Order], within: timedelta) -> Iterator[Pair]:
    for place, order in enumerate(orders):
        for other in reversed(orders[:place]):
            apart = order.purchased_at - other.purchased_at
            if apart > within:
                break
            if other.pk != order.renews_id and order.pk != other.renews_id:
                yield Pair(order, other, int(apart.total_seconds() // 60), _reason(order, other, apart))
                break


def _reason(order: Order, other: Order, apart: timedelta) -> str:
    price = "same price" if order.amount == other.amount else "another price"
    return f"Same product, {price}, {_words(apart)} apart"


def _words(apart: timedelta) -> str:
    minutes = int(apart.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (minutes >= size and unit == "minute"):  # “26 hours” says more than “1 day”
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"
