"""Who is next, and how long the queue is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from makegood.refund_requests.counting import count_in
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_before, requests_waiting
from makegood.refund_requests.states import State

COUNTED_UP_TO = 1000


@dataclass(frozen=True)
class Place:
    """How many requests are examined before one: exactly `before`, or when `is_more` more than that."""

    before: int
    is_more: bool

    @property
    def number(self) -> int:
        """Its number in the queue, from 1; meaningless when `is_more`."""
        return self.before + 1


def place_of(refund_request: RefundRequest) -> Place | None:
    """Its place in the queue, exact up to COUNTED_UP_TO requests before it; None when it does not wait."""
    if refund_request.state != State.WAITING:
        return None
    count = before(refund_request).count()
    return Place(before=min(count, COUNTED_UP_TO), is_more=count > COUNTED_UP_TO)


def before(refund_request: RefundRequest) -> QuerySet[RefundRequest]:
    """The requests that are examined before it, at most COUNTED_UP_TO + 1 of them.

    Read off the front of the index `queue_in_turn`, however many wait (`bin/bench ticket`).
    """
    return requests_before(refund_request)[: COUNTED_UP_TO + 1]


def length() -> int:
    """How many wait."""
    return count_in(State.WAITING)


def oldest_waiting_since() -> datetime | None:
    """When the request that has waited longest came in; None when nobody waits."""
    return longest_waiting().values_list("queued_at", flat=True).first()


def longest_waiting() -> QuerySet[RefundRequest]:
    """Those that wait, first come first."""
    return requests_waiting().order_by("queued_at", "id")
