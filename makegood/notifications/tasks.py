"""The jobs of letters: sending each, for days while the mail server is down; reading what comes in."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from makegood.notifications import forgetting, sending, silence
from makegood.notifications.incoming import answering, fetching


@app.task(name="notifications.send_letter", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def send_letter(letter_id: int) -> None:
    """Send the letter once; a mail server that is down changes nothing but the time it arrives.

    Twelve attempts with waits of 3, 9, 27 … seconds last about three days.
    """
    sending.send(letter_id, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(
    name="notifications.fetch_mail", queueing_lock="notifications.fetch_mail", lock="notifications.fetch_mail"
)
def fetch_mail(timestamp: int) -> None:
    """Read the new mail of the desk's mailbox, where there is one; after a failure the next minute tries."""
    if settings.MAKEGOOD_IMAP_URL:
        fetching.fetch(settings.MAKEGOOD_IMAP_URL, at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="notifications.close_untried", queueing_lock="notifications.close_untried")
def close_untried(timestamp: int) -> None:
    """Requests whose fix was to be tried until a day that is over are closed, as the letter said."""
    silence.close_untried(at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="notifications.forget_answers", queueing_lock="notifications.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Whom we answered is forgotten after a week."""
    answering.forget(at=timezone.now())


@app.periodic(cron="23 3 * * *")
@app.task(name="notifications.forget_unsent", queueing_lock="notifications.forget_unsent")
def forget_unsent(timestamp: int) -> None:
    """Once a day: the last letters to erased people that no mail server would take."""
    forgetting.forget_unsent(at=timezone.now())
