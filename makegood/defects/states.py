"""The states of a defect and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a defect stands."""

    REPORTED = "reported"
    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not_reproduced"
    FIXED = "fixed"
    CANNOT_BE_FIXED = "cannot_be_fixed"


UNANSWERED = frozenset({State.REPORTED, State.REPRODUCED})
"""Nobody has said yet whether it can be fixed."""

MOVES: dict[State, frozenset[State]] = {
    State.REPORTED: frozenset({State.REPRODUCED, State.NOT_REPRODUCED}),
    State.NOT_REPRODUCED: frozenset({State.REPRODUCED}),
    State.REPRODUCED: frozenset({State.FIXED, State.CANNOT_BE_FIXED}),
    State.FIXED: frozenset({State.REPRODUCED}),
    State.CANNOT_BE_FIXED: frozenset({State.REPRODUCED, State.FIXED}),
}
