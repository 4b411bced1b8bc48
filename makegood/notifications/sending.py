"""Handing a letter to the mail server: claimed first, called outside any transaction, recorded after."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q

from makegood.audit.actors import System
from makegood.notifications import bounces, topics
from makegood.notifications.addressing import one_line
from makegood.notifications.forgetting import forget_once_sent, forget_the_link
from makegood.notifications.models import Letter, Trouble
from makegood.notifications.threads import headers_of

# Longer than every step of one SMTP conversation may take at EMAIL_TIMEOUT.
CLAIM = timedelta(minutes=5)

# By the first, machines that see it do not answer; Exchange looks at the second. Its value is not “All”,
# which would keep back also the reports of letters that did not arrive (NDR).
FROM_A_MACHINE = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
}


class BeingSent(Exception):
    """Another worker has just begun to send this letter; the job comes back to see how it ended."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(f"Letter {letter.pk} is being sent by another worker.")


def send(letter_id: int, *, at: datetime) -> Letter:
    """Send the letter unless it was sent. Raises BeingSent, and what the mail server's failure raises.

    A refusal for good is noted on the letter and raises nothing, for another try would end alike.

    SMTP cannot promise more than this: after a crash between the server taking the letter and our noting so,
    it is sent once more, with the same Message-ID, by which many mail programs show it once.
    """
    letter = Letter.objects.select_related("recipient").get(pk=letter_id)
    # No address: its person was erased meanwhile, and this letter with them.
    if letter.sent_at is not None or letter.trouble == Trouble.BOUNCED or not letter.to_email:
        return letter
    _claim(letter, at)
    try:
        as_mail(letter).send()
    except BaseException as error:
        Letter.objects.filter(pk=letter.pk, sent_at=None, claimed_at=at).update(claimed_at=None)
        refusal = bounces.refusal_in(error) if isinstance(error, smtplib.SMTPException) else None
        if refusal is None:
            raise
        return bounces.note(letter, refusal, by=System("mail"), at=at)
    letter.claimed_at = letter.sent_at = at
    letter.save(update_fields=["claimed_at", "sent_at"])
    forget_the_link(letter)
    forget_once_sent(letter)
    return letter


def _claim(letter: Letter, at: datetime) -> None:
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM)
    if not Letter.objects.filter(free, pk=letter.pk, sent_at=None).update(claimed_at=at):
        raise BeingSent(letter)


def from_us() -> str:
    """Our name and address, as they stand in From."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((one_line(name or settings.MAKEGOOD_VENDOR, 80), address))


def as_mail(letter: Letter) -> EmailMultiAlternatives:
    """The letter in text and HTML, marked as a machine's, so that machines do not answer it (RFC 3834)."""
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=bounces.envelope_sender(letter),
        to=[letter.to_email],
        headers={
            "From": from_us(),
            **headers_of(letter),
            **FROM_A_MACHINE,
            **topics.headers_of(letter),
            "Content-Language": letter.recipient.language or settings.LANGUAGE_CODE,
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    return mail
