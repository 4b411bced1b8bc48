"""What a member writes after the decision: it waits for an answer, or the request is looked at again."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed
from makegood.privacy.erasing import erase
from makegood.queue.models import Promise
from makegood.refund_requests import transitions
from makegood.refund_requests.conversation import (
    NotDecided,
    SaysNothing,
    SomeoneWrote,
    answer_after_decision,
    write_as_member,
    write_note,
)
from makegood.refund_requests.holding import AskedAgain, MayNotExamine, OwnRequest
from makegood.refund_requests.looking_again import RefundStands, look_again
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refund_requests.queries import requests_unanswered
from makegood.refund_requests.states import DECIDED, State
from makegood.refund_requests.transitions import ReasonNeeded
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.people import NOON, ago, an_order, aud, finn, later, marta, olena, petro, roza
from tests.refund_requests.test_transitions import STANDING

pytestmark = pytest.mark.django_db

WROTE = later(hours=1)
ANSWERED = later(hours=2)


def member_writes(refund_request: RefundRequest, *, at: datetime = WROTE) -> Message:
    return write_as_member(
        refund_request, body="It was another program", token=uuid4(), by=refund_request.member, at=at
    )


def answers(
    refund_request: RefundRequest,
    *,
    by: User | None = None,
    body: str = "It is the same program.",
    token: UUID | None = None,
    seen: Message | None = None,
) -> Message:
    return answer_after_decision(
        refund_request,
        body=body,
        token=token or uuid4(),
        by=by or petro(),
        at=ANSWERED,
        seen_up_to=seen.pk if seen else 0,
    )


def looks_again(
    refund_request: RefundRequest,
    *,
    by: User | None = None,
    reason: str = "You told us of another program.",
    seen: Message | None = None,
) -> RefundRequest:
    return look_again(
        refund_request, reason=reason, by=by or petro(), at=ANSWERED, seen_up_to=seen.pk if seen else 0
    )


@pytest.mark.parametrize("state", sorted(set(State) - {State.WITHDRAWN}))
def test_what_a_member_writes_waits_for_an_answer_exactly_where_it_was_decided(state: State) -> None:
    refund_request = STANDING[state]()
    member_writes(refund_request)
    assert cases.now(refund_request).unanswered_since == (WROTE if state in DECIDED else None)


def test_it_waits_since_the_first_message_and_the_longest_waiting_comes_first() -> None:
    second, first = cases.declined(), cases.approved()
    member_writes(first)
    member_writes(second, at=later(hours=3))
    member_writes(first, at=later(hours=5))
    assert list(requests_unanswered()) == [first, second]
    assert cases.now(first).unanswered_since == WROTE


@pytest.mark.parametrize("by", [petro, roza])
@pytest.mark.parametrize("brought", [cases.declined, cases.approved, cases.refunded])
def test_whoever_examines_answers_and_the_decision_stands(
    brought: Callable[[], RefundRequest], by: Callable[[], User]
) -> None:
    decided = brought()
    answers(decided, by=by(), seen=member_writes(decided))
    current = cases.now(decided)
    assert (current.state, current.round, current.unanswered_since) == (decided.state, 1, None)
    assert cases.messages_of(decided) == ["It was another program", "It is the same program."]
    assert cases.event_of(decided, Action.MESSAGE_FROM_US).actor_id == by().pk


def test_an_answer_after_the_decision_promises_nothing_more() -> None:
    declined = cases.declined()
    before = Promise.objects.count()
    answers(declined)
    assert Promise.objects.count() == before


def test_a_note_for_colleagues_answers_nobody() -> None:
    declined = cases.declined()
    member_writes(declined)
    write_note(declined, body="Same as D-118", token=uuid4(), by=petro(), at=ANSWERED)
    assert cases.now(declined).unanswered_since == WROTE


def test_an_answer_is_refused_while_the_member_wrote_something_unread() -> None:
    declined = cases.declined()
    seen = member_writes(declined)
    unread = member_writes(declined)
    for act in (answers, looks_again):
        with pytest.raises(SomeoneWrote) as refused:
            act(declined, seen=seen)
        assert refused.value.messages == (unread,)
    assert cases.now(declined).unanswered_since == WROTE
    answers(declined, seen=unread)


def test_a_form_sent_twice_is_one_answer_and_hides_no_later_message() -> None:
    declined, token = cases.declined(), uuid4()
    seen = member_writes(declined)
    first = answers(declined, token=token, seen=seen)
    member_writes(declined, at=later(hours=3))
    assert answers(declined, token=token, seen=seen) == first
    assert cases.now(declined).unanswered_since == later(hours=3)


@pytest.mark.parametrize("body", ["", " \n\t", "\0"])
def test_an_answer_without_words_is_refused_and_the_member_waits_on(body: str) -> None:
    declined = cases.declined()
    seen = member_writes(declined)
    with pytest.raises(SaysNothing):
        answers(declined, body=body, seen=seen)
    assert cases.now(declined).unanswered_since == WROTE


@pytest.mark.parametrize("state", sorted(set(State) - DECIDED))
def test_before_a_decision_nobody_answers_past_the_queue(state: State) -> None:
    refund_request = STANDING[state]()
    with pytest.raises(NotDecided, match="Nothing was sent"):
        answers(refund_request)


@pytest.mark.parametrize("by", [olena, marta, finn, aud])
@pytest.mark.parametrize("act", [answers, looks_again])
def test_others_neither_answer_nor_look_again(act: Callable[..., object], by: Callable[[], User]) -> None:
    declined = cases.declined()
    with pytest.raises(MayNotExamine):
        act(declined, by=by())
    assert cases.now(declined).state == State.DECLINED


@pytest.mark.parametrize("act", [answers, looks_again])
def test_nobody_has_a_hand_in_what_they_asked_for_themselves(act: Callable[..., object]) -> None:
    order = an_order(roza(), purchased_at=ago(days=21))
    own = cases.refunded_by(cases.ready_to_decide(order), by=petro()).refund_request
    with pytest.raises(OwnRequest):
        act(own, by=roza())


def test_a_declined_request_is_looked_at_again_in_a_new_round_and_the_member_is_told_why() -> None:
    declined = cases.declined()
    looks_again(declined, seen=member_writes(declined))
    current = cases.now(declined)
    assert (current.state, current.round, current.unanswered_since) == (State.WAITING, 2, None)
    assert (current.queued_at, current.holder) == (declined.queued_at, None)
    event = cases.event_of(declined, Action.REOPENED)
    assert (event.actor_id, event.details["reason"]) == (petro().pk, "You told us of another program.")


@pytest.mark.parametrize("brought", [cases.approved, cases.refunded])
def test_what_was_decided_with_a_refund_is_not_decided_anew(brought: Callable[[], RefundRequest]) -> None:
    decided = brought()
    with pytest.raises(RefundStands, match=decided.reference):
        looks_again(decided, seen=member_writes(decided))
    assert cases.now(decided).state == decided.state


@pytest.mark.parametrize("state", sorted(set(State) - DECIDED))
def test_what_is_not_decided_is_not_reopened(state: State) -> None:
    refund_request = STANDING[state]()
    with pytest.raises(MoveNotAllowed):
        looks_again(refund_request)
    assert cases.now(refund_request).round == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_looking_again_needs_a_reason(reason: str) -> None:
    declined = cases.declined()
    with pytest.raises(ReasonNeeded):
        looks_again(declined, reason=reason)


def test_a_request_asked_anew_is_not_looked_at_again() -> None:
    declined = cases.declined()
    newer = cases.a_request(cases.order_of(declined))
    with pytest.raises(AskedAgain, match=newer.reference):
        looks_again(declined)


def test_money_that_comes_back_reopens_and_then_nothing_waits_for_an_answer_of_its_own() -> None:
    approved = cases.approved()
    member_writes(approved)
    transitions.reopen(approved, by=System("a test"), at=ANSWERED, reason="It bounced")
    assert cases.now(approved).unanswered_since is None


def test_money_that_arrives_answers_nobody() -> None:
    approved = cases.approved()
    member_writes(approved)
    transitions.settle(approved, by=System("a test"), at=ANSWERED)
    assert cases.now(approved).unanswered_since == WROTE


def test_nobody_answers_a_member_who_erased_the_account() -> None:
    declined = cases.declined()
    member_writes(declined)
    erase(olena(), at=ANSWERED)
    assert cases.now(declined).unanswered_since is None


def test_postgresql_lets_nothing_wait_for_an_answer_before_a_decision() -> None:
    waiting = RefundRequest.objects.filter(pk=cases.a_request().pk)
    with pytest.raises(IntegrityError, match="unanswered_once_decided"), transaction.atomic():
        waiting.update(unanswered_since=NOON)


def test_what_was_written_before_anybody_could_answer_waits_since_then() -> None:
    waits, answered, asked_before = cases.declined(), cases.declined(), cases.a_request()
    for refund_request in (waits, answered, asked_before):
        member_writes(refund_request)
    write_note(waits, body="Hm", token=uuid4(), by=petro(), at=ANSWERED)
    answers(answered, seen=answered.messages.get())
    RefundRequest.objects.update(unanswered_since=None)
    migration = importlib.import_module("makegood.refund_requests.migrations.0007_unanswered_since")
    with connection.cursor() as cursor:
        cursor.execute(migration.MARK_WAITING)
    assert [(row, row.unanswered_since) for row in requests_unanswered()] == [(waits, WROTE)]


@pytest.mark.django_db(transaction=True)
def test_two_representatives_answering_at_once_one_is_first_and_the_other_reads_it() -> None:
    declined = cases.declined()
    seen, first, second = member_writes(declined), petro(), roza()
    ends = at_once(
        lambda: answers(declined, by=first, seen=seen), lambda: answers(declined, by=second, seen=seen)
    )
    (sent,), (refusal,) = successes(ends), refusals(ends)
    assert isinstance(refusal, SomeoneWrote)
    assert refusal.messages == (sent,)


@pytest.mark.django_db(transaction=True)
def test_answering_and_looking_again_at_once_only_one_happens() -> None:
    declined = cases.declined()
    seen, first, second = member_writes(declined), petro(), roza()

    def answer() -> State:
        answers(declined, by=first, seen=seen)
        return State.DECLINED

    def again() -> State:
        looks_again(declined, by=second, seen=seen)
        return State.WAITING

    ends = at_once(answer, again)
    (won,), (refusal,) = successes(ends), refusals(ends)
    assert isinstance(refusal, SomeoneWrote | NotDecided)
    assert (cases.now(declined).state, cases.now(declined).unanswered_since) == (won, None)


@pytest.mark.django_db(transaction=True)
def test_two_looking_again_at_once_begin_one_round() -> None:
    declined, first, second = cases.declined(), petro(), roza()
    ends = at_once(lambda: looks_again(declined, by=first), lambda: looks_again(declined, by=second))
    assert [type(refusal) for refusal in refusals(ends)] == [MoveNotAllowed]
    assert cases.now(declined).round == 2
