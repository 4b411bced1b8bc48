"""Lists of refunds that people look at."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from makegood.refunds.models import Refund
from makegood.refunds.states import NEEDS_A_PERSON, State


def waiting_for_a_person() -> QuerySet[Refund]:
    """Money that stands still until somebody of finance decides, longest waiting first."""
    by_hand = Q(state__in=[State.PENDING, State.SUCCEEDED], next_look_at=None)
    waiting = Q(state__in=sorted(NEEDS_A_PERSON)) | by_hand | Q(disagreed_at__isnull=False)
    return Refund.objects.filter(waiting).select_related("payment__order").order_by("opened_at", "pk")


def unknown() -> QuerySet[Refund]:
    """Refunds that may or may not have been made, longest unknown first."""
    return Refund.objects.filter(state=State.UNKNOWN).order_by("last_asked_at", "pk")


def refunds_for(reference: str) -> QuerySet[Refund]:
    """The refunds of one request, oldest first."""
    return Refund.objects.filter(reference=reference).select_related("payment").order_by("pk")
