"""Reads all that a ticket shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.books.credit_notes.queries import with_notes
from makegood.effects.foreseeing import Foreseen, foresee
from makegood.members.ticket.talk import SHOWN, Talk, read_talk
from makegood.queue import board, promises
from makegood.refund_requests.models import Decision, DecisionLine, Evidence, NamedOrder, RefundRequest
from makegood.refund_requests.queries import named_in, of_it_and_merged
from makegood.refund_requests.states import DECIDED, State
from makegood.refund_requests.translated_answers import with_languages
from makegood.refunds import queries
from makegood.refunds.models import Refund


@dataclass(frozen=True)
class Ticket:
    """A request with everything that its page says.

    `place` None: it does not wait. `promised_at` None: the next step is not ours. `lines` and `refunds` are
    those of the decision that stands; empty until there is one to tell. `foreseen`: by order, what its refund
    changes for the member.
    """

    refund_request: RefundRequest
    named: Sequence[NamedOrder]
    talk: Talk
    evidence: Sequence[Evidence]
    place: board.Place | None
    promised_at: datetime | None
    lines: Sequence[DecisionLine]
    refunds: Sequence[Refund]
    foreseen: Mapping[int, Foreseen]

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.refund_request.state)

    @property
    def decision(self) -> Decision | None:
        """The decision that stands."""
        return self.lines[0].decision if self.lines else None


def read(refund_request: RefundRequest, *, messages: int = SHOWN) -> Ticket:
    """The ticket of `refund_request` (read with its product), with its newest `messages`.

    Internal notes stay out of the query.
    """
    promise = promises.current(refund_request)
    lines, named = _lines(refund_request), _named(refund_request)
    refunds = _refunds(refund_request) if lines else []
    zone = ZoneInfo(settings.MAKEGOOD_DESK_ZONE)
    foreseen = foresee(refund_request, lines, named, refunds, zone=zone)
    return Ticket(
        refund_request=refund_request,
        named=named,
        talk=read_talk(refund_request, shown=messages),
        evidence=_evidence(refund_request),
        place=board.place_of(refund_request),
        promised_at=promise.due_at if promise else None,
        lines=lines,
        refunds=refunds,
        foreseen={each.order_id: each for each in foreseen},
    )


def _evidence(refund_request: RefundRequest) -> list[Evidence]:
    rows = Evidence.objects.filter(of_it_and_merged(refund_request))
    return list(rows.order_by("refund_request", "place", "id"))


def _named(refund_request: RefundRequest) -> list[NamedOrder]:
    return list(named_in(refund_request).select_related("order__product"))


def _lines(refund_request: RefundRequest) -> Sequence[DecisionLine]:
    """What was decided of each order; a decision that a second person has not agreed to is not told yet."""
    if refund_request.state not in DECIDED:
        return []
    rows = DecisionLine.objects.filter(
        decision__refund_request=refund_request, decision__round=refund_request.round
    )
    rows = rows.select_related(
        "decision", "order", "assessment__policy_version", "assessment__statute_version"
    )
    return with_languages(rows.order_by("id"))


def _refunds(refund_request: RefundRequest) -> list[Refund]:
    rows = queries.standing(refund_request.reference, refund_request.round)
    rows = with_notes(queries.with_disputed(rows))
    return list(rows.select_related("payment__order").order_by("id"))
