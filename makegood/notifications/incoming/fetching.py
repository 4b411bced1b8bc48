"""Reads the new mail of the desk's mailbox over IMAP, with TLS that is verified."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from urllib.parse import unquote, urlsplit

from makegood.notifications.incoming.reading import LONGEST
from makegood.notifications.incoming.receiving import receive

PORT = 993
AT_ONCE = 100
PATIENCE = 30  # seconds for each answer of the mail server
UNKNOWN = re.compile(r"[^\x20-\x7e]")


class MailboxFailed(Exception):
    """The mailbox cannot be read; the sentence says which step failed, and holds no password."""


def fetch(url: str, *, at: datetime, context: ssl.SSLContext | None = None) -> int:
    """Receive the unread mails of the mailbox and mark each as read when it is done; how many.

    `url` is `imaps://user:password@host[:port]/MAILBOX` (INBOX when empty). Killed in the middle, the next
    call begins with the same mail, which changes nothing more. Raises MailboxFailed.
    """
    done = 0
    with _opened(url, context or ssl.create_default_context()) as mailbox:
        for number in _unread(mailbox):
            raw = _read(mailbox, number)
            if raw is not None:
                receive(raw, at=at)
            _asked(mailbox.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"), "mark a mail as read")
            done += 1
    return done


@contextmanager
def _opened(url: str, context: ssl.SSLContext) -> Iterator[imaplib.IMAP4_SSL]:
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    try:
        mailbox = imaplib.IMAP4_SSL(
            parts.hostname or "", parts.port or PORT, ssl_context=context, timeout=PATIENCE
        )
    except OSError as error:
        raise MailboxFailed(f"The mail server cannot be reached: {error}") from None
    try:
        _asked(mailbox.login(user, password), "sign in")
        _asked(mailbox.select(_quoted(folder)), "open the mailbox")
        yield mailbox
    except imaplib.IMAP4.error as error:
        raise MailboxFailed(f"The mail server said: {error}") from None
    except OSError as error:
        raise MailboxFailed(f"The connection to the mail server broke: {error}") from None
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()
        with suppress(OSError):  # where it could not sign out, it left its socket open
            mailbox.shutdown()


def _unread(mailbox: imaplib.IMAP4_SSL) -> list[str]:
    found = _asked(mailbox.uid("SEARCH", "UNSEEN"), "list the new mail")
    numbers = found[0].split() if found and isinstance(found[0], bytes) else []
    return [number.decode("ascii") for number in numbers[:AT_ONCE]]


def _read(mailbox: imaplib.IMAP4_SSL, number: str) -> bytes | None:
    """The beginning of the mail; None when somebody has just deleted it. PEEK leaves it unread until done."""
    answered = _asked(mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST}>)"), "read a mail")
    return next((part[1] for part in answered if isinstance(part, tuple)), None)


def _asked(answer: tuple[str, Sequence[object]], what: str) -> Sequence[object]:
    status, told = answer
    if status != "OK":
        said = b" ".join(part for part in told if isinstance(part, bytes)).decode("ascii", "replace")
        raise MailboxFailed(f"The mail server refused to {what}: {UNKNOWN.sub('?', said)[:200]}")
    return told


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
