"""Money in trouble: refunds that stand still until a person does something, or are unknown for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from makegood.refunds.models import Refund
from makegood.refunds.queries import waiting_for_a_person
from makegood.refunds.states import State

UNKNOWN_FOR_LONG = timedelta(hours=1)
"""By then the provider was asked many times; before, an unclear answer usually clears up by itself."""


def refunds_in_trouble(at: datetime) -> QuerySet[Refund]:
    """The refunds that finance looks at first, the longest open first."""
    unknown = Refund.objects.filter(state=State.UNKNOWN, opened_at__lt=at - UNKNOWN_FOR_LONG)
    return waiting_for_a_person() | unknown.select_related("payment__order")
