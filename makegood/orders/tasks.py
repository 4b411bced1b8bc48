"""What happens with orders and trials by the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from makegood.orders import trials


@app.periodic(cron="*/10 * * * *")
@app.task(name="orders.note_ends_of_trials", queueing_lock="orders.note_ends_of_trials")
def note_ends_of_trials(timestamp: int) -> None:
    """Trials that end soon, or have ended, are noticed once; letters follow from it."""
    trials.note_ends(at=timezone.now())
