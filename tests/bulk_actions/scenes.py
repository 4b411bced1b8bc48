"""Where the tests of bulk actions begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from makegood.accounts.models import User
from makegood.bulk_actions import carrying_out, confirming, previewing
from makegood.bulk_actions.models import BulkAction, Kind
from makegood.bulk_actions.work import Work
from makegood.refund_requests.models import RefundRequest
from tests.cases import a_request
from tests.people import NOON, a_lead, a_member, ago, an_order

BODY = "Dear {first_name}, about {reference}: the outage is over."
BEGUN = NOON + timedelta(minutes=3)
"""When what was confirmed at NOON can no longer be undone."""


def requests_of(count: int) -> list[RefundRequest]:
    """As many requests that wait, each of another member."""
    return [
        a_request(
            an_order(
                a_member(f"member{number}@example.com", name=f"Ada{number} Example"),
                purchased_at=ago(days=21),
            )
        )
        for number in range(count)
    ]


def a_message() -> Work:
    return Work(Kind.MESSAGE, body=BODY)


def previewed(
    rows: Sequence[RefundRequest], work: Work | None = None, *, by: User | None = None, at: datetime = NOON
) -> BulkAction:
    """What the lead would do to them: send a message when no work is said."""
    return previewing.preview([row.pk for row in rows], work or a_message(), by=by or a_lead(), at=at)


def confirmed(
    rows: Sequence[RefundRequest], work: Work | None = None, *, by: User | None = None, at: datetime = NOON
) -> BulkAction:
    """Confirmed in the moment it was previewed."""
    action = previewed(rows, work, by=by, at=at)
    return confirming.confirm(action, seen=seen(action), by=by or a_lead(), at=at)


def seen(action: BulkAction) -> str:
    return previewing.digest_of(action, list(action.items.order_by("id")))


def carried_out(action: BulkAction, *, at: datetime = BEGUN) -> BulkAction:
    carrying_out.carry_out_due(at=at)
    return BulkAction.objects.get(pk=action.pk)


def ends(action: BulkAction) -> list[tuple[str, str]]:
    """The state of each item and why, in order."""
    return list(action.items.order_by("id").values_list("state", "why"))
