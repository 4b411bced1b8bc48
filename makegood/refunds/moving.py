"""The one way a refund changes state, with what that means for the payment, the books and the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from makegood.audit import moving
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.orders.models import Payment
from makegood.orders.payments import release
from makegood.refunds import covering, ledger
from makegood.refunds.models import Attempt, Refund
from makegood.refunds.states import GIVEN_UP, MOVES, State

ADVANCE = "refunds.advance"
"""The job that takes a refund one step further; `tasks` defines it."""

_ACTIONS = {
    State.APPROVED: Action.REFUND_APPROVED,
    State.HELD: Action.REFUND_HELD,
    State.SENDING: Action.REFUND_SENDING,
    State.UNKNOWN: Action.REFUND_UNKNOWN,
    State.PENDING: Action.REFUND_PENDING,
    State.ACTION_NEEDED: Action.REFUND_ACTION_NEEDED,
    State.SUCCEEDED: Action.REFUND_SUCCEEDED,
    State.FAILED: Action.REFUND_FAILED,
    State.CANCELED: Action.REFUND_CANCELED,
    State.SETTLED: Action.REFUND_SETTLED,
    State.BOUNCED: Action.REFUND_BOUNCED,
}

# When to look again at a refund that came into this state, unless something happens before.
_LOOK_AGAIN = {
    State.APPROVED: timedelta(minutes=1),
    State.SENDING: timedelta(minutes=2),
    State.UNKNOWN: timedelta(minutes=1),
    State.PENDING: timedelta(minutes=10),
    State.ACTION_NEEDED: timedelta(hours=1),
    State.SUCCEEDED: timedelta(hours=1),
}
_LONGEST_WAIT = timedelta(hours=6)


def move(
    refund: Refund,
    to: State,
    *,
    by: Actor,
    at: datetime,
    action: Action | None = None,
    details: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
) -> Refund:
    """Bring the refund to `to`, with everything that follows for payment and books. Raises MoveNotAllowed.

    `action` None: the usual one for `to`. A refund given up gives its part of the payment back.
    """
    wait = _LOOK_AGAIN.get(to)
    scheduled = {"next_look_at": at + wait if wait else None, **(changes or {})}
    with transaction.atomic():
        moved = moving.move(
            refund,
            to=to,
            moves=MOVES,
            action=action or _ACTIONS[to],
            by=by,
            at=at,
            details=details,
            changes=scheduled,
        )
        if to in GIVEN_UP:
            release(moved.payment_id, moved.amount)
            covering.cover(moved.payment_id)
        _enter_in_books(moved, to, at)
    return moved


def look_later(refund: Refund, *, at: datetime) -> None:
    """Nothing new: wait longer the longer it lasts, but never more than six hours."""
    since = refund.last_asked_at or refund.opened_at
    wait = min(max((at - since) / 4, timedelta(minutes=1)), _LONGEST_WAIT)
    refund.next_look_at = at + wait
    refund.save(update_fields=["next_look_at"])


def put_off(refund: Refund, *, until: datetime) -> Refund:
    """Nothing is done with the locked refund before `until`; nobody is asking about it any more."""
    refund.next_look_at, refund.busy_until = until, None
    refund.save(update_fields=["next_look_at", "busy_until"])
    return refund


def locked_with_payment(refund_id: int) -> Refund:
    """The refund under lock, its payment locked before it; call inside a transaction.

    Everything that reserves or releases takes the two in this order, so that no two wait for each other.
    """
    refunds = Refund.objects.filter(pk=refund_id)
    Payment.objects.select_for_update(no_key=True).get(pk__in=refunds.values("payment_id"))
    return refunds.select_for_update(no_key=True).get()


def advance_soon(refund: Refund) -> None:
    """Have a worker take the refund further once the present transaction is committed."""
    app.configure_task(ADVANCE).defer(refund_id=refund.pk)


def latest_attempt(refund: Refund) -> Attempt:
    """The attempt that counts now. Raises Attempt.DoesNotExist when nothing was ever sent."""
    return Attempt.objects.filter(refund=refund).latest("number")


def _enter_in_books(refund: Refund, to: State, at: datetime) -> None:
    if to is State.SUCCEEDED:
        ledger.post_paid(refund, attempt=latest_attempt(refund).number, at=at)
    elif to is State.BOUNCED:
        ledger.post_returned(refund, attempt=latest_attempt(refund).number, at=at)
    elif to is State.CANCELED and refund.ledger_transactions.filter(kind="owed").exists():
        ledger.post_waived(refund, at=at)
