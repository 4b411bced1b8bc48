"""Refunds that left us and should have arrived by now: their banks are to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from makegood.refunds.arrival import Arrival, Experience, expected_for
from makegood.refunds.models import Refund
from makegood.refunds.states import State

LOOKED_AT = 500
"""Of so many refunds under way, the longest of them first, the late ones are found."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A refund that has not arrived, and when it should have."""

    refund: Refund
    expected: Arrival


def overdue(*, at: datetime, zone: ZoneInfo, most: int) -> Sequence[Overdue]:
    """At most `most`, the longest under way first; days are those of `zone`.

    A refund of which nobody ever tells that it arrived stays among them until finance records it.
    """
    under_way = Refund.objects.filter(state=State.SUCCEEDED, succeeded_at__isnull=False)
    rows = under_way.select_related("payment__order__member").order_by("succeeded_at", "pk")[:LOOKED_AT]
    experience, today = Experience(), at.astimezone(zone).date()
    late = []
    for refund in rows:
        when = expected_for(refund, zone=zone, experience=experience)
        if when is not None and when.latest < today:
            late.append(Overdue(refund, when))
        if len(late) == most:
            break
    return late
