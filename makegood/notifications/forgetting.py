"""Letters to an erased person: that they were sent stays, to whom and what they said goes.

So does the secret in an invitation, once its reader has it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db.models import QuerySet

from makegood.accounts.models import User
from makegood.audit.append_only import ERASED_WORDS
from makegood.notifications.models import Letter, Unsubscribed

KEPT_UNSENT = timedelta(days=7)
"""The last letter is tried for three days; after that it is of no use to anybody."""


LINK_TO_COME_IN = re.compile(r"(?<=/password/reset/key/)[0-9A-Za-z]+-[0-9A-Za-z-]+")
"""The part of the link in an invitation that works once."""


def forget_letters_of(user: User, *, but: Letter | None) -> None:
    """Every letter but the last one, which is forgotten when it is sent; and which they did not want."""
    Unsubscribed.objects.filter(person=user).delete()
    theirs = Letter.objects.filter(recipient=user)
    _forget(theirs.exclude(pk=but.pk) if but else theirs)


def forget_once_sent(letter: Letter) -> None:
    """The last letter of somebody who was erased meanwhile; of others nothing happens."""
    _forget(Letter.objects.filter(pk=letter.pk, recipient__erased_at__isnull=False))


def forget_the_link(letter: Letter) -> None:
    """Once an invitation is sent, its link is in the mailbox of its reader and nowhere else."""
    if letter.kind == "invited":
        letter.text, letter.html = (LINK_TO_COME_IN.sub("…", said) for said in (letter.text, letter.html))
        letter.save(update_fields=["text", "html"])


def forget_unsent(*, at: datetime) -> None:
    """The last letters that no mail server would take."""
    old = Letter.objects.filter(recipient__erased_at__lt=at - KEPT_UNSENT).exclude(to_email="")
    _forget(old)


def _forget(letters: QuerySet[Letter]) -> None:
    letters.update(to_email="", subject=ERASED_WORDS, text=ERASED_WORDS, html="", trouble_said="")
