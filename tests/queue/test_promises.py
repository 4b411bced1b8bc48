"""When the member hears from us: promised by the calendar in use, and recorded when we do not."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue.models import MissedPromise, Promise
from makegood.queue.promises import current, note_missed, promise
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from tests import cases
from tests.at_once import at_once, refusals
from tests.people import NOON, later, olena, petro


def promised(refund_request: RefundRequest, *, at: datetime = NOON) -> Promise:
    return promise(refund_request, at=at)


@pytest.mark.django_db
def test_a_request_that_came_in_has_a_promise() -> None:
    refund_request = cases.a_request()
    running = current(refund_request)
    assert running is not None
    assert running.made_at == NOON


@pytest.mark.django_db
def test_the_newest_promise_is_the_one_that_runs() -> None:
    refund_request = cases.a_request()
    newest = promised(refund_request, at=later(days=1))
    assert current(refund_request) == newest


@pytest.mark.django_db
def test_while_the_next_step_is_the_members_or_all_is_done_nothing_is_promised() -> None:
    asked = transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON)
    assert current(asked) is None
    assert current(cases.declined()) is None
    assert current(cases.now(transitions.answered(asked, by=olena(), at=later(days=4)))) is not None


@pytest.mark.django_db
def test_a_missed_promise_is_recorded_once() -> None:
    refund_request = cases.a_request()
    due = promised(refund_request).due_at
    assert note_missed(at=due) == 0
    assert note_missed(at=later(days=9)) == 1
    assert note_missed(at=later(days=9)) == 0
    assert MissedPromise.objects.get().promise.refund_request == refund_request
    assert Event.objects.filter(action=Action.PROMISE_MISSED, thread=refund_request.reference).count() == 1


@pytest.mark.django_db
def test_a_promise_that_a_later_one_replaced_is_not_missed() -> None:
    refund_request = cases.a_request()
    promised(refund_request, at=later(days=30))
    assert note_missed(at=later(days=20)) == 0


@pytest.mark.django_db
def test_a_promise_is_not_missed_while_we_wait_for_the_member() -> None:
    transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON)
    assert note_missed(at=later(days=30)) == 0


@pytest.mark.django_db(transaction=True)
def test_4_workers_noticing_at_once_record_it_once() -> None:
    cases.a_request()
    ends = at_once(*[lambda: note_missed(at=later(days=9))] * 4)
    assert refusals(ends) == []
    assert MissedPromise.objects.count() == Event.objects.filter(action=Action.PROMISE_MISSED).count() == 1


@pytest.mark.django_db
def test_nobody_unmakes_a_promise_and_none_is_made_of_the_past() -> None:
    refund_request = cases.a_request()
    with pytest.raises(DatabaseError, match="delete rows"), transaction.atomic():
        connection.cursor().execute("DELETE FROM queue_promise")
    with pytest.raises(IntegrityError, match="promise_of_the_future"), transaction.atomic():
        Promise.objects.create(refund_request=refund_request, made_at=NOON, due_at=NOON)
