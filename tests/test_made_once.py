"""A query that is made once says what the QuerySet says, each time, for whatever is given."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from makegood.made_once import Given, MadeOnce
from makegood.orders.models import Order
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests import cases
from tests.at_once import at_once
from tests.people import NOON, later, marta, olena, petro

pytestmark = pytest.mark.django_db


def came_in_until() -> MadeOnce[RefundRequest]:
    rows = RefundRequest.objects.select_related("member", "holder").annotate(said=F("member__name"))
    rows = rows.exclude(member=Given("but", BigIntegerField())).order_by("queued_at")
    return MadeOnce(rows.filter(queued_at__lte=Given("until", DateTimeField())))


def test_it_asks_anew_each_time_with_what_is_given() -> None:
    first = cases.taken(cases.a_request())
    ask = came_in_until()
    assert ask(until=NOON, but=marta().pk) == [first]
    second = cases.a_request(at=later(minutes=1))
    assert ask(until=NOON, but=marta().pk) == [first]
    assert ask(until=later(minutes=1), but=marta().pk) == [first, second]
    assert ask(until=later(minutes=1), but=olena().pk) == []


def test_its_rows_carry_all_that_those_of_the_query_do() -> None:
    cases.taken(cases.a_request())
    ask, nobody = came_in_until(), marta().pk
    with CaptureQueriesContext(connection) as asked:
        (row,) = ask(until=NOON, but=nobody)
        told = (row.member.name, row.holder, row.said)  # type: ignore[attr-defined]  # annotated
    assert len(asked) == 1
    assert told == (olena().name, petro(), olena().name)


def test_what_is_fetched_along_is_of_the_rows_that_were_found() -> None:
    cases.a_request()
    ask = MadeOnce(
        Order.objects.filter(member=Given("whose", BigIntegerField())).prefetch_related("payments")
    )
    (order,) = ask(whose=olena().pk)
    with CaptureQueriesContext(connection) as asked:
        assert [payment.order_id for payment in order.payments.all()] == [order.pk]
    assert len(asked) == 0


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection() -> None:
    ask, nobody = came_in_until(), marta().pk
    with transaction.atomic():
        cases.a_request()  # seen here alone, until it is committed
        assert len(ask(until=NOON, but=nobody)) == 1
        assert at_once(lambda: ask(until=NOON, but=nobody)) == [[]]


def test_postgresql_keeps_its_plan_with_what_is_not_given_written_into_it() -> None:
    ask, nobody = MadeOnce(waiting_but(Given("but", BigIntegerField()))), marta().pk
    first = cases.a_request()
    for _ in range(4):
        assert ask(but=nobody) == [first]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, cardinality(parameter_types) FROM pg_prepared_statements")
        kept = [(text, given) for text, given in cursor.fetchall() if "100% sure" in text]
    ((text, given),) = kept
    assert given == 1
    assert "'waiting'" in text


def waiting_but(person: Given) -> QuerySet[RefundRequest]:
    rows = RefundRequest.objects.filter(state=State.WAITING).exclude(member=person)
    return rows.annotate(said=Value("100% sure")).filter(said="100% sure")
