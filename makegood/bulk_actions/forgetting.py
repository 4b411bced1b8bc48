"""Words to a person who is erased are not sent any more, and not kept."""

from __future__ import annotations

from makegood.accounts.models import User
from makegood.bulk_actions.models import BulkItem
from makegood.bulk_actions.reasons import Why
from makegood.bulk_actions.states import ItemState


def leave_out_requests_of(member: User) -> None:
    """What waits to be done to the requests of `member`, previewed or confirmed, is left out.

    The caller has locked these requests, as the worker does before an item.
    """
    waiting = BulkItem.objects.filter(refund_request__member=member, state=ItemState.WAITING)
    waiting.update(state=ItemState.LEFT_OUT, why=Why.ERASED, text="")
