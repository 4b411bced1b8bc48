"""The first of a queue is moved in one statement that keeps all that `move` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import DateTimeField, F
from django.test.utils import CaptureQueriesContext

from makegood.audit import recording
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving_first import MoveFirst
from makegood.audit.recording import OutsideTransaction
from makegood.made_once import Given
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import MOVES, State
from tests import cases
from tests.at_once import at_once
from tests.people import NOON, later, petro

pytestmark = pytest.mark.django_db

WRITES = ("holder", "lease_until")


def takes_first(moves: Mapping[Any, frozenset[Any]] = MOVES, **more: Any) -> MoveFirst[RefundRequest]:
    rows = RefundRequest.objects.filter(queued_at__lte=Given("until", DateTimeField())).order_by("queued_at")
    named = {"to": State.EXAMINING, "action": Action.TAKEN, "writes": WRITES, "thread": "reference"}
    return MoveFirst(rows, moves=moves, **(named | more))


def taken_by(move: MoveFirst[RefundRequest], *, until: object = NOON) -> RefundRequest | None:
    return move(
        by=petro(),
        at=later(hours=1),
        changes={"holder": petro(), "lease_until": later(hours=2)},
        given={"until": until},
    )


def test_it_moves_the_first_and_writes_what_changes_with_it() -> None:
    second, first = cases.a_request(at=later(minutes=1)), cases.a_request()
    move = takes_first()
    assert taken_by(move, until=later(hours=1)) == first
    taken = taken_by(move, until=later(hours=1))
    assert taken == second == cases.now(second)
    assert {
        field.attname: getattr(taken, field.attname) for field in RefundRequest._meta.concrete_fields
    } == {
        field.attname: getattr(cases.now(second), field.attname)
        for field in RefundRequest._meta.concrete_fields
    }
    assert (taken.state, taken.holder, taken.lease_until) == (State.EXAMINING, petro(), later(hours=2))


def test_its_event_is_the_one_that_move_writes_and_the_listener_hears_it() -> None:
    one, other = cases.a_request(), cases.a_request(at=later(minutes=1))
    heard: list[Event] = []
    recording.listen(heard.append)
    try:
        taken_by(takes_first())
        transitions.take(other, by=petro(), at=later(hours=1))
    finally:
        recording._listeners.remove(heard.append)
    written = {each.subject_id: each for each in Event.objects.filter(action=Action.TAKEN)}
    differs = {"_state", "id", "subject_id", "thread"}
    told = [{name: value for name, value in vars(each).items() if name not in differs} for each in heard]
    assert told[0] == told[1]
    assert [written[each.subject_id].pk for each in heard] == [each.pk for each in heard]
    assert [(each.subject_id, each.thread) for each in heard] == [
        (each.pk, each.reference) for each in (one, other)
    ]
    assert written[one.pk].details == {"from": "waiting", "to": "examining"}


def test_what_the_moves_do_not_allow_is_not_moved() -> None:
    waiting = cases.a_request()
    assert taken_by(takes_first({State.ASKED: frozenset({State.EXAMINING})})) is None
    assert cases.now(waiting).state == State.WAITING
    assert not Event.objects.filter(action=Action.TAKEN).exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_refused_outside_a_transaction_like_every_event() -> None:
    cases.a_request()
    move = transaction.atomic(takes_first)()
    with pytest.raises(OutsideTransaction):
        taken_by(move)


def test_what_it_comes_behind_goes_along_in_one_message() -> None:
    first = cases.a_request()
    move = takes_first(behind=RefundRequest.objects.filter(queued_at=F("queued_at")).order_by("pk"))
    with CaptureQueriesContext(connection) as sent:
        assert taken_by(move) == first
    (message,) = [each for each in sent.captured_queries if "SKIP LOCKED" in each["sql"]]
    assert message["sql"].index("FOR NO KEY UPDATE;") < message["sql"].index("SKIP LOCKED")


@pytest.mark.django_db(transaction=True)
def test_what_somebody_has_locked_is_passed_over() -> None:
    first, second = cases.a_request(), cases.a_request(at=later(minutes=1))
    person = petro()
    move = transaction.atomic(takes_first)()
    with transaction.atomic():
        RefundRequest.objects.select_for_update(no_key=True).get(pk=first.pk)
        take = transaction.atomic(
            lambda: move(
                by=person,
                at=later(hours=1),
                changes={"holder": person, "lease_until": later(hours=2)},
                given={"until": later(hours=1)},
            )
        )
        assert at_once(take) == [second]
