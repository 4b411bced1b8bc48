"""Sending the form: one form becomes one request, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.orders.models import Order
from makegood.policy import Source
from makegood.refund_requests.assessing import LiveAnswer, answer_draft, assess, orders_of_draft
from makegood.refund_requests.deadlines import last_day_to_answer
from makegood.refund_requests.disputes import as_json
from makegood.refund_requests.models import DisputedFact, Draft, NamedOrder, RefundRequest, UploadState
from makegood.refund_requests.references import new_reference


class NotComplete(Exception):
    """The form lacks something that the policy asks for; `missing` names the facts.

    “order” stands for an order, “facts” for a picture that shows what is disputed.
    """

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(_("Something that the policy asks for is still missing."))


class CannotSucceed(Exception):
    """The policy refuses this already by what is known; `answers` tell why."""

    def __init__(self, answers: Sequence[LiveAnswer]) -> None:
        self.answers = tuple(answers)
        super().__init__(_("Our refund policy does not allow this refund."))


class AlreadyAsked(Exception):
    """One of the orders is already to be refunded by another open request of the member."""

    def __init__(self, refund_request: RefundRequest) -> None:
        self.refund_request = refund_request
        super().__init__(
            _("You have already asked for this in request {reference}.").format(
                reference=refund_request.reference
            )
        )


class FilesOnTheirWay(Exception):
    """A file is still arriving or being checked, and would not be part of the request."""

    def __init__(self) -> None:
        super().__init__(_("A picture is still on its way. Please wait a moment and send once more."))


class DraftGone(Exception):
    """The form was discarded, or never was this member's."""

    def __init__(self) -> None:
        super().__init__(_("This form is not there any more."))


def submit(token: UUID, *, by: User, at: datetime) -> RefundRequest:
    """Send the form with `token`; sent again, it is the same request.

    Raises DraftGone, FilesOnTheirWay, NotComplete, CannotSucceed, AlreadyAsked.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(member=by, token=token).first()
        if draft is None:
            return _sent_before(token, by)
        if draft.uploads.exclude(state=UploadState.REFUSED).exists():
            raise FilesOnTheirWay
        named = orders_of_draft(draft)
        answers = answer_draft(draft, at=at)
        _refuse_incomplete(draft, answers)
        _refuse_hopeless(answers)
        _refuse_repeated(named, draft)
        return _open(draft, named, answers, by=by, at=at)


def _sent_before(token: UUID, member: User) -> RefundRequest:
    sent = RefundRequest.objects.filter(member=member, form_token=token).first()
    if sent is None:
        raise DraftGone
    return sent


def missing_in(
    draft: Draft, answers: Sequence[LiveAnswer], *, has_pictures: Callable[[], bool] | None = None
) -> list[str]:
    """What the member still has to tell before the form can be sent: names of facts, “ground”, “order”.

    “facts”: a picture that shows what is disputed. `has_pictures`: for a page that has read them already.
    """
    if not draft.ground and any(live.policy.grounds for live in answers):
        return ["ground"]
    lacking: list[str] = []
    for live in answers:
        if live.order is None or (picks_a_pair(live, draft) and len(draft.named_orders) != 2):
            lacking.append("order")
        lacking += _not_told(live)
    shows = any(dispute.leaves_a_trace for live in answers for dispute in live.disputed.values())
    if shows and not (has_pictures or draft.evidence.exists)():
        lacking.append("facts")
    return list(dict.fromkeys(lacking))


def _not_told(live: LiveAnswer) -> list[str]:
    """What the policy needs from the customer and does not have, and what only the customer can tell.

    What our records do not tell of an order that is named is for us to find out.
    """
    needed = [name for condition in live.answer.incomplete for name in condition.facts]
    open_to_them = [fact.name for fact in live.answer.open if fact.source == Source.CUSTOMER]
    asked = {name for name, fact in live.policy.facts.items() if fact.source == Source.CUSTOMER}
    return [
        name if name in asked else "order"
        for name in [*needed, *open_to_them]
        if live.is_for_the_member(name)
    ]


def picks_a_pair(live: LiveAnswer, draft: Draft) -> bool:
    """Whether the ground asks for two orders, one of them to refund."""
    return any(ground.value == draft.ground and ground.picks == "pair" for ground in live.policy.grounds)


def _refuse_incomplete(draft: Draft, answers: Sequence[LiveAnswer]) -> None:
    missing = missing_in(draft, answers)
    if missing:
        raise NotComplete(missing)


def _refuse_hopeless(answers: Sequence[LiveAnswer]) -> None:
    """What is disputed can change the answer: if the member is right, the policy must not refuse."""
    if any(live.cannot_succeed for live in answers):
        raise CannotSucceed(answers)


def _refuse_repeated(named: Sequence[Order], draft: Draft) -> None:
    wanted = [order.pk for order in named if order.number in draft.wanted_orders]
    taken = NamedOrder.objects.filter(order__in=wanted, wanted=True, open=True)
    row = taken.select_related("refund_request").first()
    if row is not None:
        raise AlreadyAsked(row.refund_request)


def _open(
    draft: Draft, named: Sequence[Order], answers: Sequence[LiveAnswer], *, by: User, at: datetime
) -> RefundRequest:
    law_until = last_day_to_answer(answers)
    refund_request = _new_request(draft, _subject(draft, named), law_until, by=by, at=at)
    try:
        with transaction.atomic():
            NamedOrder.objects.bulk_create(
                NamedOrder(
                    refund_request=refund_request, order=order, wanted=order.number in draft.wanted_orders
                )
                for order in named
            )
    except IntegrityError:
        # Another form of the same member, sent in the same moment, was faster.
        _refuse_repeated(named, draft)
        raise
    disputed = _keep_disputes(refund_request, answers, at=at)
    files = draft.evidence.update(refund_request=refund_request, draft=None)
    draft.delete()
    assess(refund_request, at=at)
    record(
        Action.SUBMITTED,
        subject=refund_request,
        by=by,
        at=at,
        thread=refund_request.reference,
        ground=refund_request.ground,
        disputed=[row.fact for row in disputed],
        files=files,
    )
    # What follows from the event gave it its place.
    refund_request.refresh_from_db(fields=["examine_by"])
    return refund_request


def _keep_disputes(
    refund_request: RefundRequest, answers: Sequence[LiveAnswer], *, at: datetime
) -> list[DisputedFact]:
    return DisputedFact.objects.bulk_create(
        DisputedFact(
            refund_request=refund_request,
            order=live.order,
            fact=name,
            recorded=as_json(dispute.recorded),
            says=as_json(dispute.says),
            why=dispute.why,
            at=at,
        )
        for live in answers
        for name, dispute in live.disputed.items()
    )


def _subject(draft: Draft, named: Sequence[Order]) -> Order:
    return next(order for order in named if order.number in draft.wanted_orders)


def _new_request(
    draft: Draft, subject: Order, law_until: date | None, *, by: User, at: datetime
) -> RefundRequest:
    reference = new_reference()
    while RefundRequest.objects.filter(reference=reference).exists():
        reference = new_reference()
    return RefundRequest.objects.create(
        reference=reference,
        member=by,
        ground=draft.ground,
        product=subject.product,
        form_token=draft.token,
        received_at=at,
        queued_at=at,
        law_until=law_until,
        answers=draft.answers,
    )
