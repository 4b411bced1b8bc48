"""The states of a batch of transfers and of each transfer in it, with the only moves between them."""

from __future__ import annotations

from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch stands. Stored in rows, so a value is never renamed."""

    GATHERED = "gathered"
    """One person put it together; a second one has to release it."""
    TAKEN_BACK = "taken_back"
    RELEASED = "released"
    """Its file may be downloaded."""
    HANDED_OVER = "handed_over"
    """The bank has the file."""
    REFUSED = "refused"
    """The bank did not take the file; nothing of it was paid."""
    EXECUTED = "executed"
    """The money left our account."""


class TransferState(StrEnum):
    """Where one transfer stands in its batch. Stored in rows, so a value is never renamed."""

    IN_BATCH = "in_batch"
    TAKEN_OUT = "taken_out"
    """Its batch was taken back or refused, so the refund waits for another, or failed."""
    RETURNED = "returned"
    """The customer's bank sent it back."""


BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.GATHERED: frozenset({BatchState.RELEASED, BatchState.TAKEN_BACK}),
    BatchState.RELEASED: frozenset({BatchState.HANDED_OVER, BatchState.REFUSED}),
    BatchState.HANDED_OVER: frozenset({BatchState.EXECUTED, BatchState.REFUSED}),
    BatchState.TAKEN_BACK: frozenset(),
    BatchState.REFUSED: frozenset(),
    BatchState.EXECUTED: frozenset(),
}

TRANSFER_MOVES: dict[TransferState, frozenset[TransferState]] = {
    TransferState.IN_BATCH: frozenset({TransferState.TAKEN_OUT, TransferState.RETURNED}),
    TransferState.TAKEN_OUT: frozenset(),
    TransferState.RETURNED: frozenset(),
}

ONE_PERSON = frozenset({BatchState.GATHERED, BatchState.TAKEN_BACK})
"""The states that need no second person; money leaves in none of them."""
