"""The states of a proposal, and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a proposal is."""

    WRITING = "writing"
    PROPOSED = "proposed"  # waits for a second person
    PUBLISHED = "published"
    DROPPED = "dropped"


MOVES: dict[State, frozenset[State]] = {
    State.WRITING: frozenset({State.PROPOSED, State.DROPPED}),
    State.PROPOSED: frozenset({State.PUBLISHED, State.WRITING, State.DROPPED}),
    State.PUBLISHED: frozenset(),
    State.DROPPED: frozenset(),
}
OPEN = frozenset({State.WRITING, State.PROPOSED})
