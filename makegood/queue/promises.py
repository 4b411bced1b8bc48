"""When the member hears from us next, and whether we kept our word."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.recording import record
from makegood.queue.calendars import in_use, terms_of, with_hours
from makegood.queue.models import CalendarEdition, EndangeredPromise, MissedPromise, Pause, Promise
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import AWAITING_US


def due_at(at: datetime) -> datetime:
    """By when a promise would be due that were made `at`, by the calendar in use; in UTC."""
    return terms_of(in_use()).due_at(at)


def try_until(at: datetime) -> datetime:
    """Until when a member who is asked at `at` may try a fix: as many working days as the settings say."""
    return terms_of(in_use()).time.days_after(at, settings.MAKEGOOD_DAYS_TO_TRY_A_FIX)


def promise(refund_request: RefundRequest, *, at: datetime) -> Promise:
    """Promise the next update; an earlier promise that is still running counts as kept by this one."""
    edition = in_use()
    return _make(refund_request, edition, due_at=terms_of(edition).due_at(at), at=at)


def pause(refund_request: RefundRequest, *, at: datetime) -> Pause | None:
    """The clock of the running promise stands from now on; None when no working time is left on it."""
    running = refund_request.promises.order_by("-id").first()
    if running is None or running.due_at <= at:
        return None
    left = terms_of(_edition_of(running)).time.between(at, running.due_at)
    if not left:  # a promise older than the calendars may be due outside the hours of the one in use
        return None
    return Pause.objects.create(promise=running, at=at, left=left)


def go_on(refund_request: RefundRequest, *, at: datetime) -> Promise:
    """Promise what was left when the clock was stopped; anew when no promise was running then."""
    paused = Pause.objects.filter(promise__refund_request=refund_request, continued_by=None)
    stopped = paused.select_related("promise").order_by("-id").first()
    if stopped is None:
        return promise(refund_request, at=at)
    edition = _edition_of(stopped.promise)
    due = terms_of(edition).time.time_after(at, stopped.left)
    return _make(refund_request, edition, due_at=due, at=at, continues=stopped)


def _edition_of(made: Promise) -> CalendarEdition:
    """What the promise was counted by, though its calendar may say something else by now."""
    if made.edition_id is None:
        return in_use()
    found: CalendarEdition = with_hours(CalendarEdition.objects.filter(pk=made.edition_id)).get()
    return found


def _make(
    refund_request: RefundRequest,
    edition: CalendarEdition,
    *,
    due_at: datetime,
    at: datetime,
    continues: Pause | None = None,
) -> Promise:
    return Promise.objects.create(
        refund_request=refund_request,
        made_at=at,
        due_at=due_at,
        warn_at=terms_of(edition).warn_at(due_at, made_at=at),
        edition=edition,
        continues=continues,
    )


def current(refund_request: RefundRequest) -> Promise | None:
    """The promise that runs now; None when the next step is not ours."""
    if refund_request.state not in AWAITING_US:
        return None
    return refund_request.promises.order_by("-id").first()


def note_if_missed(refund_request: RefundRequest, *, at: datetime) -> bool:
    """Record that the running promise ran out, before it is replaced or ends; whether that was new.

    Call it while, or just after, the next step was ours, in the transaction of what happens to the request.
    """
    newest = refund_request.promises.order_by("-id")[:1]
    late = Promise.objects.filter(pk__in=newest.values("pk"), due_at__lt=at).select_for_update(of=("self",))
    return bool(_note(list(late.select_related("refund_request")), at=at))


def note_endangered(*, at: datetime) -> int:
    """Record every promise that is about to run out, so that somebody is told; how many were new."""
    close = running().filter(warn_at__lte=at, due_at__gte=at, endangered=None)
    with transaction.atomic():
        rows = list(close.select_for_update(of=("self",), skip_locked=True))
        noticed = EndangeredPromise.objects.filter(promise__in=rows).values_list("promise_id", flat=True)
        new = [row for row in rows if row.pk not in set(noticed)]
        for row in new:
            EndangeredPromise.objects.create(promise=row, noticed_at=at)
            _tell(Action.PROMISE_IN_DANGER, row, at=at)
    return len(new)


def running() -> QuerySet[Promise]:
    """The promises that run now, late or not: the newest of each request whose next step is ours."""
    newest = (
        RefundRequest.objects.filter(state__in=AWAITING_US)
        .annotate(newest=Max("promises"))
        .values_list("newest", flat=True)
    )
    return Promise.objects.filter(pk__in=newest).select_related("refund_request")


def note_missed(*, at: datetime) -> int:
    """Record every promise that ran out while the next step was ours; how many were new."""
    late = running().filter(due_at__lt=at, missed=None)
    with transaction.atomic():
        return _note(list(late.select_for_update(of=("self",), skip_locked=True)), at=at)


def _note(locked: list[Promise], *, at: datetime) -> int:
    # A colleague's record may have been committed after the list was made and before the lock was ours;
    # this statement sees it, and nobody else can add one while we hold the lock.
    noticed = set(MissedPromise.objects.filter(promise__in=locked).values_list("promise_id", flat=True))
    rows = [row for row in locked if row.pk not in noticed]
    for row in rows:
        MissedPromise.objects.create(promise=row, noticed_at=at)
        _tell(Action.PROMISE_MISSED, row, at=at)
    return len(rows)


def _tell(action: Action, made: Promise, *, at: datetime) -> None:
    record(
        action,
        subject=made.refund_request,
        by=System("promises"),
        at=at,
        thread=made.refund_request.reference,
        promise=made.pk,
    )
