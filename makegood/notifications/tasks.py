"""The job that sends a letter, tried again for days while the mail server is down."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from makegood.notifications import sending


@app.task(name="notifications.send_letter", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def send_letter(letter_id: int) -> None:
    """Send the letter once; a mail server that is down changes nothing but the time it arrives.

    Twelve attempts with waits of 3, 9, 27 … seconds last about three days.
    """
    sending.send(letter_id, at=timezone.now())
