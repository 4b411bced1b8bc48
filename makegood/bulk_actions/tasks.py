"""What the worker does for bulk actions, every minute."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from makegood.bulk_actions import carrying_out, previewing


@app.periodic(cron="* * * * *")
@app.task(name="bulk_actions.carry_out", queueing_lock="bulk_actions.carry_out")
def carry_out(timestamp: int) -> None:
    """Do what was confirmed and can no longer be undone; go on with what broke off in the middle."""
    carrying_out.carry_out_due(at=timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="bulk_actions.forget_previews", queueing_lock="bulk_actions.forget_previews")
def forget_previews(timestamp: int) -> None:
    """Previews that nobody confirmed hold words to customers, and are not kept."""
    previewing.forget_old(at=timezone.now())
