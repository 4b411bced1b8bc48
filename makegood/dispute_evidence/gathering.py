"""Gathers what a bank may see of a disputed order: nothing internal is ever read here.

Left out are notes, findings, why somebody made an exception, and what staff sent each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from makegood.orders.models import Download, Order, Payment, Usage
from makegood.orders.usage import uses_of
from makegood.refund_requests import policies
from makegood.refund_requests.models import (
    Decision,
    Evidence,
    Message,
    NamedOrder,
    PolicyVersion,
    RefundRequest,
    Visibility,
)
from makegood.refunds.models import Dispute, Refund

MOST = 2000
"""Of each kind, so many rows at most; the newest uses of a service, the oldest of all else."""


@dataclass(frozen=True)
class Gathered:
    """Everything of one disputed order, oldest first.

    `policy` None: none was in force when it was bought. `decisions` are those the customer was told.
    """

    dispute: Dispute
    order: Order
    policy: PolicyVersion | None
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    requests: Sequence[RefundRequest]
    decisions: Sequence[Decision]
    messages: Sequence[Message]
    pictures: Sequence[Evidence]
    usage: Sequence[Usage]
    downloads: Sequence[Download]


def gather(dispute: Dispute) -> Gathered:
    """All that belongs to the order whose payment is disputed."""
    order = Order.objects.select_related("member", "product").get(payments=dispute.payment_id)
    named = NamedOrder.objects.filter(order=order).values("refund_request")
    requests = RefundRequest.objects.filter(Q(pk__in=named) | Q(merged_into__in=named)).order_by("pk")[:MOST]
    keys = [each.pk for each in requests]
    used = uses_of(order).filter(used_at__gte=order.purchased_at).order_by("-used_at", "-pk")[:MOST]
    return Gathered(
        dispute=dispute,
        order=order,
        policy=_policy_at(order.purchased_at),
        payments=list(order.payments.order_by("captured_at", "pk")),
        refunds=list(Refund.objects.filter(payment__order=order).select_related("payment").order_by("pk")),
        requests=list(requests),
        decisions=_decisions_told(keys),
        messages=_messages(keys),
        pictures=_pictures(order, keys),
        usage=list(reversed(used)),
        downloads=_downloads(order),
    )


def _policy_at(moment: datetime) -> PolicyVersion | None:
    try:
        return policies.in_force(moment)
    except policies.NoPolicyInForce:
        return None


def _decisions_told(requests: Sequence[int]) -> list[Decision]:
    stands = Q(needs_approval=False) | Q(approval__approved=True)
    rows = Decision.objects.filter(stands, refund_request__in=requests).select_related("refund_request")
    return list(rows.prefetch_related("lines__order", "lines__assessment__policy_version").order_by("pk"))


def _messages(requests: Sequence[int]) -> list[Message]:
    said = Message.objects.filter(refund_request__in=requests, visibility=Visibility.PUBLIC)
    return list(said.select_related("author", "refund_request").order_by("pk")[:MOST])


def _pictures(order: Order, requests: Sequence[int]) -> list[Evidence]:
    # What staff attach to a note is internal; of pictures, only the customer's own go out.
    sent = Evidence.objects.filter(refund_request__in=requests, uploaded_by=order.member_id)
    return list(sent.order_by("pk")[:MOST])


def _downloads(order: Order) -> list[Download]:
    rows = Download.objects.filter(
        member=order.member_id, release__product=order.product_id, at__gte=order.purchased_at
    )
    return list(rows.select_related("release").order_by("pk")[:MOST])
