"""The worker's jobs: enqueued with the change that needs them, and repaired when they are lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from makegood.refunds import hearing, tasks
from makegood.refunds.models import ProviderEventHandled, Refund
from makegood.refunds.moving import ADVANCE
from makegood.refunds.providers.base import Notice
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.states import State
from tests.jobs import work
from tests.refunds.scenes import Scene


@pytest.fixture(autouse=True)
def _sandbox_in_the_settings(scene: Scene) -> Iterator[None]:
    no_jobs()  # Django empties no table that it does not manage
    with override_settings(MAKEGOOD_SANDBOX_URL=scene.sandbox.url):
        yield


def no_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def waiting() -> list[dict[str, int]]:
    jobs = ProcrastinateJob.objects.filter(task_name=ADVANCE, status="todo").order_by("id")
    return [dict(arguments) for arguments in jobs.values_list("args", flat=True)]


def test_an_opened_refund_is_enqueued_with_its_opening(scene: Scene) -> None:
    refund = scene.refund()
    assert waiting() == [{"refund_id": refund.pk}]


def test_an_opening_that_is_rolled_back_enqueues_nothing(scene: Scene) -> None:
    payment = scene.payment()
    with transaction.atomic():
        scene.opened(payment)
        transaction.set_rollback(True)
    assert waiting() == []
    assert not Refund.objects.exists()


def test_a_worker_sends_what_was_opened(scene: Scene) -> None:
    scene.refund()
    work()
    assert Refund.objects.get().state == State.PENDING


def test_a_worker_follows_events_up(scene: Scene) -> None:
    refund = scene.sent()
    scene.pass_time(days=7)
    notice = Notice("evt_1", "refund.updated", refund.payment.provider_reference, "re_1", "")
    hearing.store(notice, provider="sandbox", body=b"{}", at=timezone.now())
    work()
    assert Refund.objects.get().state == State.SETTLED
    assert ProviderEventHandled.objects.get().outcome == "followed"


def test_a_refund_whose_job_was_lost_is_found(scene: Scene) -> None:
    refund = scene.refund()
    no_jobs()
    tasks.look_after(at(scene.now))
    assert waiting() == [{"refund_id": refund.pk}]


def test_a_job_that_waits_already_is_not_doubled(scene: Scene) -> None:
    scene.lie(Lie.CUTS_AFTER)
    scene.sent()
    no_jobs()
    for minute in range(2, 6):
        tasks.look_after(at(scene.now + timedelta(minutes=minute)))
    assert len(waiting()) == 1


def test_what_is_not_due_is_left_alone(scene: Scene) -> None:
    scene.sent()
    no_jobs()
    tasks.look_after(at(scene.now + timedelta(minutes=5)))
    assert waiting() == []


def test_every_payment_with_recent_refunds_is_compared_daily(scene: Scene) -> None:
    scene.sent()
    scene.pass_time(days=7)
    tasks.match_all(at(scene.now))
    work()
    assert Refund.objects.get().state == State.SETTLED


def at(moment: datetime) -> int:
    return int(moment.timestamp())
