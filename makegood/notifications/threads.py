"""The headers that make all letters about one request a single conversation in a mail program."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from makegood.notifications.models import Letter


def new_message_id() -> str:
    """A Message-ID (RFC 5322, 3.6.4) that no other letter has, in its angle brackets."""
    return f"<{uuid4()}@{_host()}>"


def headers_of(letter: Letter) -> dict[str, str]:
    """Message-ID, and what it answers: the letter before it in the thread, and through the root all of them.

    The root is an id that no letter has; mail programs gather by it even where an earlier letter was deleted.
    """
    headers = {"Message-ID": letter.message_id}
    if letter.thread:
        before = _letter_before(letter)
        root = f"<{letter.thread}@{_host()}>"
        headers["References"] = f"{root} {before.message_id}" if before else root
        headers["In-Reply-To"] = before.message_id if before else root
    return headers


def _letter_before(letter: Letter) -> Letter | None:
    earlier = Letter.objects.filter(thread=letter.thread, recipient=letter.recipient_id, pk__lt=letter.pk)
    return earlier.order_by("-pk").first()


def _host() -> str:
    return urlsplit(settings.MAKEGOOD_SITE_URL).hostname or "localhost"
