"""The worker's jobs for money; here, and only here, the clock and the settings are read."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from makegood.audit.actors import System
from makegood.orders.models import Payment
from makegood.refunds import advancing, hearing, reconciling
from makegood.refunds.models import Dispute, ProviderEvent, Refund
from makegood.refunds.models.dispute import UNDECIDED
from makegood.refunds.moving import ADVANCE
from makegood.refunds.providers.base import Provider
from makegood.refunds.providers.registry import connect
from makegood.refunds.states import FINAL

WORKER = System("worker")
_AT_ONCE = 500
_WATCHED = timedelta(days=120)
"""How long after its last refund a payment is compared daily: card refunds fail up to weeks later."""


@app.task(name=ADVANCE)
def advance(refund_id: int) -> None:
    """Take the refund one step further. A refund schedules its own next look, so the job needs no retry."""
    refund = Refund.objects.get(pk=refund_id)
    advancing.advance(refund_id, provider=_provider(refund.provider), by=WORKER, at=timezone.now())


@app.task(name=hearing.FOLLOW_UP, retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def follow_up(event_id: int) -> None:
    """Follow a stored event up, again later when the provider does not answer."""
    event = ProviderEvent.objects.get(pk=event_id)
    hearing.follow_up(event_id, provider=_provider(event.provider), by=WORKER, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="refunds.look_after", queueing_lock="refunds.look_after")
def look_after(timestamp: int) -> None:
    """Every minute: have the refunds advanced whose time has come, whatever happened to their jobs."""
    for refund in advancing.due(_moment(timestamp))[:_AT_ONCE]:
        # Its own savepoint: a job that is waiting already is refused by an index.
        with suppress(AlreadyEnqueued), transaction.atomic():
            advance.configure(queueing_lock=f"refund {refund.pk}").defer(refund_id=refund.pk)


@app.periodic(cron="17 4 * * *")
@app.task(name="refunds.match_all", queueing_lock="refunds.match_all")
def match_all(timestamp: int) -> None:
    """Every day: have each payment with recent refunds or a dispute compared with its provider."""
    recent = Refund.objects.filter(opened_at__gte=_moment(timestamp) - _WATCHED)
    unfinished = Refund.objects.exclude(state__in=sorted(FINAL))
    payments = (recent | unfinished).order_by().values_list("payment_id", flat=True)
    disputed = Dispute.objects.filter(state__in=UNDECIDED).order_by().values_list("payment_id", flat=True)
    for payment_id in payments.union(disputed).iterator():
        match.defer(payment_id=payment_id)


@app.task(name="refunds.match", retry=RetryStrategy(max_attempts=6, exponential_wait=5))
def match(payment_id: int) -> None:
    """Compare one payment with what its provider knows of it, again later when it does not answer."""
    payment = Payment.objects.get(pk=payment_id)
    provider = _provider(payment.provider)
    if provider.promises.can_look_up:
        reconciling.match(payment, provider=provider, by=WORKER, at=timezone.now())


def _provider(name: str) -> Provider:
    return connect(name, settings)


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
