"""Looking again at a request that was declined or solved, because of what the member wrote after that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.moving import MoveNotAllowed, locked
from makegood.refund_requests import transitions
from makegood.refund_requests.conversation import require_read
from makegood.refund_requests.holding import require_examiner
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import DECIDED, State


class RefundStands(Exception):
    """Money goes back by the decision, and a second decision would give it back a second time."""

    def __init__(self, refund_request: RefundRequest) -> None:
        words = _("{reference} was decided with a refund, so it is not decided anew. Please answer in words.")
        super().__init__(words.format(reference=refund_request.reference))


def may_be_looked_at_again(refund_request: RefundRequest) -> bool:
    """Whether a person may reopen it: declined or solved; where money failed, it reopens by itself."""
    return refund_request.state in (State.DECLINED, State.SOLVED)


def look_again(
    refund_request: RefundRequest, *, reason: str, by: User, at: datetime, seen_up_to: int
) -> RefundRequest:
    """Reopen a declined or solved request at its place in the queue; the member reads the `reason`.

    `seen_up_to` is the id of the last message on the page (0: none).

    Raises MayNotExamine, OwnRequest, RefundStands, MoveNotAllowed, SomeoneWrote, ReasonNeeded, AskedAgain.
    """
    with transaction.atomic():
        current = locked(refund_request)
        require_examiner(current, by=by)
        if not may_be_looked_at_again(current):
            if current.state in DECIDED:
                raise RefundStands(current)
            raise MoveNotAllowed(current, current.state, State.WAITING)
        require_read(current, seen_up_to)
        return transitions.reopen(current, by=by, at=at, reason=reason)
