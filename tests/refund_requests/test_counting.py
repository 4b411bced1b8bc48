"""PostgreSQL counts the requests of each state, in the transaction that moves one."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Count

from makegood.refund_requests import counting
from makegood.refund_requests.models import RefundRequest, StateCount
from makegood.refund_requests.states import State
from tests.at_once import at_once, refusals
from tests.cases import a_request, approved, taken
from tests.people import ago, an_order, lars, mei, petro, roza

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    return {state.value: number for state in State if (number := counting.count_in(state))}


def there_are() -> dict[str, int]:
    rows = RefundRequest.objects.values_list("state").annotate(number=Count("pk")).order_by()
    return dict(rows)


def test_the_counts_follow_every_move() -> None:
    a_request()
    assert counted() == {"waiting": 1}
    approved()
    taken(a_request(an_order(mei(), purchased_at=ago(days=3))))
    assert counted() == there_are() == {"waiting": 1, "examining": 1, "approved": 1}
    RefundRequest.objects.filter(state=State.EXAMINING).update(holder=None, lease_until=None, state="asked")
    assert counted() == there_are()


def test_what_did_not_happen_is_not_counted() -> None:
    with transaction.atomic():
        a_request()
        transaction.set_rollback(True)
    assert counted() == {}


def test_gathering_changes_no_count_and_leaves_one_row_a_state() -> None:
    approved()
    a_request(an_order(mei(), purchased_at=ago(days=3)))
    before = counted()
    counting.gather()
    counting.gather()
    assert counted() == before
    assert set(StateCount.objects.values_list("process", flat=True)) == {0}


def test_counting_asks_one_question_and_reads_no_request() -> None:
    a_request()
    with connection.execute_wrapper(_refuse_requests):
        assert counting.count_in(State.WAITING) == 1


def _refuse_requests(execute, sql, *rest):  # type: ignore[no-untyped-def]  # as Django calls it
    assert "refund_requests_refundrequest" not in sql
    return execute(sql, *rest)


@pytest.mark.django_db(transaction=True)
def test_processes_that_move_requests_at_once_count_all_of_them() -> None:
    for member in (mei(), lars()):
        for _ in range(3):
            a_request(an_order(member, purchased_at=ago(days=3)))
    waiting = list(RefundRequest.objects.all())
    people = [petro(), roza()]
    calls = [partial(taken, each, by=people[number % 2]) for number, each in enumerate(waiting)]
    assert refusals(at_once(*calls, counting.gather, counting.gather)) == []
    assert counted() == there_are() == {"examining": 6}
