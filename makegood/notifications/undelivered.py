"""Whether our letters reach a person: what the desk and the person are told when they do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from makegood.made_once import Given
from makegood.notifications.models import Letter, Trouble

BELIEVED_AFTER = timedelta(hours=6)
"""Most letters that come back do so within minutes; one that has not by then is taken to have arrived."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The newest letter that came back from the address a person has now; `said`: by the mail server."""

    to_email: str
    said: str
    at: datetime


def with_undelivered(rows: QuerySet[Any], *, at: datetime | Given) -> QuerySet[Any]:
    """The same rows of what has a `member`, each carrying what `undelivered_of` reads."""
    later = Letter.objects.filter(
        recipient=OuterRef("recipient"),
        to_email__iexact=OuterRef("to_email"),
        pk__gt=OuterRef("pk"),
        trouble="",
        sent_at__lt=at - BELIEVED_AFTER,
    )
    came_back = Letter.objects.filter(
        ~Exists(later),
        recipient=OuterRef("member"),
        trouble=Trouble.BOUNCED,
        to_email__iexact=F("recipient__email"),
    )
    told = JSONObject(email="to_email", status="trouble_status", said="trouble_said", at="trouble_at")
    newest = came_back.order_by("-pk").values(told=told)[:1]
    carrying: QuerySet[Any] = rows.annotate(came_back=Subquery(newest))
    return carrying


def undelivered_of(row: Any) -> Undelivered | None:
    """What a row of `with_undelivered` carries; None when letters arrive, as far as we know."""
    told = row.came_back
    if told is None:
        return None
    return Undelivered(told["email"], told["said"] or told["status"], datetime.fromisoformat(told["at"]))
