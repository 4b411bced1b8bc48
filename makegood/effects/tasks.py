"""The worker's jobs for effects; here, and only here, the clock and the settings are read."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from makegood.audit.actors import System
from makegood.effects import following, telling

WORKER = System("worker")
_AT_ONCE = 200


@app.task(name=telling.TELL)
def tell(effect_id: int) -> None:
    """Tell the shop of one effect. An effect knows when it is due again, so the job needs no retry."""
    if settings.MAKEGOOD_SHOP.is_told:
        telling.tell(effect_id, shop=settings.MAKEGOOD_SHOP, by=WORKER, at=timezone.now())


@app.periodic(cron="37 4 * * *")
@app.task(name="effects.look_again", queueing_lock="effects.look_again")
def look_again(timestamp: int) -> None:
    """Every day: make and take back what a lost job did not."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    for refund in following.to_look_at_again(at):
        following.bring_in_line(refund, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE), by=WORKER, at=at)


@app.periodic(cron="* * * * *")
@app.task(name="effects.look_after", queueing_lock="effects.look_after")
def look_after(timestamp: int) -> None:
    """Every minute: have the shop told of what is due, whatever happened to its jobs."""
    if not settings.MAKEGOOD_SHOP.is_told:
        return
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    for effect in telling.due(at)[:_AT_ONCE]:
        # Its own savepoint: a job that is waiting already is refused by an index.
        with suppress(AlreadyEnqueued), transaction.atomic():
            tell.configure(queueing_lock=f"effect {effect.pk}").defer(effect_id=effect.pk)
