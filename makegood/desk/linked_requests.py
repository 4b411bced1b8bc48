"""The requests that belong to a request: read in the same query as the request itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from makegood.desk.standing import state_words
from makegood.refund_requests.models import LinkKind, RefundRequest, RequestLink

SHOWN = 20


@dataclass(frozen=True)
class Linked:
    """Another request that belongs to this one: its number, where it stands, and how they belong together."""

    reference: str
    state: str
    kind: str


def with_links(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same requests, each carrying what `links_of` reads."""
    here = RequestLink.objects.filter(Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")), ended_at=None)
    as_objects = here.order_by("-id").values(
        json=JSONObject(
            kind="kind",
            one=JSONObject(reference="one__reference", state="one__state"),
            other=JSONObject(reference="other__reference", state="other__state"),
        )
    )
    carrying: QuerySet[Any] = rows.annotate(link_rows=ArraySubquery(as_objects[:SHOWN]))
    return carrying


def links_of(row: Any) -> list[Linked]:
    """What a row of `with_links` carries, the newest link first."""
    pairs = [(link["kind"], link["one"], link["other"]) for link in row.link_rows]
    others = [(kind, other if one["reference"] == row.reference else one) for kind, one, other in pairs]
    return [
        Linked(other["reference"], str(state_words(other["state"])), str(LinkKind(kind).label))
        for kind, other in others
    ]


@dataclass(frozen=True)
class MergedHere:
    """A request that goes on in this one: its number, and what its form told when it came in."""

    pk: int
    reference: str
    received_at: datetime
    answers: Mapping[str, object]


def with_merged(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same requests, each carrying what `merged_into` reads."""
    here = RefundRequest.objects.filter(merged_into=OuterRef("pk")).order_by("id")
    as_objects = here.values(
        json=JSONObject(pk="pk", reference="reference", received_at="received_at", answers="answers")
    )
    carrying: QuerySet[Any] = rows.annotate(merged_rows=ArraySubquery(as_objects[:SHOWN]))
    return carrying


def merged_into(row: Any) -> list[MergedHere]:
    """What a row of `with_merged` carries, the oldest first."""
    return [
        MergedHere(one["pk"], one["reference"], datetime.fromisoformat(one["received_at"]), one["answers"])
        for one in row.merged_rows
    ]
