"""Putting waiting refunds into a batch, with the file that its release will let out; and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import day_in_words
from makegood.audit.actions import Action
from makegood.audit.moving import move
from makegood.audit.recording import record
from makegood.refunds.models import Refund, Transfer, TransferBatch
from makegood.refunds.moving import latest_attempt
from makegood.refunds.providers.sepa.accounts import Account
from makegood.refunds.providers.sepa.bank_days import is_bank_day, next_bank_day
from makegood.refunds.providers.sepa.pain import CreditTransfer, end_to_end_id, written
from makegood.refunds.transfers.states import BATCH_MOVES, BatchState, TransferState
from makegood.refunds.transfers.waiting import Needs, refunds_waiting, with_what_they_need

FURTHEST = timedelta(days=365)
"""A day further off is a slip of the hand; banks keep no orders for so long."""


class NothingToGather(Exception):
    """A batch is of at least one refund."""

    def __init__(self) -> None:
        super().__init__(_("Choose the refunds that go into the batch."))


class NotADayForIt(Exception):
    """Banks do not transfer euro on that day, or it is over."""

    def __init__(self, day: date, *, today: date) -> None:
        offered = day_in_words(next_bank_day(max(day, today) if day - today <= FURTHEST else today))
        super().__init__(_("Banks do nothing on that day; the next one is {day}.").format(day=offered))


class NotReady(Exception):
    """One of the chosen refunds lacks something, or somebody else put it into a batch meanwhile."""

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "{n} of the chosen refunds cannot go into a batch any more. "
                "Choose again from those that wait now."
            ).format(n=number)
        )


def gather(
    chosen: Collection[int], *, execute_on: date, debtor: Account, today: date, by: User, at: datetime
) -> TransferBatch:
    """One batch of the refunds with the keys `chosen`, with its file; a second person releases it.

    `debtor` pays on `execute_on`; `today` is the day at the desk. Raises NothingToGather, NotADayForIt,
    NotReady.
    """
    if not chosen:
        raise NothingToGather
    check_day(execute_on, today=today)
    with transaction.atomic():
        # Whoever gathers the same refunds at this moment waits here, and then finds them in a batch.
        locked = Refund.objects.filter(pk__in=chosen).order_by("pk").select_for_update(no_key=True)
        keys = [refund.pk for refund in locked]
        found = with_what_they_need(refunds_waiting().filter(pk__in=keys))
        ready = [each for each in found if each.needs is Needs.NOTHING]
        if len(ready) != len(set(chosen)):
            raise NotReady(len(set(chosen)) - len(ready))
        message_id = f"MG-{at:%Y%m%d}-{uuid4().hex[:12]}"
        transfers = [
            Transfer(
                refund=each.refund,
                attempt=(attempt := latest_attempt(each.refund)),
                destination=each.destination,
                end_to_end_id=end_to_end_id(attempt.key),
            )
            for each in ready
        ]
        file = written(
            list(map(_credit, transfers)), message_id=message_id, debtor=debtor, execute_on=execute_on, at=at
        )
        return _keep(transfers, file, message_id, debtor=debtor, execute_on=execute_on, by=by, at=at)


def _keep(
    transfers: Sequence[Transfer],
    file: bytes,
    message_id: str,
    *,
    debtor: Account,
    execute_on: date,
    by: User,
    at: datetime,
) -> TransferBatch:
    batch = TransferBatch.objects.create(
        message_id=message_id,
        state=BatchState.GATHERED,
        debtor_name=debtor.name,
        debtor_iban=debtor.iban,
        execute_on=execute_on,
        count=len(transfers),
        total_minor=sum(transfer.refund.amount_minor for transfer in transfers),
        file=file,
        sha256=sha256(file).hexdigest(),
        made_by=by,
        made_at=at,
    )
    for transfer in transfers:
        transfer.batch = batch
    Transfer.objects.bulk_create(transfers)
    record(
        Action.BATCH_GATHERED,
        subject=batch,
        by=by,
        at=at,
        count=batch.count,
        total=str(batch.total),
        sha256=batch.sha256,
    )
    for transfer in transfers:
        refund = transfer.refund
        record(
            Action.REFUND_PUT_IN_BATCH,
            subject=refund,
            by=by,
            at=at,
            thread=refund.audit_thread,
            batch=message_id,
        )
    return batch


def take_back(batch: TransferBatch, *, by: User, at: datetime) -> TransferBatch:
    """Nobody releases it: its refunds wait for another batch, with their accounts. Raises MoveNotAllowed."""
    with transaction.atomic():
        back = move(
            batch,
            to=BatchState.TAKEN_BACK,
            moves=BATCH_MOVES,
            action=Action.BATCH_TAKEN_BACK,
            by=by,
            at=at,
        )
        back.transfers.filter(state=TransferState.IN_BATCH).update(state=TransferState.TAKEN_OUT)
    return back


def check_day(day: date, *, today: date) -> None:
    """Raises NotADayForIt."""
    if day < today or day - today > FURTHEST or not is_bank_day(day):
        raise NotADayForIt(day, today=today)


def _credit(transfer: Transfer) -> CreditTransfer:
    to, refund = transfer.destination, transfer.refund
    return CreditTransfer(
        transfer.end_to_end_id, Account(to.name, to.iban, to.bic), refund.amount, f"Refund {refund.reference}"
    )
