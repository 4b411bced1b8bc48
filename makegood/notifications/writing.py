"""Writing one letter: its words from a template, kept as a row, its sending enqueued with it."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.functional import Promise

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.notifications import topics
from makegood.notifications.addressing import greeting_name, in_words, one_line, speaking_to
from makegood.notifications.models import Letter
from makegood.notifications.tasks import send_letter
from makegood.notifications.threads import new_message_id

SUBJECT_LENGTH = 150


def write(
    event: Event,
    kind: str,
    *,
    to: User,
    at: datetime,
    subject: Promise | str,
    news: Promise | str,
    path: str,
    thread: str = "",
    **says: object,
) -> Letter | None:
    """Write the letter `kind` about `event` and enqueue its sending, together; a second call finds the first.

    Templates are `letters/KIND.txt` and `.html`; what the letter `says` reaches them in words (`in_words`).
    `news` is its first line, `path` the one page it links to; `subject` and `news` may name what it says, as
    in {amount}. None when the account is closed, or its owner wants no letters of this kind.
    """
    if not to.is_active or not topics.is_wanted(kind, to):
        return None
    with transaction.atomic():
        # Whoever writes this letter in the same moment waits here, and then finds it written.
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        written = Letter.objects.filter(event=event, kind=kind, recipient=to).first()
        if written is not None:
            return written
        letter = Letter(event=event, kind=kind, recipient=to, to_email=to.email, thread=thread, written_at=at)
        with speaking_to(to):
            spoken = {name: in_words(value) for name, value in says.items()}
            letter.subject = _subject(str(subject).format_map(spoken), thread, to)
            _fill(letter, _words(kind, to, path, str(news).format_map(spoken), spoken))
        letter.save()
        send_letter.defer(letter_id=letter.pk)
    return letter


def text_of(kind: str, *, to: User, news: Promise | str, path: str, **says: object) -> str:
    """The text that `write` would write, and nothing is written; empty when nobody would get it."""
    if not to.is_active or not topics.is_wanted(kind, to):
        return ""
    with speaking_to(to):
        spoken = {name: in_words(value) for name, value in says.items()}
        words = _words(kind, to, path, str(news).format_map(spoken), spoken)
        return _tidy(render_to_string(f"letters/{kind}.txt", words))


def _fill(letter: Letter, words: dict[str, object]) -> None:
    """Its text and page from the templates of its kind."""
    letter.text = _tidy(render_to_string(f"letters/{letter.kind}.txt", words))
    letter.html = render_to_string(f"letters/{letter.kind}.html", words)
    letter.message_id = new_message_id()


def _words(kind: str, to: User, path: str, news: str, says: dict[str, object]) -> dict[str, object]:
    return {
        **says,
        "news": one_line(news, 300),
        "first_name": greeting_name(to),
        "link": settings.MAKEGOOD_SITE_URL + path,
        "vendor": settings.MAKEGOOD_VENDOR,
        "unsubscribe": topics.link_to_end(kind, to),
    }


def _subject(subject: str, thread: str, to: User) -> str:
    """The same words in every letter of a thread, for some mail programs part a thread when they change."""
    answers = bool(thread) and Letter.objects.filter(thread=thread, recipient=to).exists()
    return ("Re: " if answers else "") + one_line(subject, SUBJECT_LENGTH)


def _tidy(text: str) -> str:
    """Without trailing spaces, and with one empty line between paragraphs."""
    lines = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
