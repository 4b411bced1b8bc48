"""When the member hears from us next, and whether we kept our word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.recording import record
from makegood.queue.calendars import in_use, terms_of
from makegood.queue.models import MissedPromise, Promise
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import AWAITING_US


def due_at(at: datetime) -> datetime:
    """By when a promise would be due that were made `at`, by the calendar in use; in UTC."""
    return terms_of(in_use()).due_at(at)


def promise(refund_request: RefundRequest, *, at: datetime) -> Promise:
    """Promise the next update; an earlier promise that is still running counts as kept by this one."""
    edition = in_use()
    return Promise.objects.create(
        refund_request=refund_request, made_at=at, due_at=terms_of(edition).due_at(at), edition=edition
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
