"""When the member hears from us next, and whether we kept our word."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.recording import record
from makegood.queue.models import MissedPromise, Promise
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import AWAITING_US

WORKING_DAYS = 2
END_OF_DAY = time(18, 0)


def due_at(at: datetime, *, zone: ZoneInfo, country: str, working_days: int = WORKING_DAYS) -> datetime:
    """18:00 in `zone`, so many working days of `country` (ISO 3166 code) after `at`."""
    calendar = holidays.country_holidays(country)
    day, left = at.astimezone(zone).date(), working_days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return datetime.combine(day, END_OF_DAY, tzinfo=zone)


def try_until(at: datetime) -> datetime:
    """Until when a member who is asked at `at` may try a fix: as many working days as the settings say."""
    return due_at(
        at,
        zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE),
        country=settings.MAKEGOOD_DESK_COUNTRY,
        working_days=settings.MAKEGOOD_DAYS_TO_TRY_A_FIX,
    )


def next_update_if_promised(at: datetime) -> datetime:
    """What a promise that is made at `at` promises."""
    return due_at(at, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE), country=settings.MAKEGOOD_DESK_COUNTRY)


def promise(refund_request: RefundRequest, *, at: datetime, zone: ZoneInfo, country: str) -> Promise:
    """Promise the next update; an earlier promise that is still running counts as kept by this one."""
    return Promise.objects.create(
        refund_request=refund_request, made_at=at, due_at=due_at(at, zone=zone, country=country)
    )


def current(refund_request: RefundRequest) -> Promise | None:
    """The promise that runs now; None when the next step is not ours."""
    if refund_request.state not in AWAITING_US:
        return None
    return refund_request.promises.order_by("-id").first()


def note_missed(*, at: datetime) -> int:
    """Record every promise that ran out while the next step was ours; how many were new."""
    newest = (
        RefundRequest.objects.filter(state__in=AWAITING_US)
        .annotate(newest=Max("promises"))
        .values_list("newest", flat=True)
    )
    late = Promise.objects.filter(pk__in=newest, due_at__lt=at, missed=None).select_related("refund_request")
    with transaction.atomic():
        locked = list(late.select_for_update(of=("self",), skip_locked=True))
        # A colleague's record may have been committed after the list was made and before the lock was ours;
        # this statement sees it, and nobody else can add one while we hold the lock.
        noticed = set(MissedPromise.objects.filter(promise__in=locked).values_list("promise_id", flat=True))
        rows = [row for row in locked if row.pk not in noticed]
        for row in rows:
            MissedPromise.objects.create(promise=row, noticed_at=at)
            record(
                Action.PROMISE_MISSED,
                subject=row.refund_request,
                by=System("promises"),
                at=at,
                thread=row.refund_request.reference,
            )
    return len(rows)
