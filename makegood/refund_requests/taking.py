"""Taking the first of a queue: one statement picks it, locks it, gives it a holder and records that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.moving_first import MoveFirst
from makegood.refund_requests.holding import LEASE, require_stranger
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import MOVES, State, changed_with


class TakeFirst:
    """As `transitions.take`, of the first of `rows` that nobody else is taking in this moment.

    `rows` wait, and are of other people than who takes; they may hold values that are Given with each call.
    `behind`: what is locked before they are read.
    """

    def __init__(self, rows: QuerySet[RefundRequest], *, behind: QuerySet[Any]) -> None:
        # The orders that it names stay open, as they were while it waited.
        self._move = MoveFirst(
            rows,
            to=State.EXAMINING,
            moves=MOVES,
            action=Action.TAKEN,
            writes=list(changed_with(State.EXAMINING, {"holder": None, "lease_until": None})),
            thread="reference",
            behind=behind,
        )

    def __call__(self, *, by: User, at: datetime, given: Mapping[str, object]) -> RefundRequest | None:
        """The request that `by` examines from now on; None: there is none. Call inside a transaction.

        Raises OwnRequest.
        """
        changes = changed_with(State.EXAMINING, {"holder": by, "lease_until": at + LEASE})
        taken = self._move(by=by, at=at, changes=changes, given=given)
        if taken is not None:
            require_stranger(taken, by=by)
        return taken
