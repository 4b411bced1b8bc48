"""Pictures as `partials/evidence_list.html` shows them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from makegood.refund_requests.models import Draft, Evidence


def shown_evidence(rows: Iterable[Evidence], *, remove_from: Draft | None = None) -> list[dict[str, object]]:
    """Each picture with its address; with `remove_from`, also where it is taken out of that form."""
    return [
        {
            "name": row.name,
            "url": evidence_url(row),
            "thumbnail_url": evidence_url(row) if row.content_type.startswith("image/") else None,
            "size": row.byte_size,
            "state": "checked",
            "remove_url": _remove_url(row, remove_from),
        }
        for row in rows
    ]


def evidence_url(row: Evidence) -> str:
    """The address of a picture, for the people of its ticket only."""
    return reverse("members:evidence", args=[row.pk, row.name])


def _remove_url(row: Evidence, draft: Draft | None) -> str:
    return reverse("members:remove_picture", args=[draft.token, row.pk]) if draft else ""
