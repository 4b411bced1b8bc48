"""Letters that did not arrive: where reports of them come to, and how one is noted on its letter."""

from __future__ import annotations

import hmac
import re
import smtplib
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.notifications.addressing import one_line
from makegood.notifications.incoming.reports import LONGEST_SAID, Report, status_in
from makegood.notifications.models import Letter, Trouble

ACTIONS = {Trouble.DELAYED: Action.LETTER_DELAYED, Trouble.BOUNCED: Action.LETTER_BOUNCED}
SIGNED = re.compile(r"\+(\d{1,18})\.([0-9a-f]{20})$", re.IGNORECASE)
PERMANENT = range(500, 600)


def envelope_sender(letter: Letter) -> str:
    """Where reports about `letter` go: an address that only we can make, if there is a mailbox for them.

    Whoever sends a report to it has seen the letter's envelope, so nobody can mark the letters of others.
    """
    if not settings.MAKEGOOD_EMAIL_BOUNCES:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, _, domain = settings.MAKEGOOD_EMAIL_BOUNCES.partition("@")
    return f"{local}+{letter.pk}.{_mark(letter.pk)}@{domain}"


def is_for_reports(address: str) -> bool:
    """Whether `address` is that of the mailbox for reports, with or without a letter's number."""
    local, _, domain = settings.MAKEGOOD_EMAIL_BOUNCES.lower().partition("@")
    name, _, at = address.lower().partition("@")
    return bool(domain) and at == domain and name.partition("+")[0] == local


def letter_of(report: Report, recipients: Iterable[str]) -> Letter | None:
    """The letter that `report` is about; None when it proves to know none of ours.

    Known it is by the address that the report came to, or by the Message-ID of what came back, which nobody
    can guess.
    """
    for address in recipients:
        signed = SIGNED.search(address.partition("@")[0])
        if signed and is_for_reports(address):
            number, mark = int(signed[1]), signed[2].lower()
            return Letter.objects.filter(pk=number).first() if _is_ours(number, mark) else None
    return Letter.objects.filter(message_id=report.about).first() if report.about else None


def _mark(number: int) -> str:
    # Twenty characters: an address has 64 before its @, and no mail server tries 2⁸⁰ of them.
    return salted_hmac("makegood.notifications.bounces", str(number), algorithm="sha256").hexdigest()[:20]


def _is_ours(number: int, mark: str) -> bool:
    return hmac.compare_digest(_mark(number), mark)


def note(letter: Letter, report: Report, *, by: Actor, at: datetime) -> Letter:
    """Write on `letter` what `report` tells. The same again, or a delay after the end, changes nothing.

    Of a letter whose person was erased, what the mail server said is left out: it names the address.
    """
    with transaction.atomic():
        current = locked(letter)
        if current.trouble in (Trouble.BOUNCED, report.trouble):
            return current
        current.trouble, current.trouble_status = report.trouble, report.status
        current.trouble_said, current.trouble_at = report.said if current.to_email else "", at
        current.save(update_fields=["trouble", "trouble_status", "trouble_said", "trouble_at"])
        action = ACTIONS[report.trouble]
        record(action, subject=current, by=by, at=at, thread=current.thread, status=report.status)
    return current


def refusal_in(error: smtplib.SMTPException) -> Report | None:
    """What our own mail server said when it refused this one letter for good; None: trying again may help.

    A refused sender or password is a mistake of the settings and not of the recipient's address.
    """
    said: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPDataError():
            code, said = error.smtp_code, error.smtp_error
        case _:
            return None
    if code not in PERMANENT:
        return None
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Report(Trouble.BOUNCED, status_in(words), one_line(f"{code} {words}", LONGEST_SAID), "")
