"""A bulk action as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.bulk_actions.models import BulkAction, BulkItem
from makegood.bulk_actions.states import ItemState, State
from makegood.desk.standing import state_standing

UNFOLDED = 25
STATES: dict[State, Promise] = {
    State.PREVIEWED: _("Not confirmed"),
    State.WAITING: _("Can still be undone"),
    State.RUNNING: _("Running"),
    State.DONE: _("Done"),
    State.TAKEN_BACK: _("Taken back"),
    State.STOPPED: _("Stopped"),
}
ITEM_STATES: dict[ItemState, tuple[Promise, str]] = {
    ItemState.WAITING: (_("to be done"), ""),
    ItemState.DONE: (_("done"), "met"),
    ItemState.LEFT_OUT: (_("left out"), "open"),
    ItemState.TAKEN_BACK: (_("taken back"), ""),
}


@dataclass(frozen=True)
class ItemRow:
    """One request of it: where it stood when previewed, what becomes of it; `text` while it waits."""

    item: BulkItem
    stood: str
    label: Promise
    mark: str


@dataclass(frozen=True)
class Shown:
    """A bulk action with its requests: those to do or done first, those left out apart."""

    action: BulkAction
    state_words: Promise
    meant: Sequence[ItemRow]
    left_out: Sequence[ItemRow]
    done: int
    waiting: int
    minutes_left: int

    @property
    def is_preview(self) -> bool:
        """Whether it waits to be confirmed."""
        return self.action.state == State.PREVIEWED

    @property
    def has_not_begun(self) -> bool:
        """Whether nothing was done, and something may be."""
        return self.action.state in (State.PREVIEWED, State.WAITING)

    @property
    def are_open(self) -> bool:
        """Whether the words for each are unfolded: in a preview, which is to be read, unless it is long."""
        return self.is_preview and len(self.meant) <= UNFOLDED

    @property
    def is_open(self) -> bool:
        """Whether it waits to begin, or runs."""
        return self.action.state in (State.WAITING, State.RUNNING)


def shown(action: BulkAction, items: Sequence[BulkItem], *, at: datetime) -> Shown:
    """`items` with their requests and members, in order."""
    rows = [_row(item) for item in items]
    states = [item.state for item in items]
    seconds = (action.begins_at - at).total_seconds() if action.begins_at else 0
    return Shown(
        action=action,
        state_words=STATES[State(action.state)],
        meant=[row for row in rows if row.item.state != ItemState.LEFT_OUT],
        left_out=[row for row in rows if row.item.state == ItemState.LEFT_OUT],
        done=states.count(ItemState.DONE),
        waiting=states.count(ItemState.WAITING),
        minutes_left=max(0, -int(-seconds // 60)),
    )


def _row(item: BulkItem) -> ItemRow:
    label, mark = ITEM_STATES[ItemState(item.state)]
    return ItemRow(item, str(state_standing(item.seen_state).label), label, mark)
