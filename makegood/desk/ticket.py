"""Everything the page of one request shows, read with a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.http import Http404
from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.attachments import Attached, attachments_of, with_attachments
from makegood.desk.background import (
    PAYING,
    Background,
    background_of,
    evidence_with_signals,
    findings_with_pictures,
    named_with_signals,
    with_background,
)
from makegood.desk.linked_requests import (
    Linked,
    MergedHere,
    links_of,
    merged_into,
    with_links,
    with_merged,
)
from makegood.desk.offered_replies import OfferedReply, replies_of, with_replies
from makegood.desk.presence import with_presence
from makegood.effects.foreseeing import Foreseen, foresee
from makegood.made_once import Given, MadeOnce
from makegood.orders.usage import Use, used_since_purchase
from makegood.policy import Answer, Source
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer, answers_from
from makegood.refund_requests.law import Law
from makegood.refund_requests.models import (
    Decision,
    DecisionLine,
    Evidence,
    Finding,
    Message,
    NamedOrder,
    RefundRequest,
)
from makegood.refund_requests.queries import every_request, of_it_and_merged
from makegood.refund_requests.states import State
from makegood.refund_requests.statutes import keeping
from makegood.refunds.models import Refund

TO_BE_DECIDED = frozenset(
    {State.WAITING, State.EXAMINING, State.ASKED, State.WITH_ENGINEERS, State.TRYING_FIX}
)
EVENTS_SHOWN = 300
MESSAGES_SHOWN = 300


@dataclass(frozen=True)
class Ticket:
    """A request with all that belongs to it, oldest first.

    `answers`: what the policy answers now, and once decided what it answered then. `used`: by order key,
    empty once decided. `pictures`: how many the member sent. `looking`: names of the others who have it
    open. `attached`: not sent yet. `merged` goes on here.
    `lines` are those of the newest decision, empty while it is to be decided (anew); `refunds`, and what
    is `foreseen` of them at the shop, are read once it was approved.
    """

    refund_request: RefundRequest
    background: Background
    replies: Sequence[OfferedReply]
    looking: Sequence[str]
    attached: Sequence[Attached]
    linked: Sequence[Linked]
    merged: Sequence[MergedHere]
    named: Sequence[NamedOrder]
    answers: Sequence[LiveAnswer]
    used: Mapping[int, Use]
    findings: Sequence[Finding]
    pictures: int
    evidence: Sequence[Evidence]
    messages: Sequence[Message]
    events: Sequence[Event]
    lines: Sequence[DecisionLine]
    refunds: Sequence[Refund]
    foreseen: Sequence[Foreseen]

    @property
    def to_be_decided(self) -> bool:
        """Whether the answer is still open to findings."""
        return self.refund_request.state in TO_BE_DECIDED

    @property
    def is_for_engineers(self) -> bool:
        """Whether the policy asks engineers anything about a request of this ground."""
        ground = self.refund_request.ground
        facts = [fact for live in self.answers for fact in live.policy.to_establish(ground)]
        asked = [fact.source for fact in facts] + [
            o.source for live in self.answers for o in live.answer.open
        ]
        return Source.ENGINEER in asked

    @property
    def decision(self) -> Decision | None:
        """The newest decision."""
        return self.lines[0].decision if self.lines else None

    @property
    def last_message_id(self) -> int:
        """What `conversation.write_as_staff` takes as read; 0 when nothing was said."""
        return max((message.pk for message in self.messages), default=0)


def read_ticket(user: User, reference: str, *, with_talk: bool = True) -> Ticket:
    """The ticket of a request that `user` may see; without the conversation for pages that do not show it.

    Raises Http404.
    """
    found = user.may(Right.SEE_DESK) and _row()(reference=reference, person=user.pk, at=timezone.now())
    if not found:
        raise Http404
    row = found[0]
    refund_request: RefundRequest = row
    named: list[NamedOrder] = _named_rows()(request=refund_request.pk)
    findings: list[Finding] = _findings()(request=refund_request.pk)
    lines = _newest_lines(refund_request)
    used = {} if lines else used_since_purchase([row.order for row in named])
    return Ticket(
        refund_request=refund_request,
        background=background_of(row),
        replies=replies_of(row),
        looking=row.looking,
        attached=attachments_of(row),
        linked=links_of(row),
        merged=merged_into(row),
        named=named,
        answers=[_as_answered(line) for line in lines]
        or answers_from(
            refund_request,
            named=named,
            findings={finding.fact: finding.value for finding in findings},
            pictures=row.picture_count,
            used=used,
        ),
        used=used,
        findings=findings,
        pictures=row.picture_count,
        evidence=_evidence()(request=refund_request.pk) if with_talk else [],
        messages=_messages()(request=refund_request.pk)[::-1] if with_talk else [],
        events=_events()(thread=refund_request.reference)[::-1] if with_talk else [],
        lines=lines,
        refunds=(refunds := _refunds(refund_request)),
        foreseen=_foreseen(refund_request, lines, named, refunds),
    )


@cache
def _row() -> MadeOnce[Any]:
    """The request with all that one query can read beside it."""
    person, at = Given("person", BigIntegerField()), Given("at", DateTimeField())
    rows = with_replies(with_links(with_merged(with_background(every_request(), at=at))))
    rows = with_presence(with_attachments(rows, person), person, at=at)
    return MadeOnce(rows.filter(reference=Given("reference", CharField())))


@cache
def _named_rows() -> MadeOnce[Any]:
    rows = named_with_signals(_this()).prefetch_related("order__payments")
    return MadeOnce(rows.select_related("order__product", "order__renews"))


def events_with_names(events: QuerySet[Event]) -> QuerySet[Any]:
    """The same events, each with `actor_name`: who did it, empty for the system."""
    who = User.objects.filter(pk=OuterRef("actor_id"))
    return events.annotate(actor_name=Subquery(who.values("name")[:1]))


@cache
def _findings() -> MadeOnce[Any]:
    return MadeOnce(findings_with_pictures(_this()))


@cache
def _evidence() -> MadeOnce[Any]:
    return MadeOnce(evidence_with_signals(_this()))


@cache
def _messages() -> MadeOnce[Message]:
    """The newest first."""
    rows = Message.objects.filter(of_it_and_merged(_this())).select_related("author", "refund_request")
    return MadeOnce(rows.order_by("-id")[:MESSAGES_SHOWN])


@cache
def _events() -> MadeOnce[Any]:
    """The newest first."""
    # Whoever has no thread has no ticket: said aloud, for the index holds those with one.
    events = Event.objects.filter(thread=Given("thread", CharField())).exclude(thread="")
    return MadeOnce(events_with_names(events).order_by("-id")[:EVENTS_SHOWN])


def _this() -> Given:
    return Given("request", BigIntegerField())


def _newest_lines(refund_request: RefundRequest) -> list[DecisionLine]:
    """The lines of the newest decision; nothing is read while the request is to be decided (anew)."""
    if refund_request.state in TO_BE_DECIDED:
        return []
    lines = DecisionLine.objects.filter(decision__refund_request=refund_request).select_related(
        "order__product",
        "assessment__policy_version",
        "assessment__statute_version",
        "decision__author",
        "decision__approval__approver",
    )
    rows = list(lines.order_by("-decision_id", "order_id"))
    return [line for line in rows if line.decision_id == rows[0].decision_id]


def _as_answered(line: DecisionLine) -> LiveAnswer:
    kept = line.assessment
    statute = kept.statute_version
    law = Law(statute, keeping.read(statute), kept.law_facts or {}) if statute else None
    return LiveAnswer(
        order=line.order,
        version=kept.policy_version,
        policy=policies.parsed(kept.policy_version),
        facts=kept.facts,
        answer=Answer.from_json(kept.trace),
        law=law,
        floors=(law,) if law else (),
    )


def _refunds(refund_request: RefundRequest) -> list[Refund]:
    if refund_request.state not in PAYING:
        return []
    rows = Refund.objects.filter(reference=refund_request.reference)
    return list(rows.select_related("payment").order_by("id"))


def _foreseen(
    refund_request: RefundRequest,
    lines: list[DecisionLine],
    named: Sequence[NamedOrder],
    refunds: Sequence[Refund],
) -> list[Foreseen]:
    """What becomes of the orders at the shop, and what was done there."""
    if refund_request.state not in PAYING:
        return []
    return foresee(refund_request, lines, named, refunds, zone=timezone.get_current_timezone())
