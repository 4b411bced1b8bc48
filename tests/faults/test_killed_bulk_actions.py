"""A worker killed with SIGKILL in the middle of a bulk action: the next goes on, and each gets it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.bulk_actions import confirming
from makegood.bulk_actions.models import BulkAction, Kind
from makegood.bulk_actions.states import State
from makegood.bulk_actions.work import Work
from makegood.refund_requests.models import Message, RefundRequest
from tests.at_once import at_once
from tests.bulk_actions.scenes import BEGUN, carried_out, confirmed, ends, requests_of
from tests.cases import a_defect
from tests.faults.bulk_worker import Turn
from tests.faults.sender import Sender, running
from tests.people import NOON, a_lead

pytestmark = pytest.mark.django_db(transaction=True)

APART = 7
"""So many statements further each next death is: together they fall all over an item."""


@pytest.fixture
def worker() -> Iterator[Sender]:
    with running(connection.settings_dict, module="tests.faults.bulk_worker") as worker:
        yield worker


@pytest.mark.faults
def test_killed_again_and_again_each_request_gets_it_once(
    worker: Sender, fault_runs: Callable[[int], int]
) -> None:
    rows = requests_of(3)
    message, link = confirmed(rows), confirmed(rows[:2], Work(Kind.LINK, defect=a_defect()))
    deaths = [
        worker.obey(Turn(BEGUN.isoformat(), 1 + number * APART))["killed"]
        for number in range(fault_runs(400))
    ]
    assert sum(deaths) >= 3
    assert carried_out(message).state == carried_out(link).state == State.DONE
    assert ends(message) == [("done", "")] * 3
    assert ends(link) == [("left_out", "wrote")] * 2, "they were written to since"
    assert Message.objects.count() == 3
    assert set(Message.objects.values_list("refund_request", flat=True)) == {row.pk for row in rows}
    assert Event.objects.filter(action=Action.MESSAGE_FROM_US).count() == 3
    for action in (Action.BULK_BEGUN, Action.BULK_DONE):
        assert Event.objects.filter(action=action).count() == 2


def test_two_workers_at_once_do_each_request_once() -> None:
    action = confirmed(requests_of(4))
    again: list[Callable[[], BulkAction]] = [lambda: carried_out(action)] * 2
    assert [str(end) for end in at_once(*again) if isinstance(end, Exception)] == []
    assert carried_out(action).state == State.DONE
    assert Message.objects.count() == 4
    assert Event.objects.filter(action=Action.BULK_DONE).count() == 1


def test_stopped_in_the_middle_nothing_is_done_afterwards() -> None:
    action = confirmed(requests_of(4))
    calls: list[Callable[[], object]] = [
        lambda: carried_out(action),
        lambda: confirming.undo(action, by=a_lead(), at=BEGUN),
    ]
    at_once(*calls)
    stands = BulkAction.objects.get(pk=action.pk)
    done = action.items.filter(state="done").count()
    assert Message.objects.count() == done
    assert not action.items.filter(state="waiting").exists()
    assert stands.state in {State.TAKEN_BACK, State.STOPPED, State.DONE}
    if stands.state == State.STOPPED:
        stopped = Event.objects.get(action=Action.BULK_STOPPED)
        assert stopped.details["done"] == done
    assert stands.ended_at is not None
    assert RefundRequest.objects.filter(state="waiting", received_at=NOON).count() == 4
