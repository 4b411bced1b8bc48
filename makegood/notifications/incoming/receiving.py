"""What happens with a mail that came in: a report is noted, a person is answered, everything else is left.

No mail opens a request or enters one (P6): only the form does. Nothing of a mail is stored but what a report
says of a letter of ours, and a keyed digest of who was answered on which day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from makegood.audit.actors import System
from makegood.notifications import bounces
from makegood.notifications.incoming import answering
from makegood.notifications.incoming.reading import Incoming, read
from makegood.notifications.incoming.reports import is_report, report_in

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """What was done with a mail: `noted`, `answered` or `left`; `why`, in words for the log."""

    done: str
    why: str


def receive(raw: bytes, *, at: datetime, sender: str | None = None, recipient: str | None = None) -> Received:
    """Do what `raw` asks for; the same mail again does nothing more. For the envelope see `reading.read`.

    Raises only what the database raises, before anything was done.
    """
    mail = read(raw, sender=sender, recipient=recipient)
    received = _note(mail, at) if is_report(mail.message) else _answer(mail, at)
    log.info("A mail came in", done=received.done, why=received.why)
    return received


def _note(mail: Incoming, at: datetime) -> Received:
    report = report_in(mail.message)
    if report is None:
        return Received("left", "a report of no trouble")
    letter = bounces.letter_of(report, mail.recipients)
    if letter is None:
        return Received("left", "a report about no letter of ours")
    bounces.note(letter, report, by=System("mail"), at=at)
    return Received("noted", f"letter {letter.pk} {report.trouble.value}, {report.status}")


def _answer(mail: Incoming, at: datetime) -> Received:
    if any(bounces.is_for_reports(address) for address in mail.recipients):
        return Received("left", "no report, though sent where reports come to")
    why_not = answering.reason_not_to(mail)
    if why_not:
        return Received("left", why_not)
    if not answering.claim(mail.sender or "", at=at):
        return Received("left", "answered before, or too many")
    if not answering.answer(mail):
        return Received("left", "no mail server took the answer")
    return Received("answered", "the form is the only way")
