"""A sender killed with SIGKILL anywhere around the provider call loses nothing and pays nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from makegood.refunds.models import Attempt, Refund
from makegood.refunds.states import State
from tests.faults.sender import Order, Sender, running
from tests.refunds.conftest import manners, provider, sandbox, scene
from tests.refunds.scenes import SECRET, Scene

__all__ = ["manners", "provider", "sandbox", "scene"]

CRASHES = [
    *[("statement", number) for number in range(22)],
    *[("before the call", 0), ("after the call", 0)] * 4,
    *[("during the call", milliseconds) for milliseconds in (0, 1, 2, 3, 5, 8, 13, 21)],
    *[("any time", milliseconds) for milliseconds in range(1, 61, 5)],
]


@pytest.fixture
def sender(scene: Scene) -> Iterator[Sender]:
    with running(connection.settings_dict) as sender:
        yield sender


@pytest.mark.faults
def test_killed_anywhere_it_pays_each_refund_once(
    scene: Scene, sender: Sender, fault_runs: Callable[[int], int]
) -> None:
    deaths = 0
    for number in range(fault_runs(1_000)):
        crash, point = CRASHES[number % len(CRASHES)]
        refund = scene.refund()
        order = Order(refund.pk, scene.now.isoformat(), scene.sandbox.url, SECRET, crash, point)
        deaths += sender.obey(order)["killed"]
    assert deaths >= fault_runs(1_000) // 2
    recover_everything(scene)
    for refund in Refund.objects.all():
        assert refund.state == State.SETTLED
        assert len(scene.made_for(refund)) == 1
        assert refund.attempts.count() == 1


@pytest.mark.faults
def test_killed_again_while_recovering_it_still_pays_once(
    scene: Scene, sender: Sender, fault_runs: Callable[[int], int]
) -> None:
    for number in range(fault_runs(200)):
        refund = scene.refund()
        for again in range(3):
            crash, point = CRASHES[(number * 7 + again * 11) % len(CRASHES)]
            order = Order(refund.pk, scene.now.isoformat(), scene.sandbox.url, SECRET, crash, point)
            sender.obey(order)
            scene.pass_time(minutes=3)
    recover_everything(scene)
    assert all(len(scene.made_for(refund)) == 1 for refund in Refund.objects.all())


@pytest.mark.faults
def test_a_crash_point_is_where_it_says(scene: Scene, sender: Sender) -> None:
    """The harness itself: killed before the call there is an intent and no payment, after it both."""
    before, after = scene.refund(), scene.refund()
    for refund, crash in [(before, "before the call"), (after, "after the call")]:
        order = Order(refund.pk, scene.now.isoformat(), scene.sandbox.url, SECRET, crash, 0)
        assert sender.obey(order) == {"killed": True, "exit": None}
    assert set(Refund.objects.values_list("state", flat=True)) == {State.SENDING}
    assert Attempt.objects.count() == 2
    assert [len(scene.made_for(refund)) for refund in (before, after)] == [0, 1]
    recover_everything(scene)


def recover_everything(scene: Scene) -> None:
    """What the worker's periodic job does: look at everything that is due, until it has all arrived."""
    for how_long in ({"minutes": 3}, {"minutes": 3}, {"days": 1}, {"days": 7}):
        scene.pass_time(**how_long)
        for refund in Refund.objects.all():
            scene.advance(refund)
