"""The states of a bulk action and of each request in it, and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a bulk action stands."""

    PREVIEWED = "previewed"  # shown to whoever prepared it, who has not confirmed it
    WAITING = "waiting"  # confirmed; nothing is done until the time to undo it is over
    RUNNING = "running"  # the worker does one request after the other
    DONE = "done"
    TAKEN_BACK = "taken_back"  # before anything was done
    STOPPED = "stopped"  # while it ran: what was done stays done


MOVES: dict[State, frozenset[State]] = {
    State.PREVIEWED: frozenset({State.WAITING}),
    State.WAITING: frozenset({State.RUNNING, State.TAKEN_BACK}),
    State.RUNNING: frozenset({State.DONE, State.STOPPED}),
    State.DONE: frozenset(),
    State.TAKEN_BACK: frozenset(),
    State.STOPPED: frozenset(),
}


class ItemState(StrEnum):
    """What became of one request in it."""

    WAITING = "waiting"
    DONE = "done"
    LEFT_OUT = "left_out"  # for a reason, which the item says
    TAKEN_BACK = "taken_back"
