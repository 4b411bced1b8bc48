"""The files that go with the message somebody is writing: read in the same query as the request itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse

from makegood.made_once import Given
from makegood.refund_requests.evidence.cleaning import EXTENSIONS
from makegood.refund_requests.models import Evidence

ACCEPTED = ",".join(EXTENSIONS)
"""For the file field."""


@dataclass(frozen=True)
class Attached:
    """A file that is not sent yet: its name, where it can be looked at, and where it is taken off."""

    name: str
    url: str
    take_off_url: str


def with_attachments(rows: QuerySet[Any], user: Given) -> QuerySet[Any]:
    """The same requests, each carrying what `attachments_of` reads."""
    unsent = Evidence.objects.filter(unsent_in=OuterRef("pk"), uploaded_by=user).order_by("place", "id")
    files = ArraySubquery(unsent.values(json=JSONObject(pk="pk", name="name")))
    carrying: QuerySet[Any] = rows.annotate(unsent_rows=files)
    return carrying


def attachments_of(row: Any) -> list[Attached]:
    """What a row of `with_attachments` carries, in the order chosen."""
    return list(_attached(row.reference, row.unsent_rows))


def _attached(reference: str, rows: Iterable[dict[str, Any]]) -> Iterable[Attached]:
    for one in rows:
        yield Attached(
            name=one["name"],
            url=reverse("members:evidence", args=[one["pk"], one["name"]]),
            take_off_url=reverse("desk:take_off", args=[reference, one["pk"]]),
        )
