"""Requests that became one, as the ticket shows them: what went on here, and where this one goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.audit.actions import Action
from makegood.desk.ticket import Ticket
from makegood.refund_requests.merging import UNDONE_WITHIN


@dataclass(frozen=True)
class Merged:
    """A request that goes on in another one; `can_be_undone` by who holds the other."""

    reference: str
    into: str
    can_be_undone: bool


def merged_of(ticket: Ticket, *, at: datetime) -> Sequence[Merged]:
    """The request itself, if it goes on elsewhere; else those that go on here, the oldest first."""
    here = ticket.refund_request
    if here.merged_into is not None:
        return [Merged(here.reference, here.merged_into.reference, can_be_undone=False)]
    undoable = _undoable(ticket, at=at)
    return [Merged(one.reference, here.reference, one.reference == undoable) for one in ticket.merged]


def _undoable(ticket: Ticket, *, at: datetime) -> str:
    """The number of what was merged here last, if nothing happened here since; `unmerge` looks closer."""
    newest = ticket.events[-1] if ticket.events else None
    if newest is None or newest.action != Action.TOOK_OVER or at > newest.at + UNDONE_WITHIN:
        return ""
    return str(newest.details["other"])
