"""Who is next, and how long the queue is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_waiting
from makegood.refund_requests.states import State

COUNTED_UP_TO = 1000


def place_of(refund_request: RefundRequest) -> int | None:
    """How many requests are examined before this one, plus one; None when it does not wait.

    Counts at most COUNTED_UP_TO, so a page never costs more than that.
    """
    if refund_request.state != State.WAITING:
        return None
    earlier = Q(queued_at__lt=refund_request.queued_at) | Q(
        queued_at=refund_request.queued_at, id__lt=refund_request.pk
    )
    return requests_waiting().filter(earlier)[:COUNTED_UP_TO].count() + 1


def length() -> int:
    """How many wait, counted up to COUNTED_UP_TO."""
    return requests_waiting()[:COUNTED_UP_TO].count()


def oldest_waiting_since() -> datetime | None:
    """When the request that has waited longest came in; None when nobody waits."""
    first = requests_waiting().first()
    return first.queued_at if first else None
