"""When the member hears from us: promised by the calendar in use, and recorded when we do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue import calendars
from makegood.queue.calendars import in_use, terms_of
from makegood.queue.models import MissedPromise, Promise
from makegood.queue.promises import current, due_at, note_missed, promise
from makegood.queue.working_time import Hours
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import RefundRequest
from tests import cases
from tests.at_once import at_once, refusals
from tests.people import NOON, later, ola, olena, petro


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


# The clock stands while the member is asked


def asked(refund_request: RefundRequest, *, at: datetime) -> RefundRequest:
    return transitions.ask_member(cases.taken(refund_request, at=at), by=petro(), at=at)


@pytest.mark.django_db
def test_the_clock_stands_while_the_member_is_asked_and_goes_on_with_the_answer() -> None:
    # Monday, 14:00 in Kyiv: due on Wednesday at 18:00. Asked on Tuesday, 17:00, answered on Friday, 16:00.
    waiting = asked(cases.a_request(), at=later(days=1, hours=3))
    transitions.answered(waiting, by=olena(), at=later(days=4, hours=2))
    running = current(cases.now(waiting))
    assert running is not None
    assert running.due_at == NOON.replace(day=30, hour=15), "2 hours on Friday, 8 of the 9 on Monday"
    assert running.continues is not None
    assert running.continues.left.total_seconds() == 10 * 3600


@pytest.mark.django_db
def test_a_promise_goes_on_by_the_calendar_it_was_made_by() -> None:
    waiting = asked(cases.a_request(), at=later(days=1, hours=3))
    edition = in_use()
    always = {weekday: Hours(0, 1440) for weekday in range(7)}
    terms = terms_of(edition)
    new = replace(terms, time=replace(terms.time, hours=always))
    calendars.change(edition.calendar, name="Always", terms=new, edition=1, by=ola(), at=later(days=2))
    transitions.answered(waiting, by=olena(), at=later(days=4, hours=2))
    running = current(cases.now(waiting))
    assert running is not None
    assert (running.edition, running.due_at) == (edition, NOON.replace(day=30, hour=15))


@pytest.mark.django_db
def test_who_answers_a_question_that_came_too_late_gets_a_new_promise() -> None:
    waiting = asked(cases.a_request(), at=later(days=9))
    assert MissedPromise.objects.count() == 1
    transitions.answered(waiting, by=olena(), at=later(days=10))
    running = current(cases.now(waiting))
    assert running is not None
    assert (running.continues, running.due_at) == (None, due_at(later(days=10)))


@pytest.mark.django_db
def test_an_old_promise_that_is_due_outside_working_hours_is_answered_with_a_new_one() -> None:
    waiting = cases.a_request()
    sunday = later(days=6)
    Promise.objects.create(refund_request=waiting, made_at=NOON, due_at=sunday)
    waiting = asked(waiting, at=later(days=5))
    transitions.answered(waiting, by=olena(), at=later(days=8))
    running = current(cases.now(waiting))
    assert running is not None
    assert (running.continues, running.due_at) == (None, due_at(later(days=8)))


# What was missed stays missed, though nobody looked before it was replaced


@pytest.mark.django_db
@pytest.mark.parametrize(
    "replaced",
    [
        lambda held: conversation.write_as_staff(
            held, body="Hello", token=uuid4(), by=petro(), at=later(days=9), seen_up_to=0
        ),
        lambda held: transitions.withdraw(held, by=olena(), at=later(days=9)),
        lambda held: transitions.ask_member(held, by=petro(), at=later(days=9)),
        lambda held: transitions.send_to_engineers(
            held, defect=cases.a_defect(), by=petro(), at=later(days=9)
        ),
    ],
)
def test_what_is_replaced_or_ended_after_its_time_was_missed(
    replaced: Callable[[RefundRequest], object],
) -> None:
    held = cases.taken(cases.a_request())
    replaced(held)
    assert MissedPromise.objects.get().promise == held.promises.earliest("id")
    assert cases.happened(held).count("promise_missed") == 1
    assert note_missed(at=later(days=10)) == 0


@pytest.mark.django_db
def test_a_late_decision_was_a_missed_promise_too() -> None:
    ready = cases.ready_to_decide()
    cases.refunded_by(ready, by=petro(), at=later(days=9))
    assert MissedPromise.objects.count() == 1


@pytest.mark.django_db
def test_after_a_decision_in_time_nothing_is_missed_when_it_is_reopened_long_after() -> None:
    transitions.reopen(cases.declined(), by=petro(), at=later(days=40), reason="A colleague reproduced it")
    assert not MissedPromise.objects.exists()


@pytest.mark.django_db
def test_nothing_was_missed_while_the_member_took_their_time() -> None:
    waiting = asked(cases.a_request(), at=NOON)
    transitions.answered(waiting, by=olena(), at=later(days=60))
    assert not MissedPromise.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_worker_and_representative_noticing_at_once_record_it_once() -> None:
    held, person = cases.taken(cases.a_request()), petro()

    def write() -> object:
        return conversation.write_as_staff(
            held, body="Hello", token=uuid4(), by=person, at=later(days=9), seen_up_to=0
        )

    ends = at_once(write, *[lambda: note_missed(at=later(days=9))] * 3)
    assert refusals(ends) == []
    assert MissedPromise.objects.count() == Event.objects.filter(action=Action.PROMISE_MISSED).count() == 1
