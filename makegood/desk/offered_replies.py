"""Which prepared replies are offered in a request: read in the same query as the request itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from makegood.refund_requests.models import PreparedReply

SHOWN = 60


@dataclass(frozen=True)
class OfferedReply:
    """One entry of the list in the composer."""

    pk: int
    title: str
    body: str
    language: str


def with_replies(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same requests, each carrying what `replies_of` reads: those for its product and its member."""
    spoken = Coalesce(NullIf(F("member__language"), Value("")), Value(settings.LANGUAGE_CODE))
    replies = PreparedReply.objects.filter(
        Q(product=None) | Q(product=OuterRef("product")),
        Q(language="") | Q(language=OuterRef("spoken")),
        is_offered=True,
    ).order_by("title", "id")
    as_objects = replies.values(json=JSONObject(pk="pk", title="title", body="body", language="language"))[
        :SHOWN
    ]
    carrying: QuerySet[Any] = rows.annotate(spoken=spoken).annotate(reply_rows=ArraySubquery(as_objects))
    return carrying


def replies_of(row: Any) -> list[OfferedReply]:
    """What a row of `with_replies` carries, by title."""
    return [OfferedReply(**one) for one in row.reply_rows]
