"""The worker's part: one request after the other, each a transaction of its own, each done once."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Q
from django.utils import translation

from makegood.accounts.roles import Right
from makegood.accounts.speaking import spoken_by
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed, locked, move
from makegood.bulk_actions.doing import REFUSED, do
from makegood.bulk_actions.models import BulkAction, BulkItem
from makegood.bulk_actions.reasons import Why
from makegood.bulk_actions.states import MOVES, ItemState, State
from makegood.bulk_actions.work import how_it_stands, last_message_of
from makegood.refund_requests.models import RefundRequest

log = logging.getLogger(__name__)
WORKER = System("bulk actions")


def carry_out_due(*, at: datetime) -> None:
    """Begin what can no longer be undone, and go on with what a worker that was killed left undone."""
    due = BulkAction.objects.filter(state__in=[State.WAITING, State.RUNNING], begins_at__lte=at)
    for action in due.order_by("begins_at", "id"):
        carry_out(action, at=at)


def carry_out(action: BulkAction, *, at: datetime) -> None:
    """Do what waits in it, until it is done or somebody stops it."""
    if not _begin(action, at=at):
        return
    waiting = action.items.filter(state=ItemState.WAITING).order_by("id")
    for key in list(waiting.values_list("pk", flat=True)):
        if not _one(action, key, at=at):
            return
    _end(action, at=at)


def _begin(action: BulkAction, *, at: datetime) -> bool:
    """Whether it runs now: it was undone in this moment when not."""
    with transaction.atomic():
        current = locked(action)
        if current.state == State.WAITING:
            count = current.items.filter(state=ItemState.WAITING).count()
            move(
                current,
                to=State.RUNNING,
                moves=MOVES,
                action=Action.BULK_BEGUN,
                by=WORKER,
                at=at,
                details={"count": count},
            )
            return True
        return current.state == State.RUNNING


def _one(action: BulkAction, key: int, *, at: datetime) -> bool:
    """Do it for one request; False once it was stopped.

    Locks the action, the defect, the request, the item, in this order: stopping waits for what is being done,
    and nothing is done after it; a second worker finds the item done.
    """
    with transaction.atomic():
        current = locked(action)
        if current.state != State.RUNNING:
            return False
        defect = locked(current.defect) if current.defect else None
        item = BulkItem.objects.get(pk=key)
        refund_request = locked(item.refund_request)
        item = locked(item)
        if item.state != ItemState.WAITING:
            return True
        current.defect, item.refund_request = defect, refund_request
        with translation.override(spoken_by(current.made_by)):
            why = _why_not(current, item) or _try(current, item, at=at)
        item.text, item.why = "", why or ""
        item.state = ItemState.LEFT_OUT if why else ItemState.DONE
        item.done_at = None if why else at
        item.save(update_fields=["state", "why", "text", "done_at"])
    return True


def _why_not(action: BulkAction, item: BulkItem) -> Why | None:
    """What has changed since the preview."""
    refund_request: RefundRequest = item.refund_request
    if not action.made_by.may(Right.ACT_IN_BULK):
        return Why.MAY_NOT
    stands = (refund_request.state, refund_request.round, refund_request.holder_id)
    if stands != (item.seen_state, item.seen_round, item.seen_holder_id):
        return Why.CHANGED
    if last_message_of(refund_request) != item.seen_up_to:
        return Why.WROTE
    if action.defect and how_it_stands(action.defect) != action.defect_stood:
        return Why.DEFECT_CHANGED
    return None


def _try(action: BulkAction, item: BulkItem, *, at: datetime) -> Why | None:
    """Why it could not be done, of which nothing is left then; None: it is done."""
    try:
        with transaction.atomic():
            do(action, item, at=at)
    except tuple(REFUSED) as refused:
        return REFUSED[type(refused)]
    except (OperationalError, InterfaceError):  # no database: the next minute tries again
        raise
    except Exception:
        # One that is at fault must not keep all others waiting: it is left to a person, who is told.
        log.exception("bulk_item_failed", extra={"item": item.pk})
        return Why.FAILED
    return None


def _end(action: BulkAction, *, at: datetime) -> None:
    with transaction.atomic():
        current = locked(action)
        counted = current.items.aggregate(
            done=Count("id", filter=Q(state=ItemState.DONE)),
            left_out=Count("id", filter=Q(state=ItemState.LEFT_OUT)),
        )
        try:
            move(
                current,
                to=State.DONE,
                moves=MOVES,
                action=Action.BULK_DONE,
                by=WORKER,
                at=at,
                details=counted,
                changes={"ended_at": at},
            )
        except MoveNotAllowed:  # stopped, or ended by another worker, in this moment
            return
