"""Taking the next request: first come, first served, and never two people the same one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue import board
from makegood.queue.leases import MayNotTake, TooManyAtOnce, return_expired, take_next
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.holding import LEASE
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.people import NOON, ago, an_order, aud, finn, later, marta, ola, olena, petro, roza

pytestmark = pytest.mark.django_db


def waiting(count: int) -> list[RefundRequest]:
    """Requests that came in a minute apart, the earliest first, written latest first."""
    rows = [cases.a_request(at=later(minutes=minute)) for minute in reversed(range(count))]
    return rows[::-1]


def test_the_one_that_came_first_is_taken_first() -> None:
    first, second, third = waiting(3)
    assert [take_next(by=petro(), at=later(hours=1)) for _ in range(3)] == [first, second, third]


def test_nobody_waiting_is_nothing_to_take() -> None:
    assert take_next(by=petro(), at=NOON) is None


def test_whoever_takes_one_holds_it_until_the_lease_ends() -> None:
    cases.a_request()
    taken = take_next(by=petro(), at=later(minutes=5))
    assert taken is not None
    assert (taken.state, taken.holder, taken.lease_until) == (
        State.EXAMINING,
        petro(),
        later(minutes=5) + LEASE,
    )


@pytest.mark.django_db(transaction=True)
def test_taking_is_one_message_to_postgresql_and_its_transaction() -> None:
    waiting(2)
    person = petro()
    assert take_next(by=person, at=later(hours=1), limit=9)  # who never took one is given a row first
    with CaptureQueriesContext(connection) as sent:
        assert take_next(by=person, at=later(hours=1), limit=9)
    begin, _take, commit, told = [each["sql"] for each in sent.captured_queries]
    assert (begin, commit) == ("BEGIN", "COMMIT")
    assert "pg_notify" in told, "open pages are told once it is done"


def test_a_limit_of_none_at_all_gives_nothing() -> None:
    cases.a_request()
    with pytest.raises(TooManyAtOnce):
        take_next(by=petro(), at=NOON, limit=0)


@pytest.mark.parametrize("person", [olena, marta, finn, aud])
def test_only_those_who_examine_take_requests(person: Callable[[], User]) -> None:
    cases.a_request()
    with pytest.raises(MayNotTake):
        take_next(by=person(), at=NOON)


def test_the_owner_takes_requests_too() -> None:
    assert take_next(by=ola(), at=NOON) is None


@pytest.mark.django_db(transaction=True)
def test_two_representatives_taking_at_once_get_two_different_requests() -> None:
    requests, people = waiting(2), (petro(), roza())
    ends = at_once(*[lambda by=by: take_next(by=by, at=later(hours=1)) for by in people])
    assert refusals(ends) == []
    assert {taken.pk for taken in successes(ends) if taken} == {row.pk for row in requests}


@pytest.mark.django_db(transaction=True)
def test_8_people_taking_from_20_at_once_get_the_8_that_came_first() -> None:
    requests, people = waiting(20), [petro(), roza(), ola(), petro(), roza(), ola(), petro(), roza()]
    ends = at_once(*[lambda by=by: take_next(by=by, at=later(hours=1)) for by in people])
    taken = [row.pk for row in successes(ends) if row]
    assert refusals(ends) == []
    assert len(taken) == len(set(taken)) == 8
    assert set(taken) == {row.pk for row in requests[:8]}
    assert Event.objects.filter(action=Action.TAKEN).count() == 8


@pytest.mark.django_db(transaction=True)
def test_8_people_taking_the_last_one_at_once_one_gets_it_and_seven_get_nothing() -> None:
    (last,), person = waiting(1), petro()
    ends = at_once(*[lambda: take_next(by=person, at=later(hours=1))] * 8)
    assert refusals(ends) == []
    assert Event.objects.filter(action=Action.TAKEN, subject_id=last.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_a_colleague_is_taking_the_first() -> None:
    (first, second), person = waiting(2), roza()

    def take_without_waiting() -> RefundRequest | None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return take_next(by=person, at=later(hours=1))

    with transaction.atomic():
        RefundRequest.objects.select_for_update(no_key=True).get(pk=first.pk)
        assert at_once(take_without_waiting) == [second]


# Leases


def test_a_request_whose_holder_is_away_returns_to_its_place_before_the_others() -> None:
    first, second = waiting(2)
    take_next(by=petro(), at=later(hours=1))
    assert take_next(by=roza(), at=later(hours=1) + LEASE) == second
    assert take_next(by=roza(), at=later(hours=1, minutes=1) + LEASE) == first
    assert cases.happened(first)[-2:] == ["lease_expired", "taken"]


def test_a_lease_that_runs_to_this_moment_has_not_expired() -> None:
    held = cases.taken(cases.a_request())
    assert return_expired(at=NOON + LEASE) == 0
    assert return_expired(at=later(minutes=1) + LEASE) == 1
    assert (cases.now(held).state, cases.now(held).queued_at) == (State.WAITING, NOON)


def test_activity_keeps_the_lease_running() -> None:
    held = cases.taken(cases.a_request())
    token = held.form_token
    conversation.write_as_staff(
        held, body="Hello", token=token, by=petro(), at=later(minutes=29), seen_up_to=0
    )
    assert return_expired(at=later(minutes=31)) == 0


def test_only_requests_that_are_examined_have_leases_to_lose() -> None:
    transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON)
    assert return_expired(at=later(days=9)) == 0


def test_what_is_put_back_is_next_again_before_those_who_came_later() -> None:
    first, _ = waiting(2)
    transitions.put_back(
        take_next(by=petro(), at=NOON) or first, by=petro(), at=NOON, reason="I know the member"
    )
    assert take_next(by=roza(), at=later(hours=1)) == first


def test_after_the_members_answer_it_is_next_again_before_those_who_came_later() -> None:
    first, second = waiting(2)
    transitions.ask_member(cases.taken(first), by=petro(), at=NOON)
    transitions.answered(first, by=olena(), at=later(days=3))
    assert take_next(by=petro(), at=later(days=3)) == first
    assert take_next(by=petro(), at=later(days=3)) == second


# The board


def before(refund_request: RefundRequest) -> int:
    """How many requests are examined before this one, which waits."""
    place = board.place_of(refund_request)
    assert place is not None
    assert not place.is_more
    return place.before


def test_a_member_sees_how_many_are_before_them() -> None:
    first, second, third = waiting(3)
    assert [before(row) for row in (first, second, third)] == [0, 1, 2]
    take_next(by=petro(), at=later(hours=1))
    assert board.place_of(cases.now(first)) is None
    assert before(third) == 1


def test_of_two_that_came_in_the_same_moment_the_first_written_is_first() -> None:
    first, second = cases.a_request(), cases.a_request()
    assert (before(first), before(second)) == (0, 1)
    assert take_next(by=petro(), at=NOON) == first


def test_the_board_knows_how_many_wait_and_since_when() -> None:
    assert (board.length(), board.oldest_waiting_since()) == (0, None)
    waiting(2)
    cases.taken(cases.a_request(an_order(olena(), purchased_at=ago(days=3)), at=ago(days=1)))
    assert (board.length(), board.oldest_waiting_since()) == (2, NOON)
