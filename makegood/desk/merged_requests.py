"""Requests that became one, as the ticket shows them: what went on here, and where this one goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.desk.ticket import Ticket
from makegood.refund_requests.merging import may_be_undone
from makegood.refund_requests.models import RefundRequest


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
        return [_merged(here, here.merged_into, at=at)]
    return [_merged(one, here, at=at) for one in ticket.merged]


def _merged(one: RefundRequest, into: RefundRequest, *, at: datetime) -> Merged:
    return Merged(one.reference, into.reference, may_be_undone(one, at=at))
