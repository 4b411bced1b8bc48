"""A member's orders: until when each can be refunded, and what was asked for already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import amount_in_words, day_in_words, until_in_words
from makegood.orders.models import Order
from makegood.refund_requests import policies
from makegood.refund_requests.deadlines import last_days_to_ask
from makegood.refund_requests.models import NamedOrder, PolicyVersion


@dataclass(frozen=True)
class MyOrder:
    """One order. `last_day` None: the policy sets no deadline. `reference`: the open request for it."""

    order: Order
    last_day: date | None
    zone: ZoneInfo
    today: date
    reference: str
    is_refunded: bool

    @property
    def is_too_late(self) -> bool:
        """Whether the last day to ask is over."""
        return self.last_day is not None and self.today > self.last_day

    @property
    def standing(self) -> str:
        """Whether, and until when, it can be refunded; in words."""
        if self.reference:
            return _("asked for in request {reference}").format(reference=self.reference)
        if self.is_refunded:
            return _("refunded")
        if self.last_day is None:
            return ""
        if self.is_too_late:
            return _("the last day to ask was {day}").format(day=day_in_words(self.last_day))
        return _("refundable until {moment}").format(moment=until_in_words(self.last_day, self.zone))


def orders_of(member: User) -> QuerySet[Order]:
    """The member's own orders, newest first."""
    rows = member.orders.select_related("product").prefetch_related("payments")
    return rows.order_by("-purchased_at", "-id")


def as_mine(orders: Sequence[Order], *, at: datetime, versions: Sequence[PolicyVersion]) -> list[MyOrder]:
    """`orders` (with product and payments) as the member sees them; one query, however many.

    `versions` is what `policies.published` gave.
    """
    asked = _asked_for(orders)
    last_days = last_days_to_ask(orders, at=at, versions=versions)
    zone = policies.parsed(policies.in_force(at, among=versions)).zone
    return [
        MyOrder(
            order=order,
            last_day=last_days[order.pk],
            zone=zone,
            today=at.astimezone(zone).date(),
            reference=asked.get(order.pk, ""),
            is_refunded=_is_refunded(order),
        )
        for order in orders
    ]


def _asked_for(orders: Iterable[Order]) -> dict[int, str]:
    rows = NamedOrder.objects.filter(order__in=orders, wanted=True, open=True)
    return dict(rows.values_list("order_id", "refund_request__reference"))


def _is_refunded(order: Order) -> bool:
    payments = list(order.payments.all())
    return bool(payments) and not any(payment.refundable for payment in payments)


def order_line(order: Order) -> str:
    """“Order 9412031 · $79.00 · bought 2 November 2026”; of a renewal, when it was charged."""
    made = _("charged {day}") if order.is_renewal else _("bought {day}")
    bought = made.format(day=day_in_words(timezone.localtime(order.purchased_at).date()))
    return _("Order {number} · {amount} · {bought}").format(
        number=order.number, amount=amount_in_words(order.amount), bought=bought
    )
