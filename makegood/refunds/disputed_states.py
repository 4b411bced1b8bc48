"""The only moves between the states of a dispute, and what each state means for the money."""

from __future__ import annotations

from makegood.refunds.providers.base import DisputeState

__all__ = ["DISPUTE_MOVES", "TAKEN", "DisputeState"]

DISPUTE_MOVES: dict[DisputeState, frozenset[DisputeState]] = {
    DisputeState.INQUIRY: frozenset({DisputeState.OPEN, DisputeState.WON, DisputeState.LOST}),
    DisputeState.OPEN: frozenset({DisputeState.WON, DisputeState.LOST}),
    # The other side can appeal: the bank then looks again, or decides otherwise.
    DisputeState.WON: frozenset({DisputeState.OPEN, DisputeState.LOST}),
    DisputeState.LOST: frozenset({DisputeState.OPEN, DisputeState.WON}),
}
TAKEN = frozenset({DisputeState.OPEN, DisputeState.LOST})
"""The bank has the money."""
