"""The worker's jobs for the books; here, and only here, the clock and the settings are read."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from makegood.audit.actors import System
from makegood.books.matching import match_again
from makegood.books.taking_in import AlreadyTakenIn, take_in_by_api
from makegood.refunds import reports
from makegood.refunds.connected import missing_for

WORKER = System("worker")
_DAY = timedelta(days=1)


@app.periodic(cron="37 5 * * *")
@app.task(name="books.fetch_reports", queueing_lock="books.fetch_reports")
def fetch_reports(timestamp: int) -> None:
    """Every day: have each connected provider that tells its report asked for yesterday, in UTC."""
    yesterday = datetime.fromtimestamp(timestamp, tz=UTC).date() - _DAY
    for provider in reports.READERS:
        if reports.can_be_asked(provider, connections=settings) and not missing_for(
            provider, connections=settings
        ):
            fetch_report.defer(provider=provider, day=yesterday.isoformat())


@app.task(name="books.fetch_report", retry=RetryStrategy(max_attempts=8, exponential_wait=5))
def fetch_report(provider: str, day: str) -> None:
    """Take in what the provider reports of the day, again later when it does not answer; then match anew."""
    begins = datetime.combine(date.fromisoformat(day), time.min, UTC)
    with suppress(AlreadyTakenIn):
        take_in_by_api(
            provider,
            begins=begins,
            ends=begins + _DAY,
            connections=settings,
            by=WORKER,
            at=timezone.now(),
        )
    match_again(provider, by=WORKER, at=timezone.now())
