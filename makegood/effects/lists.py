"""Lists of effects that people look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from makegood.effects.models import Effect
from makegood.effects.shop import Shop
from makegood.effects.states import NEEDS_A_PERSON, State

LATE = timedelta(hours=24)
"""By then a shop that works has done it; nothing is silent for longer."""


def shown() -> QuerySet[Effect]:
    """Effects with what a list shows of them."""
    return Effect.objects.select_related(
        "order__member", "order__product", "order__given", "first_order", "refund"
    )


def waiting_for_a_person(shop: Shop, *, at: datetime) -> QuerySet[Effect]:
    """Those that stand still until somebody does something, the oldest first.

    Where no shop is connected, that is everything that is not done.
    """
    open_ = Q(state__in=[State.PLANNED, State.SENT])
    if shop.is_told or shop.asks:
        open_ &= Q(made_at__lte=at - LATE)
    return shown().filter(open_ | Q(state__in=sorted(NEEDS_A_PERSON))).order_by("made_at", "pk")
