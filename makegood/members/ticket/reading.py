"""Reads all that a ticket shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue import board, promises
from makegood.refund_requests.models import (
    Decision,
    DecisionLine,
    Evidence,
    Message,
    NamedOrder,
    RefundRequest,
    Visibility,
)
from makegood.refund_requests.models.policy_version import translations_of
from makegood.refund_requests.states import State
from makegood.refunds import queries
from makegood.refunds.models import Refund

SHOWN_EVENTS = 200
TOLD = (
    Action.TAKEN,
    Action.MEMBER_ASKED,
    Action.SENT_TO_ENGINEERS,
    Action.ENGINEERS_ANSWERED,
    Action.APPROVED,
    Action.DECLINED,
    Action.WITHDRAWN,
    Action.REFUNDED,
    Action.REOPENED,
    Action.PROMISE_MISSED,
    Action.REFUND_SUCCEEDED,
    Action.REFUND_TRACED,
    Action.REFUND_SETTLED,
    Action.REFUND_BOUNCED,
)
"""What the member reads of the events; the steps inside the house are not among them."""


@dataclass(frozen=True)
class Ticket:
    """A request with everything that its page says. `place` and `promised_at` None: not waiting for us."""

    refund_request: RefundRequest
    named: Sequence[NamedOrder]
    messages: Sequence[Message]
    evidence: Sequence[Evidence]
    events: Sequence[Event]
    place: int | None
    promised_at: datetime | None
    decision: Decision | None
    lines: Sequence[DecisionLine]
    refunds: Sequence[Refund]

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.refund_request.state)


def read(refund_request: RefundRequest) -> Ticket:
    """The ticket of `refund_request` (read with its product); internal notes stay out of the query."""
    promise = promises.current(refund_request)
    decision = _decision(refund_request)
    return Ticket(
        refund_request=refund_request,
        named=_named(refund_request),
        messages=_messages(refund_request),
        evidence=list(refund_request.evidence.order_by("id")),
        events=_events(refund_request),
        place=board.place_of(refund_request),
        promised_at=promise.due_at if promise else None,
        decision=decision,
        lines=_lines(decision),
        refunds=_refunds(decision),
    )


def _named(refund_request: RefundRequest) -> list[NamedOrder]:
    rows = NamedOrder.objects.filter(refund_request=refund_request)
    return list(rows.select_related("order__product").order_by("id"))


def _messages(refund_request: RefundRequest) -> list[Message]:
    public = Message.objects.filter(refund_request=refund_request, visibility=Visibility.PUBLIC)
    return list(public.select_related("author").order_by("id"))


def _events(refund_request: RefundRequest) -> list[Event]:
    """The newest events that the member reads, oldest first."""
    told = Event.objects.filter(thread=refund_request.reference, action__in=TOLD)
    return list(told.order_by("-id")[:SHOWN_EVENTS])[::-1]


def _decision(refund_request: RefundRequest) -> Decision | None:
    """The decision that stands; one that a second person has not agreed to is not told yet."""
    if refund_request.state not in (State.APPROVED, State.REFUNDED, State.DECLINED):
        return None
    return refund_request.decisions.filter(round=refund_request.round).first()


def _lines(decision: Decision | None) -> Sequence[DecisionLine]:
    if decision is None:
        return []
    rows = DecisionLine.objects.filter(decision=decision)
    rows = rows.select_related("decision", "order", "assessment__policy_version")
    rows = rows.annotate(described_translations=translations_of("assessment__policy_version"))
    lines = list(rows.order_by("id"))
    for line in lines:
        line.assessment.policy_version.described_translations = line.described_translations
    return lines


def _refunds(decision: Decision | None) -> Sequence[Refund]:
    if decision is None:
        return []
    rows = queries.standing(decision.refund_request.reference, decision.round)
    return list(rows.select_related("payment__order").order_by("id"))
