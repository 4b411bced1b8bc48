"""Who gets what: putting back, the limit, absence, products, and taking out of turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue import workers
from makegood.queue.leases import Away, MayNotChoose, TooManyAtOnce, take_next, take_particular
from makegood.queue.models import PutBack
from makegood.queue.turns import FOR_THE_SKILLED
from makegood.queue.workers import NOT_AGAIN, MayNotPlan
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from makegood.refund_requests.transitions import ReasonNeeded
from tests import cases
from tests.at_once import at_once, refusals
from tests.people import (
    NOON,
    a_lead,
    ago,
    an_order,
    lars,
    later,
    mail_sender,
    ola,
    olena,
    petro,
    roza,
    verifier,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def waiting(count: int) -> list[RefundRequest]:
    """Requests that came in a minute apart, the earliest first."""
    return [cases.a_request(at=later(minutes=minute)) for minute in range(count)]


def put_back(refund_request: RefundRequest) -> RefundRequest:
    return transitions.put_back(refund_request, by=petro(), at=NOON, reason="I know the member")


# Putting back


def test_what_one_put_back_goes_to_colleagues_at_once_and_to_oneself_later() -> None:
    first, second = waiting(2)
    put_back(cases.taken(first))
    assert take_next(by=petro(), at=NOON + NOT_AGAIN - 2 * MINUTE) == second
    assert take_next(by=petro(), at=NOON + NOT_AGAIN - MINUTE) is None
    assert take_next(by=petro(), at=NOON + NOT_AGAIN) == first


def test_a_colleague_gets_it_at_once() -> None:
    (first,) = waiting(1)
    put_back(cases.taken(first))
    assert take_next(by=roza(), at=later(minutes=1)) == first


def test_how_often_somebody_puts_back_is_counted_for_good() -> None:
    first, second = waiting(2)
    put_back(cases.taken(first))
    put_back(cases.taken(second))
    assert workers.put_backs_since(petro(), NOON) == 2
    assert workers.put_backs_since(petro(), later(minutes=1)) == workers.put_backs_since(roza(), NOON) == 0
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        PutBack.objects.all().delete()


# The limit


def test_who_has_as_many_as_the_limit_is_told_so() -> None:
    waiting(3)
    for _ in range(2):
        take_next(by=petro(), at=later(hours=1), limit=2)
    with pytest.raises(TooManyAtOnce, match="You already examine 2 requests"):
        take_next(by=petro(), at=later(hours=1), limit=2)
    assert take_next(by=roza(), at=later(hours=1), limit=2) is not None


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_take_one_more_than_the_limit() -> None:
    waiting(4)
    person = petro()
    ends = at_once(*[lambda: take_next(by=person, at=later(hours=1), limit=1)] * 4)
    assert [type(end) for end in refusals(ends)] == [TooManyAtOnce] * 3
    assert person.held_requests.count() == 1


# Absence


def test_whoever_is_away_gets_nothing_and_what_they_have_goes_back_to_its_place() -> None:
    first, second = waiting(2)
    cases.taken(first)
    assert workers.go_away(petro(), by=petro(), at=NOON) == [first]
    assert cases.happened(first)[-1] == "handed_back"
    assert "is away" in cases.event_of(first, Action.HANDED_BACK).sentence
    with pytest.raises(Away, match="marked as away"):
        take_next(by=petro(), at=later(hours=1))
    assert [take_next(by=roza(), at=later(hours=1)) for _ in range(2)] == [first, second]
    workers.come_back(petro(), by=petro(), at=later(hours=1))
    assert take_next(by=petro(), at=later(hours=2)) is not None


def test_answers_that_were_for_them_are_for_all() -> None:
    asked, answered = waiting(2)
    for one in (asked, answered):
        transitions.ask_member(cases.taken(one), by=petro(), at=NOON)
    transitions.answered(answered, by=olena(), at=later(minutes=5))
    workers.go_away(petro(), by=a_lead(), at=later(minutes=6))
    transitions.answered(asked, by=olena(), at=later(minutes=7))
    assert [take_next(by=roza(), at=later(minutes=8)) for _ in range(2)] == [asked, answered]


def test_away_twice_is_away_once_and_each_is_recorded() -> None:
    for _ in range(2):
        workers.go_away(petro(), by=petro(), at=NOON)
    for _ in range(2):
        workers.come_back(petro(), by=petro(), at=NOON)
    actions = Event.objects.filter(subject_kind="user", subject_id=petro().pk).values_list(
        "action", flat=True
    )
    assert list(actions.order_by("pk")) == [Action.WENT_AWAY, Action.CAME_BACK]


def test_only_a_lead_plans_the_work_of_others() -> None:
    with pytest.raises(MayNotPlan):
        workers.go_away(petro(), by=roza(), at=NOON)
    with pytest.raises(MayNotPlan):
        workers.come_back(petro(), by=roza(), at=NOON)
    with pytest.raises(MayNotPlan):
        workers.choose_products(petro(), [], by=petro(), at=NOON)


# Products


def about_two_products() -> tuple[RefundRequest, RefundRequest]:
    """One about Mail Sender, and a minute later one about the verifier."""
    sender = cases.a_request()
    order = an_order(lars(), verifier(), purchased_at=ago(days=3))
    return sender, cases.a_request(order, at=NOON + MINUTE)


def test_who_knows_the_product_goes_first_for_four_hours_and_then_everybody() -> None:
    sender, of_verifier = about_two_products()
    workers.choose_products(petro(), [verifier()], by=ola(), at=NOON)
    assert take_next(by=petro(), at=NOON + FOR_THE_SKILLED - 2 * MINUTE) == of_verifier
    assert take_next(by=petro(), at=NOON + FOR_THE_SKILLED - MINUTE) is None
    assert take_next(by=petro(), at=NOON + FOR_THE_SKILLED) == sender


def test_who_has_no_products_gets_all_in_turn() -> None:
    sender, of_verifier = about_two_products()
    workers.choose_products(petro(), [mail_sender()], by=ola(), at=NOON)
    workers.choose_products(petro(), [], by=ola(), at=NOON)
    assert [take_next(by=petro(), at=later(hours=1)) for _ in range(2)] == [sender, of_verifier]
    event = Event.objects.filter(action=Action.PRODUCTS_CHOSEN).earliest("pk")
    assert event.details == {"products": "mail-sender"}


def test_with_products_too_only_the_front_of_the_index_is_read() -> None:
    cases.a_request(at=ago(hours=5))
    workers.choose_products(petro(), [verifier()], by=ola(), at=NOON)
    with transaction.atomic():
        rows = workers.requests_for(petro(), at=NOON)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        assert "queue_in_turn" in rows.select_for_update(skip_locked=True, no_key=True)[:1].explain()


# Out of turn


def test_a_lead_takes_a_particular_one_for_a_reason_that_is_kept() -> None:
    _, second = waiting(2)
    taken = take_particular(second, by=a_lead(), at=NOON, reason="They called us")
    assert (taken.state, taken.holder) == (State.EXAMINING, a_lead())
    event = cases.event_of(second, Action.TAKEN_OUT_OF_TURN)
    assert (event.actor_id, event.details["reason"]) == (a_lead().pk, "They called us")


def test_not_without_a_reason_and_not_by_others() -> None:
    (first,) = waiting(1)
    with pytest.raises(ReasonNeeded):
        take_particular(first, by=a_lead(), at=NOON, reason=" ")
    with pytest.raises(MayNotChoose):
        take_particular(first, by=petro(), at=NOON, reason="I like it")
    assert cases.now(first).state == State.WAITING
