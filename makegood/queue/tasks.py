"""What the queue does by itself, every minute."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from makegood.audit.actors import System
from makegood.defects.describing import note_overdue
from makegood.queue import leases, promises
from makegood.refund_requests import counting


@app.periodic(cron="* * * * *")
@app.task(name="queue.return_expired", queueing_lock="queue.return_expired")
def return_expired(timestamp: int) -> None:
    """Requests whose holder has been away go back to their place."""
    leases.return_expired(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="queue.note_missed_promises", queueing_lock="queue.note_missed_promises")
def note_missed_promises(timestamp: int) -> None:
    """A promise that ran out is recorded, and nobody can unmake it."""
    promises.note_missed(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="queue.gather_counts", queueing_lock="queue.gather_counts")
def gather_counts(timestamp: int) -> None:
    """What each database process counted is added up."""
    counting.gather()


@app.periodic(cron="* * * * *")
@app.task(name="queue.note_endangered_promises", queueing_lock="queue.note_endangered_promises")
def note_endangered_promises(timestamp: int) -> None:
    """Before a promise runs out, those who lead are told."""
    promises.note_endangered(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="queue.note_overdue_defects", queueing_lock="queue.note_overdue_defects")
def note_overdue_defects(timestamp: int) -> None:
    """The day for an answer about a defect is over: that is a fact from then on, for policies and people."""
    at = timezone.now()
    today = at.astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE)).date()
    note_overdue(today=today, by=System("promises"), at=at)
