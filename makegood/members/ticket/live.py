"""Whether a ticket has changed since somebody looked, asked often and answered in two queries."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.members.ticket.talk import TOLD
from makegood.queue import board
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_of_member
from makegood.refund_requests.states import OPEN

OFTEN = timedelta(seconds=20)
RARELY = timedelta(minutes=5)
"""When nothing more is to be expected: somebody may still write, or the money may come back."""
MONEY_MOVED = (
    Action.REFUND_OPENED,
    Action.REFUND_APPROVED,
    Action.REFUND_HELD,
    Action.REFUND_RELEASED,
    Action.REFUND_SENDING,
    Action.REFUND_UNKNOWN,
    Action.REFUND_PENDING,
    Action.REFUND_ACTION_NEEDED,
    Action.REFUND_FAILED,
    Action.REFUND_CANCELED,
    Action.REFUND_RETRIED,
    Action.EFFECT_TAKEN_BACK,
)
"""Not told in the conversation, but each refund says where it stands."""
SEEN = (*TOLD, *MONEY_MOVED, Action.MESSAGE_FROM_US, Action.MESSAGE_FROM_MEMBER, Action.EVIDENCE_ADDED)
"""After which of the events the page reads differently."""


def watched(member: User) -> QuerySet[RefundRequest]:
    """The member's own requests, each with `last_seen`: the newest event that its page tells, or None."""
    told = Event.objects.filter(thread=OuterRef("reference"), action__in=SEEN)
    told = told.exclude(thread="")  # so that PostgreSQL knows the partial index to hold them all
    return requests_of_member(member).annotate(last_seen=Subquery(told.order_by("-id").values("id")[:1]))


def version_of(refund_request: RefundRequest, place: board.Place | None) -> str:
    """The entity tag of what the page of a row of `watched` shows now, with its `place` in the queue."""
    before = "" if place is None else f"{place.before}{'+' if place.is_more else ''}"
    last_seen: int | None = refund_request.last_seen  # type: ignore[attr-defined]  # of `watched`
    return f'"{refund_request.state}.{last_seen or 0}.{before}.{get_language()}"'


def seconds_between(refund_request: RefundRequest) -> int:
    """How often a page that is looked at should ask."""
    pause = OFTEN if refund_request.state in OPEN else RARELY
    return int(pause.total_seconds())
