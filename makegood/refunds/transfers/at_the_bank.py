"""What people record of a batch at the bank: accepted, refused, executed, arrived, come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import amount_in_words
from makegood.audit.actions import Action
from makegood.audit.moving import MoveNotAllowed, locked, move
from makegood.money import Money
from makegood.refunds.answers import take_in
from makegood.refunds.days import check_day_of_the_past, moment_of
from makegood.refunds.models import HeardBy, Refund, Transfer, TransferBatch
from makegood.refunds.moving import locked_with_payment
from makegood.refunds.providers.base import Answer, Said
from makegood.refunds.providers.sepa.returns import reason_in_words
from makegood.refunds.states import State
from makegood.refunds.transfers.states import BATCH_MOVES, BatchState, TransferState


class AmountDiffers(Exception):
    """A transfer comes back whole, or it is another one."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            _("The transfer was of {amount}; one that comes back is of the same amount.").format(
                amount=amount_in_words(refund.amount)
            )
        )


def hand_over(batch: TransferBatch, *, by: User, at: datetime) -> TransferBatch:
    """The bank has accepted the file; accepted is not paid. Raises MoveNotAllowed."""
    return _follow(
        batch, BatchState.HANDED_OVER, Action.BATCH_HANDED_OVER, Said.PENDING, "File accepted.", by=by, at=at
    )


def execute(batch: TransferBatch, *, on: date, zone: ZoneInfo, by: User, at: datetime) -> TransferBatch:
    """The money left our account on the day `on` in `zone`. Raises NotThatDay, MoveNotAllowed."""
    check_day_of_the_past(on, since=batch.made_at, zone=zone, at=at)
    return _follow(
        batch,
        BatchState.EXECUTED,
        Action.BATCH_EXECUTED,
        Said.SUCCEEDED,
        "Executed.",
        by=by,
        at=at,
        happened_at=moment_of(on, zone=zone, at=at),
        details={"day": on.isoformat()},
        changes={"executed_on": on},
    )


def refuse(batch: TransferBatch, *, reason: str, by: User, at: datetime) -> TransferBatch:
    """The bank did not take the file: nothing was paid, each refund failed. Raises MoveNotAllowed."""
    with transaction.atomic():
        refused = _follow(
            batch,
            BatchState.REFUSED,
            Action.BATCH_REFUSED,
            Said.FAILED,
            reason,
            by=by,
            at=at,
            details={"reason": reason},
        )
        refused.transfers.filter(state=TransferState.IN_BATCH).update(state=TransferState.TAKEN_OUT)
    return refused


def arrived(batch: TransferBatch, *, by: User, at: datetime) -> TransferBatch:
    """Its money is with the customers, but for what came back. Raises MoveNotAllowed."""
    with transaction.atomic():
        current = locked(batch)
        underway = [each for each in _living(current) if each.refund.state == State.SUCCEEDED]
        if current.state != BatchState.EXECUTED or not underway:
            raise MoveNotAllowed(current, current.state, "arrived")
        _hear(underway, Said.SETTLED, "Arrived.", by=by, at=at)
    return current


def returned(
    refund: Refund, *, code: str, amount: Money, on: date, zone: ZoneInfo, by: User, at: datetime
) -> Refund:
    """The customer's bank sent it back on the day `on`, for the reason with this code.

    `amount` is what came back. Raises AmountDiffers, NotThatDay, MoveNotAllowed when the bank never had it.
    """
    with transaction.atomic():
        living = Transfer.objects.filter(refund=refund, state=TransferState.IN_BATCH)
        transfer = living.select_related("batch").first()
        if transfer is None:
            raise MoveNotAllowed(refund, refund.state, State.BOUNCED)
        locked(transfer.batch)
        back = locked_with_payment(refund.pk)
        if back.state not in {State.PENDING, State.SUCCEEDED}:
            raise MoveNotAllowed(back, back.state, State.BOUNCED)
        if amount != back.amount:
            raise AmountDiffers(back)
        check_day_of_the_past(on, since=transfer.batch.made_at, zone=zone, at=at)
        Transfer.objects.filter(pk=transfer.pk).update(state=TransferState.RETURNED)
        told = {"code": code, "returned_on": on.isoformat(), "amount": str(amount)}
        answer = Answer(
            Said.FAILED,
            refund_id=transfer.end_to_end_id,
            amount=amount,
            reason=reason_in_words(code),
            body=told,
        )
        return take_in(transfer.attempt, answer, heard_by=HeardBy.PERSON, by=by, at=at)


def _follow(
    batch: TransferBatch,
    to: BatchState,
    action: Action,
    said: Said,
    words: str,
    *,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
    details: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
) -> TransferBatch:
    with transaction.atomic():
        moved = move(
            batch, to=to, moves=BATCH_MOVES, action=action, by=by, at=at, details=details, changes=changes
        )
        _hear(_living(moved), said, words, by=by, at=at, happened_at=happened_at)
    return moved


def _living(batch: TransferBatch) -> list[Transfer]:
    # In the order of their payments, as everything locks them that locks several.
    rows = batch.transfers.filter(state=TransferState.IN_BATCH).select_related("refund", "attempt")
    return list(rows.order_by("refund__payment_id", "refund_id"))


def _hear(
    transfers: Iterable[Transfer],
    said: Said,
    words: str,
    *,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
) -> None:
    for transfer in transfers:
        trace = transfer.end_to_end_id if said is Said.SUCCEEDED else ""
        answer = Answer(
            said,
            refund_id=transfer.end_to_end_id,
            trace_reference=trace,
            amount=transfer.refund.amount,
            reason=words,
        )
        take_in(transfer.attempt, answer, heard_by=HeardBy.PERSON, by=by, at=at, happened_at=happened_at)
