"""Giving a request that came in its place in the queue, which it keeps until it is decided."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from makegood.queue.turns import examine_by
from makegood.refund_requests.models import RefundRequest


def place(refund_request: RefundRequest, *, promised_until: datetime, zone: ZoneInfo) -> RefundRequest:
    """Write until when it should be examined, in the transaction that brings it in.

    `zone` is where the last day that the law gives begins.
    """
    refund_request.examine_by = examine_by(
        came_in=refund_request.queued_at,
        promised_until=promised_until,
        law_until=_begin_of_last_day(refund_request, zone),
    )
    refund_request.save(update_fields=["examine_by"])
    return refund_request


def _begin_of_last_day(refund_request: RefundRequest, zone: ZoneInfo) -> datetime | None:
    last_day = refund_request.law_until
    return None if last_day is None else datetime.combine(last_day, time.min, tzinfo=zone)
