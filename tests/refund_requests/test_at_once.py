"""Two people, or one person with two windows, in the same moment: one is first, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.refund_requests import conversation, drafting, transitions
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.models import Approval, Decision, Message, NamedOrder, RefundRequest, Verdict
from makegood.refund_requests.states import State
from makegood.refund_requests.submitting import AlreadyAsked, submit
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.people import NOON, ago, an_order, finn, later, ola, olena, petro, roza, usd
from tests.refund_requests.evidence.files import picture

pytestmark = pytest.mark.django_db(transaction=True)


def test_8_approvals_at_once_are_one() -> None:
    decided, people = cases.awaiting_approval(), [finn(), ola()] * 4

    def approving(by: User) -> Callable[[], Decision]:
        return lambda: transitions.approve(decided, by=by, at=NOON)

    ends = at_once(*map(approving, people))
    assert len(successes(ends)) == 1
    assert [type(refusal) for refusal in refusals(ends)] == [MoveNotAllowed] * 7
    assert Approval.objects.count() == Event.objects.filter(action=Action.APPROVED).count() == 1


def test_20_identical_submissions_of_one_form_are_one_request() -> None:
    draft, member = cases.a_form(an_order(olena(), purchased_at=ago(days=21))), olena()
    ends = at_once(*[lambda: submit(draft.token, by=member, at=NOON)] * 20)
    assert refusals(ends) == []
    assert len({refund_request.pk for refund_request in successes(ends)}) == 1
    assert RefundRequest.objects.count() == Event.objects.filter(action=Action.SUBMITTED).count() == 1


def test_two_forms_wanting_the_same_order_at_once_are_one_request() -> None:
    order, member = an_order(olena(), purchased_at=ago(days=21)), olena()
    forms = [cases.a_form(order), cases.a_form(order)]
    ends = at_once(*[lambda draft=draft: submit(draft.token, by=member, at=NOON) for draft in forms])
    (first,), (refusal,) = successes(ends), refusals(ends)
    assert isinstance(refusal, AlreadyAsked)
    assert first.reference in str(refusal)
    assert NamedOrder.objects.filter(order=order, wanted=True).count() == 1


def test_deciding_and_withdrawing_at_once_one_wins_and_the_other_is_told() -> None:
    held, member, representative = cases.ready_to_decide(), olena(), petro()

    def decide() -> State:
        transitions.decide(held, verdict=Verdict.REFUND, letter="Because", by=representative, at=NOON)
        return State.APPROVED

    def withdraw() -> State:
        transitions.withdraw(held, by=member, at=NOON)
        return State.WITHDRAWN

    ends = at_once(decide, withdraw)
    (won,), (refusal,) = successes(ends), refusals(ends)
    assert cases.now(held).state == won
    assert isinstance(refusal, NotYours | MoveNotAllowed)
    assert Decision.objects.exists() is (won == State.APPROVED), "no decision stays of the one who lost"


def test_approving_and_returning_at_once_one_wins() -> None:
    decided, first, second = cases.awaiting_approval(), finn(), ola()
    ends = at_once(
        lambda: transitions.approve(decided, by=first, at=NOON).refund_request.state,
        lambda: transitions.return_decision(decided, by=second, at=NOON, reason="The amount").state,
    )
    assert len(refusals(ends)) == 1
    assert [cases.now(decided).state] == successes(ends)
    assert Approval.objects.count() == 1


def test_two_decisions_of_one_person_at_once_count_each_other_towards_the_limit_of_a_day() -> None:
    representative = petro()
    representative.staff_roles.update(day_limit_minor=usd("100.00").minor)
    held = [cases.ready_to_decide(), cases.ready_to_decide()]
    ends = at_once(*[lambda r=r: cases.refunded_by(r, by=representative) for r in held])
    assert sorted(decision.needs_approval for decision in successes(ends)) == [False, True]


def test_the_same_message_sent_8_times_at_once_is_written_once() -> None:
    refund_request, member = cases.a_request(), olena()
    token = drafting.start(by=member, at=NOON).token

    def write() -> Message:
        return conversation.write_as_member(refund_request, body="Hello?", token=token, by=member, at=NOON)

    ends = at_once(*[write] * 8)
    assert refusals(ends) == []
    assert cases.messages_of(refund_request) == ["Hello?"]


def test_two_people_taking_one_request_at_once_only_one_has_it() -> None:
    waiting, first, second = cases.a_request(), petro(), roza()
    ends = at_once(
        lambda: transitions.take(waiting, by=first, at=NOON),
        lambda: transitions.take(waiting, by=second, at=later(minutes=1)),
    )
    assert [type(refusal) for refusal in refusals(ends)] == [MoveNotAllowed]
    assert cases.now(waiting).holder == successes(ends)[0].holder


def test_pictures_sent_with_two_messages_at_once_stay_within_their_number() -> None:
    refund_request, member = cases.a_request(), olena()

    def write_with_six() -> Message:
        files = [SimpleUploadedFile(f"{size}.png", picture(size=(size, 9))) for size in range(10, 16)]
        return conversation.write_as_member(
            refund_request, body="See these", token=uuid4(), by=member, at=NOON, files=files
        )

    ends = at_once(write_with_six, write_with_six)
    assert [type(refusal) for refusal in refusals(ends)] == [FileRefused]
    assert refund_request.evidence.count() == 7
    assert Message.objects.count() == 1
