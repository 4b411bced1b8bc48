"""Lists of refunds that people look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from makegood.refunds.models import Dispute, Refund
from makegood.refunds.models.dispute import UNDECIDED
from makegood.refunds.states import ASKED, NEEDS_A_PERSON, State
from makegood.refunds.stopping import open_disputes


def waiting_for_a_person() -> QuerySet[Refund]:
    """Money that stands still until somebody of finance decides, longest waiting first.

    Also what may just be being paid while the customer's bank took the same money: never paid twice means
    that a person follows it.
    """
    by_hand = Q(state__in=[State.PENDING, State.SUCCEEDED], next_look_at=None)
    disputed = Q(state__in=sorted(ASKED), payment__in=open_disputes().values("payment"))
    waiting = Q(state__in=sorted(NEEDS_A_PERSON)) | by_hand | Q(disagreed_at__isnull=False) | disputed
    return Refund.objects.filter(waiting).select_related("payment__order").order_by("opened_at", "pk")


def standing(reference: str, decision_round: int) -> QuerySet[Refund]:
    """The refunds of one decision; one that took another way in the end is represented by that other one."""
    refunds = Refund.objects.filter(reference=reference, decision_round=decision_round)
    replacements = refunds.filter(replaces=OuterRef("pk")).exclude(state=State.CANCELED)
    return refunds.exclude(Exists(replacements))


def with_disputed(refunds: QuerySet[Refund]) -> QuerySet[Any]:
    """The same refunds, each with `is_disputed`: a dispute of its payment is not decided yet."""
    undecided = Dispute.objects.filter(payment=OuterRef("payment"), state__in=UNDECIDED)
    return refunds.annotate(is_disputed=Exists(undecided))
