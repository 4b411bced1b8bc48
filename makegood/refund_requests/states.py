"""The states of a refund request and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a refund request stands."""

    WAITING = "waiting"  # in the queue, at its place
    EXAMINING = "examining"  # one representative has it, for as long as the lease runs
    ASKED = "asked"  # the member was asked something
    WITH_ENGINEERS = "with_engineers"  # a defect is being reproduced or fixed
    TRYING_FIX = "trying_fix"  # the member was asked to try a version that fixes the defect, until a day
    AWAITING_APPROVAL = "awaiting_approval"  # decided; a second person must agree
    APPROVED = "approved"  # the refund is being made
    REFUNDED = "refunded"  # the money has arrived
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SOLVED = "solved"  # the fix works, or the member did not say otherwise until the day
    MERGED = "merged"  # it goes on in an older request of the member; only undoing that leads out


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.EXAMINING, State.WITHDRAWN, State.MERGED}),
    State.EXAMINING: frozenset(
        {
            State.WAITING,
            State.ASKED,
            State.WITH_ENGINEERS,
            State.TRYING_FIX,
            State.AWAITING_APPROVAL,
            State.APPROVED,
            State.DECLINED,
            State.WITHDRAWN,
            State.MERGED,
        }
    ),
    State.ASKED: frozenset({State.WAITING, State.WITHDRAWN, State.MERGED}),
    State.WITH_ENGINEERS: frozenset({State.WAITING, State.TRYING_FIX, State.WITHDRAWN, State.MERGED}),
    State.TRYING_FIX: frozenset({State.SOLVED, State.WAITING, State.WITH_ENGINEERS, State.WITHDRAWN}),
    State.AWAITING_APPROVAL: frozenset({State.APPROVED, State.WAITING, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.REFUNDED, State.WAITING}),
    State.REFUNDED: frozenset({State.WAITING}),
    State.DECLINED: frozenset({State.WAITING}),
    State.WITHDRAWN: frozenset(),
    State.SOLVED: frozenset({State.WAITING}),
    State.MERGED: frozenset({State.WAITING}),
}

UNDECIDED = frozenset(
    {
        State.WAITING,
        State.EXAMINING,
        State.ASKED,
        State.WITH_ENGINEERS,
        State.TRYING_FIX,
        State.AWAITING_APPROVAL,
    }
)
OPEN = UNDECIDED | {State.APPROVED}
DECIDED = frozenset({State.APPROVED, State.REFUNDED, State.DECLINED, State.SOLVED})
"""Where a message of the member needs an answer, and a person may look again."""
AWAITING_US = frozenset({State.WAITING, State.EXAMINING, State.WITH_ENGINEERS, State.AWAITING_APPROVAL})


def changed_with(to: State, changes: Mapping[str, object]) -> dict[str, object]:
    """The fields that a move to `to` writes: `changes`, and what is true only while it stands elsewhere."""
    changes = {"returns_to": None, "returns_until": None, **changes}
    if to != State.EXAMINING:
        changes |= {"holder": None, "lease_until": None}
    if to != State.TRYING_FIX:
        changes |= {"try_until": None}
    if to not in DECIDED:
        # Whoever examines it reads everything, so nothing waits for an answer of its own.
        changes |= {"unanswered_since": None}
    return changes
