"""Who looks at the same request at the same time: told by the open page, forgotten soon after."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from makegood.accounts.models import User
from makegood.made_once import Given
from makegood.refund_requests.models import Look, RefundRequest

ASKED_EVERY = timedelta(seconds=20)
"""How often an open page says so."""
LASTS = 3 * ASKED_EVERY
"""After so long without a word the page counts as closed."""


def look(refund_request: RefundRequest, *, by: User, at: datetime) -> None:
    """`by` has the page open at `at`. Looks that are over are cleared away, whosever they are."""
    with transaction.atomic():
        Look.objects.bulk_create(
            [Look(refund_request=refund_request, user=by, seen_at=at)],
            update_conflicts=True,
            unique_fields=["refund_request", "user"],
            update_fields=["seen_at"],
        )
        # Rows that somebody else is just clearing away, or renewing, are left to them: nobody waits here.
        over = Look.objects.filter(seen_at__lt=at - LASTS).select_for_update(skip_locked=True)
        Look.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()


def others_looking(*, than: User | Given, at: datetime | Given) -> QuerySet[Look]:
    """The looks of everybody else that last at `at`, by name."""
    there = Look.objects.filter(seen_at__gte=at - LASTS).exclude(user=than)
    return there.order_by("user__name", "id")
