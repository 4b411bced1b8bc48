"""What stands in the placeholders of a prepared reply that is written to the member of a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone, translation

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.accounts.templatetags.said import deadline_in_words
from makegood.notifications.addressing import zone_of
from makegood.refund_requests.models import RefundRequest


def values_for(
    refund_request: RefundRequest,
    *,
    orders: Sequence[str],
    next_update: datetime | None,
    language: str,
    by: User,
) -> dict[str, str]:
    """The words for each placeholder; those without words are empty.

    `orders`: the numbers of those to refund. `next_update`: what a message sent now promises; None: nothing.
    `language` is the one of the reply; empty: the member's.
    """
    member = refund_request.member
    return {
        "first_name": member.first_name,
        "reference": refund_request.reference,
        "product": str(refund_request.product),
        "order_number": ", ".join(orders),
        "next_update": _when(next_update, member, language or spoken_by(member)) if next_update else "",
        "my_name": str(by),
    }


def _when(due: datetime, member: User, language: str) -> str:
    """On the member's clock."""
    with translation.override(language), timezone.override(zone_of(member)):
        return deadline_in_words(due)
