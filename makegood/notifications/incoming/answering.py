"""The one automatic answer to mail that people write to the desk: at most one a sender and day (RFC 3834)."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from makegood.notifications.addressing import one_line
from makegood.notifications.bounces import is_for_reports
from makegood.notifications.incoming.reading import Incoming
from makegood.notifications.incoming.reports import MESSAGE_ID
from makegood.notifications.models import AutomaticAnswer
from makegood.notifications.sending import FROM_A_MACHINE, from_us
from makegood.notifications.threads import new_message_id

OURS = "X-Makegood"
MOST_IN_AN_HOUR = 100
"""A forger can name a new sender in every mail; this bounds how many strangers we then write to."""
KEPT_FOR = timedelta(days=7)

BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
OF_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Loop", "Feedback-ID", OURS)
MACHINES = re.compile(
    r"mailer-?daemon|postmaster|(no|do-?not)[._-]?reply.*|bounces?([+_-].*)?|.*-bounces|owner-.*|.*-request",
    re.IGNORECASE,
)

log = structlog.get_logger(__name__)


def reason_not_to(mail: Incoming) -> str:
    """Why `mail` is not answered, in a word for the log; empty when a person seems to have written it."""
    if not mail.sender:
        return "nobody to answer" if mail.sender is None else "sent by a mail server"
    if MACHINES.fullmatch(mail.sender.partition("@")[0]):
        return "sender is a machine"
    if _is_ours(mail.sender) or any(_is_ours(address) for address in mail.addresses("From")):
        return "sent by us"
    if mail.has("Auto-Submitted") and mail.header("Auto-Submitted").partition(";")[0].strip().lower() != "no":
        return "sent automatically"
    if mail.header("Precedence").lower() in BULK or any(
        name.lower().startswith("list-") for name in mail.message
    ):
        return "sent to many"
    if mail.header("X-Auto-Response-Suppress").lower() not in ("", "none"):
        return "asks for no answer"
    if any(mail.has(name) for name in OF_MACHINES):
        return "sent by a machine"
    if mail.message.get_content_type() in {"multipart/report", "message/delivery-status"}:
        return "a report"
    return ""


def _is_ours(address: str) -> bool:
    return address.lower() == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower() or is_for_reports(address)


def claim(sender: str, *, at: datetime) -> bool:
    """Whether we may answer `sender` now; only one of all who ask is told yes, once a day."""
    day = at.astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE)).date()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('makegood.notifications.answering'))")
        if AutomaticAnswer.objects.filter(at__gt=at - timedelta(hours=1)).count() >= MOST_IN_AN_HOUR:
            return False
        answers = AutomaticAnswer.objects
        return answers.get_or_create(sender=_digest(sender), day=day, defaults={"at": at})[1]


def _digest(sender: str) -> str:
    """The sender without what they may vary: the case, and what stands behind a plus."""
    local, _at, domain = sender.lower().rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return salted_hmac("makegood.notifications.answering", bare, algorithm="sha256").hexdigest()


def forget(*, at: datetime) -> int:
    """Delete what is too old to keep anybody from being answered; how many rows."""
    return AutomaticAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def answer(mail: Incoming) -> bool:
    """Write to the sender of `mail`; whether a mail server took it.

    It is not tried again: at most one answer is promised, and the next mail of the sender gets one tomorrow.
    """
    try:
        _hand_over(answer_to(mail))
    except (smtplib.SMTPException, OSError) as error:
        log.warning("An automatic answer was not sent", error=type(error).__name__)
        return False
    return True


def answer_to(mail: Incoming) -> EmailMessage:
    """The answer. Of what they wrote it repeats nothing, or spam could be sent through us."""
    with translation.override(_language(mail)):
        words = {
            "vendor": settings.MAKEGOOD_VENDOR,
            "link": settings.MAKEGOOD_SITE_URL + reverse("members:refunds"),
        }
        return EmailMessage(
            subject=one_line(_("Auto: your mail to {vendor}").format(vendor=settings.MAKEGOOD_VENDOR), 150),
            body=render_to_string("letters/automatic_answer.txt", words).strip() + "\n",
            to=[mail.sender or ""],
            headers={
                "From": from_us(),
                "Message-ID": new_message_id(),
                **_thread_of(mail),
                **FROM_A_MACHINE,
                "Auto-Submitted": "auto-replied",
                OURS: "automatic answer",
                "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
            },
        )


def _language(mail: Incoming) -> str:
    """The language that the mail says it is in, if we speak it."""
    said = (mail.header("Content-Language") or mail.header("Accept-Language")).partition(",")[0]
    try:
        return translation.get_supported_language_variant(said.partition(";")[0].strip().lower()[:20])
    except LookupError:
        return settings.LANGUAGE_CODE


def _thread_of(mail: Incoming) -> dict[str, str]:
    """The headers that put the answer under the mail (RFC 5322, 3.6.4); none when its id is none."""
    ids = MESSAGE_ID.findall(mail.header("Message-ID"))[:1]
    if not ids:
        return {}
    before = MESSAGE_ID.findall(mail.header("References"))[-10:]
    return {"In-Reply-To": ids[0], "References": " ".join([*before, *ids])}


def _hand_over(mail: EmailMessage) -> None:
    """Send `mail` from nobody (`MAIL FROM:<>`), so that no mail server ever answers it."""
    backend = get_connection()
    if not isinstance(backend, SmtpBackend):
        backend.send_messages([mail])
        return
    # Django refuses to send from nobody, so its connection is used without its check.
    backend.open()
    if backend.connection is None:
        raise smtplib.SMTPServerDisconnected("no connection")
    try:
        as_sent = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's messages know it
        backend.connection.sendmail("<>", mail.to, as_sent)
    finally:
        backend.close()
