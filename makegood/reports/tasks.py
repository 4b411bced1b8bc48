"""What the reports do by themselves, every minute."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from makegood.reports import folding


@app.periodic(cron="* * * * *")
@app.task(name="reports.fold", queueing_lock="reports.fold")
def fold(timestamp: int) -> None:
    """What was counted is added to the sums of its day."""
    folding.fold(at=timezone.now(), zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
