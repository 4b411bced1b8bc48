"""A member who should try a fix and never heard of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.moving import move_on
from makegood.refund_requests.states import State


def fix_not_heard_of(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """The letter that asked the member to try the fix came back: to its place, for somebody to reach them.

    Raises MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(refund_request)
        return move_on(
            current,
            State.WAITING,
            Action.FIX_NOT_HEARD_OF,
            by=by,
            at=at,
            of={State.TRYING_FIX},
            details={"version": current.fix_to_try},
        )
