"""`makegood mail receive` reads one mail from standard input, `makegood mail fetch` the desk's mailbox."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFailed
from django.utils import timezone

from makegood.notifications.incoming.fetching import MailboxFailed, fetch
from makegood.notifications.incoming.reading import LONGEST
from makegood.notifications.incoming.receiving import receive

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back
PIECE = 64 * 1024


class Command(BaseCommand):
    help = "Take in mail that was sent to the desk: see docs/mail.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["receive", "fetch"])
        parser.add_argument("--sender", help="the envelope sender, where the mail has no Return-Path")
        parser.add_argument("--recipient", help="the envelope recipient")

    def handle(self, *, what: str, sender: str | None, recipient: str | None, **_: Any) -> None:
        if what == "fetch":
            self._fetch()
            return
        raw = _whole(sys.stdin.buffer)
        try:
            received = receive(raw, at=timezone.now(), sender=sender, recipient=recipient)
        except DatabaseFailed as error:
            failed = f"The mail was not taken in: {type(error).__name__}."
            raise CommandError(failed, returncode=TRY_AGAIN) from error
        self.stdout.write(f"{received.done}: {received.why}")

    def _fetch(self) -> None:
        if not settings.MAKEGOOD_IMAP_URL:
            raise CommandError("There is no mailbox: MAKEGOOD_IMAP_URL is not set.")
        try:
            count = fetch(settings.MAKEGOOD_IMAP_URL, at=timezone.now())
        except MailboxFailed as failed:
            raise CommandError(str(failed)) from None
        self.stdout.write(f"Mails read: {count}.")


def _whole(stream: IO[bytes]) -> bytes:
    """The beginning; the rest is read and dropped, because a pipe that closes early looks like a fault."""
    raw = stream.read(LONGEST)
    while stream.read(PIECE):
        pass
    return raw
