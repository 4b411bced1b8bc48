"""Who else looks at a request, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import ngettext

from makegood.accounts.templatetags.said import list_in_words
from makegood.made_once import Given
from makegood.refund_requests.looking import others_looking

SHOWN = 5


def with_presence(rows: QuerySet[Any], user: Given, *, at: Given) -> QuerySet[Any]:
    """The same requests, each carrying `looking`: the names of the others who look at it."""
    others = others_looking(than=user, at=at).filter(refund_request=OuterRef("pk"))
    carrying: QuerySet[Any] = rows.annotate(looking=ArraySubquery(others.values("user__name")[:SHOWN]))
    return carrying


def presence_words(names: Sequence[str]) -> str:
    """“Petro Bondar is looking at this too.”; empty when nobody is."""
    if not names:
        return ""
    words = ngettext("{names} is looking at this too.", "{names} are looking at this too.", len(names))
    return words.format(names=list_in_words(names))
