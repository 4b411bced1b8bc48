"""The one way a refund request moves between its states, for every verb."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import move
from makegood.refund_requests.models import NamedOrder, RefundRequest
from makegood.refund_requests.states import MOVES, OPEN, State, changed_with


def move_on(
    refund_request: RefundRequest,
    to: State,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    of: Set[State] = frozenset(State),
    details: Mapping[str, object] | None = None,
    **changes: object,
) -> RefundRequest:
    """Bring it to state `to` as one verb, with its event; what only the state before needs is taken away.

    `of`: the states this verb leaves; several verbs lead to one state, and each only from its own. `changes`:
    field → value. Raises MoveNotAllowed.
    """
    with transaction.atomic():
        moved = move(
            refund_request,
            to=to,
            moves={state: ends for state, ends in MOVES.items() if state in of},
            action=action,
            by=by,
            at=at,
            details=details,
            changes=changed_with(to, changes),
        )
        NamedOrder.objects.filter(refund_request=moved).exclude(open=to in OPEN).update(open=to in OPEN)
    return moved
