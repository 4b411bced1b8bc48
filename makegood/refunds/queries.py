"""Lists of refunds that people look at."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from makegood.refunds.models import Refund
from makegood.refunds.states import NEEDS_A_PERSON, State


def waiting_for_a_person() -> QuerySet[Refund]:
    """Money that stands still until somebody of finance decides, longest waiting first."""
    by_hand = Q(state__in=[State.PENDING, State.SUCCEEDED], next_look_at=None)
    waiting = Q(state__in=sorted(NEEDS_A_PERSON)) | by_hand | Q(disagreed_at__isnull=False)
    return Refund.objects.filter(waiting).select_related("payment__order").order_by("opened_at", "pk")


def standing(reference: str, decision_round: int) -> QuerySet[Refund]:
    """The refunds of one decision; one that took another way in the end is represented by that other one."""
    refunds = Refund.objects.filter(reference=reference, decision_round=decision_round)
    replacements = refunds.filter(replaces=OuterRef("pk")).exclude(state=State.CANCELED)
    return refunds.exclude(Exists(replacements))
