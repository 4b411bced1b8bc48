"""Whether our letters reach a person: what the desk and the person are told when they do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from makegood.accounts.models import User
from makegood.notifications.models import Letter, Trouble

BELIEVED_AFTER = timedelta(hours=6)
"""Most letters that come back do so within minutes; one that has not by then is taken to have arrived."""


def bounced_letters(at: datetime) -> QuerySet[Letter]:
    """Of each address that people have now, the letters that came back and that no later one has outdone."""
    later = Letter.objects.filter(
        recipient=OuterRef("recipient"),
        to_email__iexact=OuterRef("to_email"),
        pk__gt=OuterRef("pk"),
        trouble="",
        sent_at__lt=at - BELIEVED_AFTER,
    )
    return Letter.objects.filter(
        ~Exists(later), trouble=Trouble.BOUNCED, to_email__iexact=F("recipient__email")
    )


def bounced_letter_to(person: User, *, at: datetime) -> Letter | None:
    """The newest letter that came back from the address `person` has now; None when letters arrive."""
    return bounced_letters(at).filter(recipient=person).order_by("-pk").first()
