"""Facts that staff establish, each with author, time and note; a later one corrects an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.policy import Fact, Source
from makegood.refund_requests import holding
from makegood.refund_requests.assessing import LiveAnswer, answers_of_request, assess
from makegood.refund_requests.models import Finding, PictureOfFinding, RefundRequest
from makegood.refund_requests.states import UNDECIDED, State


class NotAFact(Exception):
    """The policy asks no such thing, or not of this person."""

    def __init__(self) -> None:
        super().__init__(_("The policy does not ask this of you."))


class AlreadyDecided(Exception):
    """The request is decided, so what is established now cannot change it."""

    def __init__(self) -> None:
        super().__init__(_("This request has been decided; reopen it to establish something anew."))


class AnotherRequestsPicture(Exception):
    """A finding points to a picture that is not, or no longer, in its request."""

    def __init__(self) -> None:
        super().__init__(_("One of the pictures is not in this request any more. Please choose again."))


def record_finding(
    refund_request: RefundRequest,
    *,
    fact: str,
    value: object,
    note: str,
    by: User,
    at: datetime,
    pictures: Collection[int] = (),
) -> Finding:
    """Establish `fact` as `value` (JSON; None: it cannot be established) and ask the policy anew.

    `pictures`: keys of the request's evidence that show it. Raises NotAFact, AlreadyDecided, OwnRequest,
    AnotherRequestsPicture, NotYours (a representative must hold the request), and
    NoPolicyInForce when that makes it a purchase of a day before any policy.
    """
    with transaction.atomic():
        current = locked(refund_request)
        if current.state not in UNDECIDED - {State.AWAITING_APPROVAL}:
            raise AlreadyDecided
        holding.require_stranger(current, by=by)
        asked = _asked_of(current, fact, by)
        if asked.source != Source.ENGINEER:
            holding.require_holder(current, by=by)
        if current.state == State.EXAMINING and current.holder_id == by.pk:
            holding.renew(current, at=at)
        finding = _record(current, asked, value, note.strip(), by=by, at=at)
        _point(finding, set(pictures))
        return finding


def _asked_of(refund_request: RefundRequest, name: str, by: User) -> Fact:
    for fact in facts_to_establish(refund_request):
        if fact.name == name and may_establish(fact, by):
            return fact
    raise NotAFact


def may_establish(fact: Fact, user: User) -> bool:
    """Whether `user` is somebody who can tell this fact."""
    needed = Right.GIVE_VERDICT if fact.source == Source.ENGINEER else Right.EXAMINE
    return user.may(needed)


def facts_to_establish(refund_request: RefundRequest) -> list[Fact]:
    """What staff find out for a request of this ground, what no record tells, and what is disputed."""
    found = set(refund_request.findings.values_list("fact", flat=True))
    return facts_to_establish_in(
        answers_of_request(refund_request), ground=refund_request.ground, found=found
    )


def facts_to_establish_in(
    answers: Iterable[LiveAnswer], *, ground: str, found: Collection[str]
) -> list[Fact]:
    """As `facts_to_establish`, for a page that has the answers already; `found`: names of what was found."""
    facts: dict[str, Fact] = {}
    for live in answers:
        # Of a statute, what was found, to correct it; and of the one that counts, what nobody told: the form
        # does not ask it of the customer.
        facts |= {
            name: floor.policy.facts[name]
            for floor in live.floors
            for name in found
            if name in floor.policy.facts
        }
        facts |= {fact.name: fact for fact in live.law.not_told} if live.law else {}
        facts |= {fact.name: fact for fact in live.policy.to_establish(ground)}
        unknown = [live.document.facts[o.name] for o in live.answer.open]
        facts |= {fact.name: fact for fact in unknown if live.law or fact.source != Source.CUSTOMER}
        facts |= {name: dispute.fact for name, dispute in live.disputed.items()}
    return list(facts.values())


def _point(finding: Finding, pictures: Set[int]) -> None:
    there = finding.refund_request.evidence.filter(pk__in=pictures).order_by("pk")
    rows = [PictureOfFinding(finding=finding, evidence=picture) for picture in there]
    if len(rows) != len(pictures):
        raise AnotherRequestsPicture
    PictureOfFinding.objects.bulk_create(rows)


def _record(
    refund_request: RefundRequest, fact: Fact, value: object, note: str, *, by: User, at: datetime
) -> Finding:
    finding = Finding.objects.create(
        refund_request=refund_request, fact=fact.name, value=value, note=note, author=by, at=at
    )
    assess(refund_request, at=at)
    record(
        Action.FINDING_RECORDED,
        subject=refund_request,
        by=by,
        at=at,
        thread=refund_request.reference,
        fact=fact.name,
        question=fact.question,
    )
    return finding
