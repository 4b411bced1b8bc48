"""The second person lets the file of a batch out; from then on those who may can download it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.moving import locked, move
from makegood.audit.recording import record
from makegood.refunds.models import TransferBatch
from makegood.refunds.transfers.gathering import check_day
from makegood.refunds.transfers.states import BATCH_MOVES, BatchState


class OwnBatch(Exception):
    """Whoever gathered a batch cannot release it."""

    def __init__(self) -> None:
        super().__init__(_("You gathered this batch, so somebody else has to release it."))


class NoFile(Exception):
    """There is nothing to download: the batch is not released, or was erased with a person in it."""

    def __init__(self, batch: TransferBatch) -> None:
        super().__init__(
            _("A second person has to release the batch before its file can be downloaded.")
            if batch.file is not None
            else _("The file was erased together with the account of a customer who is in it.")
        )


def release(batch: TransferBatch, *, today: date, by: User, at: datetime) -> TransferBatch:
    """`by`, who did not gather it, lets it out; it never changes, so what was read is what is released.

    Raises OwnBatch, NotADayForIt once its day is over, MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(batch)
        if current.made_by_id == by.pk:
            raise OwnBatch
        if current.state == BatchState.GATHERED:
            check_day(current.execute_on, today=today)
        return move(
            batch,
            to=BatchState.RELEASED,
            moves=BATCH_MOVES,
            action=Action.BATCH_RELEASED,
            by=by,
            at=at,
            details={"sha256": current.sha256},
            changes={"released_by": by, "released_at": at},
        )


def download(batch: TransferBatch, *, by: User, at: datetime) -> bytes:
    """The very bytes for the bank; that they left is recorded first. Raises NoFile."""
    with transaction.atomic():
        current = locked(batch)
        if current.file is None or current.state in {BatchState.GATHERED, BatchState.TAKEN_BACK}:
            raise NoFile(current)
        record(Action.BATCH_DOWNLOADED, subject=current, by=by, at=at, sha256=current.sha256)
        return bytes(current.file)
