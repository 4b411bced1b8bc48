"""In turn: by the moment until which a request should be examined, read off the front of one index."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from makegood.audit.actors import System
from makegood.queue import board
from makegood.queue.leases import take_next
from makegood.queue.placing import place
from makegood.queue.promises import promise
from makegood.queue.turns import HEAD_START, Turn, examine_by
from makegood.refund_requests import policies, transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_before, requests_waiting
from tests import cases
from tests.people import NOON, ago, an_order, later, olena, petro, roza

KYIV = ZoneInfo("Europe/Kyiv")
MANY = 20_000
FILL = """
    INSERT INTO refund_requests_refundrequest
        (reference, member_id, ground, product_id, state, form_token, received_at, queued_at, examine_by,
         answers, round)
    SELECT 'M-' || number, member_id, ground, product_id, 'waiting', gen_random_uuid(), at, at,
        date_trunc('day', at) + interval '3 days', '{}', 1
    FROM refund_requests_refundrequest, generate_series(1, %s) AS number,
         LATERAL (SELECT queued_at + number * interval '1 second') AS t(at)
    WHERE id = %s
"""


def law(refund_request: RefundRequest, last_day: date) -> RefundRequest:
    """The law gives until `last_day`."""
    refund_request.law_until = last_day
    refund_request.save(update_fields=["law_until"])
    promised = refund_request.promises.earliest("id").due_at
    return place(refund_request, promised_until=promised, zone=KYIV)


moments = some.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31), timezones=some.just(UTC)
)
waits = some.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9))


@given(came_in=moments, promised=waits, law_until=some.none() | moments)
def test_a_request_that_comes_in_after_the_moment_of_another_never_goes_before_it(
    came_in: datetime, promised: timedelta, law_until: datetime | None
) -> None:
    waits_until = examine_by(came_in=came_in, promised_until=came_in + promised, law_until=law_until)
    assert came_in <= waits_until <= came_in + promised
    comes_in = waits_until + timedelta(microseconds=1)
    hurried = examine_by(came_in=comes_in, promised_until=comes_in, law_until=came_in)
    assert Turn(waits_until, came_in, 2) < Turn(hurried, comes_in, 1)


def test_a_day_of_the_law_goes_before_what_came_in_on_the_same_day_and_not_before_the_day_before() -> None:
    promised, law_until = later(days=2), later(days=14)
    by_law = examine_by(came_in=NOON, promised_until=promised, law_until=law_until)
    assert by_law == promised - HEAD_START
    the_day_before = examine_by(came_in=ago(days=1), promised_until=later(days=1), law_until=None)
    assert Turn(the_day_before, ago(days=1), 1) < Turn(by_law, NOON, 2) < Turn(promised, ago(hours=3), 3)


@pytest.mark.django_db
def test_what_the_law_wants_answered_is_taken_before_what_came_in_earlier_that_day() -> None:
    yesterday = cases.a_request(at=ago(days=1))
    earlier = cases.a_request(at=ago(hours=3))
    by_law = law(cases.a_request(), date(2026, 12, 7))
    assert [take_next(by=petro(), at=later(hours=1)) for _ in range(3)] == [yesterday, by_law, earlier]


@pytest.mark.django_db
def test_the_policy_document_names_the_last_day_that_the_law_gives() -> None:
    text = cases.POLICY.read_text()
    text = text.replace('version: "2026-11"', 'version: "2026-11-law"').replace("2010-01-01", "2010-01-02", 1)
    term = "| `last_day_to_answer` | `add_days(received_on, 14)` | by law answered until {} |"
    text = text.replace("| `last_day_to_ask` |", f"{term}\n| `last_day_to_ask` |", 1)
    policies.publish(text=text, by=System("a test"), at=NOON)
    asked = cases.send(cases.a_form(an_order(olena(), purchased_at=ago(days=2))))
    assert asked.law_until == date(2026, 12, 7)
    assert asked.examine_by == asked.promises.get().due_at - HEAD_START


@pytest.mark.django_db
def test_without_a_day_of_the_law_the_place_is_the_first_promise_and_later_ones_move_nobody() -> None:
    asked = cases.a_request()
    assert (asked.law_until, asked.examine_by) == (None, asked.promises.get().due_at)
    promise(asked, at=later(days=1))
    transitions.ask_member(cases.taken(asked), by=petro(), at=NOON)
    back = transitions.answered(cases.now(asked), by=olena(), at=later(days=3))
    assert (back.examine_by, back.queued_at) == (asked.examine_by, NOON)


@pytest.mark.django_db
def test_the_database_refuses_a_moment_before_the_request_came_in() -> None:
    asked = cases.a_request()
    with pytest.raises(IntegrityError, match="refund_request_turn_not_before_it_came"), transaction.atomic():
        RefundRequest.objects.filter(pk=asked.pk).update(examine_by=ago(minutes=1))


@pytest.mark.django_db
def test_one_whose_promise_is_not_written_yet_goes_by_when_it_came_in() -> None:
    first, second = cases.a_request(), cases.a_request(at=later(minutes=1))
    RefundRequest.objects.filter(pk=second.pk).update(examine_by=None)
    assert take_next(by=petro(), at=later(hours=1)) == second
    assert list(requests_waiting()) == [first]


@pytest.mark.django_db
def test_however_many_wait_only_the_front_of_the_index_is_read() -> None:
    first = cases.a_request(at=datetime.combine(NOON, time(0, 30), tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute(FILL, [MANY, first.pk])
        cursor.execute("ANALYZE refund_requests_refundrequest")
    next_one = requests_waiting().exclude(member=roza()).select_for_update(skip_locked=True, no_key=True)[:1]
    assert read_from_index(next_one) == 1
    late = RefundRequest.objects.get(reference=f"M-{MANY - 100}")
    assert read_from_index(board.before(late)) == board.COUNTED_UP_TO + 1
    early = RefundRequest.objects.get(reference="M-7")
    assert read_from_index(board.before(early)) == requests_before(early).count()


def read_from_index(rows: Any) -> int:
    """How many entries of `queue_in_turn` PostgreSQL reads for `rows`, by its own account."""
    node = json.loads(rows.explain(analyze=True, format="json"))[0]["Plan"]
    while "Plans" in node:
        assert node["Node Type"] in {"Limit", "LockRows"}
        node = node["Plans"][0]
    assert node["Index Name"] == "queue_in_turn"
    return int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))
