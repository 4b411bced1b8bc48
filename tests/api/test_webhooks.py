"""What providers deliver: genuine events are stored once, everything else is refused and changes nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.refunds import hearing, retrying
from makegood.refunds.models import ExternalRefund, ProviderEvent, Refund, RefusedDelivery
from makegood.refunds.providers.sandbox.lies import EventLie
from makegood.refunds.providers.sandbox.postman import Postman
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.signatures import sign
from makegood.refunds.states import State
from tests.people import finn
from tests.refunds.conftest import manners, provider, sandbox, scene
from tests.refunds.scenes import WEBHOOK_SECRET, WORKER, Scene

__all__ = ["manners", "provider", "sandbox", "scene"]

EVENT = {
    "id": "evt_1",
    "type": "refund.updated",
    "object": {"id": "re_1", "charge": "ch_1", "metadata": {"attempt": "key-1"}},
}
BODY = json.dumps(EVENT).encode()


def deliver(
    client: Client,
    body: bytes = BODY,
    *,
    secret: str = WEBHOOK_SECRET,
    at: datetime | None = None,
    signature: str | None = None,
) -> int:
    if signature is None:
        signature = sign(body, secret=secret, at=at or timezone.now())
    response = client.post(
        "/api/webhooks/sandbox",
        body,
        content_type="application/json",
        headers={"Sandbox-Signature": signature},
    )
    return response.status_code


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=hearing.FOLLOW_UP).count()


@pytest.mark.django_db
def test_a_genuine_event_is_stored_and_followed_up_later(client: Client) -> None:
    assert deliver(client) == 200
    stored = ProviderEvent.objects.get()
    assert (stored.event_id, stored.charge_id, stored.key) == ("evt_1", "ch_1", "key-1")
    assert bytes(stored.body) == BODY
    assert jobs() == 1


@pytest.mark.django_db
def test_an_event_delivered_again_is_acknowledged_and_nothing_more(client: Client) -> None:
    assert [deliver(client), deliver(client)] == [200, 200]
    assert ProviderEvent.objects.count() == 1
    assert jobs() == 1


@pytest.mark.django_db
def test_an_event_of_a_refund_that_carries_something_longer_than_a_key_is_stored_without_it(
    client: Client,
) -> None:
    about = {"id": "re_1", "charge": "ch_1", "metadata": {"attempt": "k" * 256}}
    assert deliver(client, json.dumps(EVENT | {"object": about}).encode()) == 200
    assert ProviderEvent.objects.get().key == ""


@pytest.mark.django_db
def test_each_changed_byte_is_noticed(client: Client) -> None:
    signature = sign(BODY, secret=WEBHOOK_SECRET, at=timezone.now())
    for position in range(len(BODY)):
        changed = BODY[:position] + bytes([BODY[position] ^ 1]) + BODY[position + 1 :]
        assert deliver(client, changed, signature=signature) == 401
    assert not ProviderEvent.objects.exists()
    assert jobs() == 0


@pytest.mark.django_db
def test_each_changed_character_of_the_signature_is_noticed(client: Client) -> None:
    signature = sign(BODY, secret=WEBHOOK_SECRET, at=timezone.now())
    for position in range(len(signature)):
        changed = signature[:position] + chr(ord(signature[position]) ^ 1) + signature[position + 1 :]
        assert deliver(client, signature=changed) == 401
    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=",
        "v1=",
        "t=1,v1=",
        "nonsense",
        "t=١٢٣,v1=00",
        "t=1,t=2,v1=0",
        "t=-1,v1=0",
        "t=1e9,v1=0",
        "v1=é",
    ],
)
def test_no_signature_at_all_is_refused(client: Client, signature: str) -> None:
    assert deliver(client, signature=signature) == 401


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [-301, 301, -86_400 * 365, 86_400 * 365])
def test_a_replay_is_refused(client: Client, seconds: int) -> None:
    assert deliver(client, at=timezone.now() + timedelta(seconds=seconds)) == 401
    assert RefusedDelivery.objects.get().reason == "replayed"


@pytest.mark.django_db
def test_another_accounts_event_is_refused(client: Client) -> None:
    assert deliver(client, secret="the secret of another account") == 401


@pytest.mark.django_db
def test_a_secret_being_rotated_signs_twice(client: Client) -> None:
    now = timezone.now()
    new = sign(BODY, secret=WEBHOOK_SECRET, at=now)
    old = sign(BODY, secret="the old secret", at=now).split(",")[1]
    assert deliver(client, signature=f"{new},{old}") == 200


@pytest.mark.django_db
def test_ten_megabytes_are_refused_unread(client: Client) -> None:
    assert deliver(client, b"x" * 10_000_000) == 413
    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "event",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"id": "evt_1"}',
        json.dumps({**EVENT, "object": None}).encode(),
        json.dumps({**EVENT, "object": []}).encode(),
        json.dumps({**EVENT, "id": 7}).encode(),
        json.dumps({**EVENT, "id": ""}).encode(),
        json.dumps({**EVENT, "id": "e" * 256}).encode(),
        json.dumps({**EVENT, "id": "evt\x00"}).encode(),
        json.dumps({**EVENT, "id": "\ud800"}).encode(),
        json.dumps({**EVENT, "extra": float("inf")}).encode(),
        b'{"id": "\xff"}',
        b"[" * 60_000,
    ],
)
def test_what_is_signed_but_no_event_is_refused(client: Client, event: bytes) -> None:
    assert deliver(client, event) == 400
    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_a_security_event_and_a_flood_is_counted(client: Client) -> None:
    for _ in range(5):
        deliver(client, secret="guess")
    refusals = Event.objects.filter(action=Action.PROVIDER_EVENT_REFUSED)
    assert 1 <= refusals.count() <= 2  # two when the minute turned meanwhile
    assert sum(RefusedDelivery.objects.values_list("times", flat=True)) == 5
    assert refusals[0].actor_part == "sandbox webhook"


@pytest.mark.django_db
def test_a_provider_that_sends_nothing_is_refused(client: Client) -> None:
    assert client.post("/api/webhooks/manual", BODY, content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_an_unknown_provider_is_not_found(client: Client) -> None:
    assert client.post("/api/webhooks/nobody", BODY, content_type="application/json").status_code == 404


@pytest.mark.django_db
def test_reading_is_not_delivering(client: Client) -> None:
    assert client.get("/api/webhooks/sandbox").status_code == 405


@pytest.mark.django_db
def test_a_delivery_needs_no_csrf_token() -> None:
    assert deliver(Client(enforce_csrf_checks=True)) == 200


# What follows from events, over the whole way: the sandbox's own events, our door, our job.


@pytest.fixture
def hear(scene: Scene, client: Client) -> Callable[[list[Any]], None]:
    def hear(events: list[Any]) -> None:
        for event in events:
            body = json.dumps(event.body).encode()
            assert deliver(client, body) == 200
            stored = ProviderEvent.objects.get(event_id=event.id)
            hearing.follow_up(stored.pk, provider=scene.provider, by=WORKER, at=scene.now)

    return hear


def test_events_in_any_order_end_in_the_same_state(scene: Scene, hear: Callable[[list[Any]], None]) -> None:
    refund = scene.sent()
    scene.pass_time(days=7)
    events = scene.sandbox.book.untold_events()
    for order in itertools.permutations(events):
        hear([*order, order[0]])
        assert Refund.objects.get().state == State.SETTLED
    assert Event.objects.filter(subject_id=refund.pk, action=Action.REFUND_SUCCEEDED).count() == 1


def test_our_own_event_before_our_answer_is_our_refund(
    scene: Scene, hear: Callable[[list[Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event is heard while the sender still waits for the answer to its call."""
    refund, really_refund = scene.refund(), scene.provider.refund

    def answered_late(instruction: Any) -> Any:
        answer = really_refund(instruction)
        hear(scene.sandbox.book.untold_events())
        return answer

    monkeypatch.setattr(scene.provider, "refund", answered_late)
    assert scene.send(refund).state == State.PENDING
    assert not ExternalRefund.objects.exists()


def test_a_refund_made_in_the_dashboard_is_found_by_its_event(
    scene: Scene, hear: Callable[[list[Any]], None]
) -> None:
    payment = scene.payment()
    scene.sandbox.book.refund(payment.provider_reference, 100, "USD", attempt="", made_by="dashboard")
    hear(scene.sandbox.book.untold_events())
    assert ExternalRefund.objects.get().payment == payment


def test_an_old_event_after_a_retry_changes_nothing(scene: Scene, hear: Callable[[list[Any]], None]) -> None:
    refund = scene.after(scene.sent(Fate.FAILS), days=1)
    old = scene.sandbox.book.untold_events()
    retried = retrying.retry(refund, provider=scene.provider, by=finn(), at=scene.now)
    scene.advance(retried)
    hear(old)
    assert Refund.objects.get().state == State.PENDING
    assert Refund.objects.get().disagreed_at is None


def test_an_event_about_a_payment_that_is_not_ours_is_put_aside(scene: Scene, client: Client) -> None:
    deliver(client)
    stored = ProviderEvent.objects.get()
    outcome = hearing.follow_up(stored.pk, provider=scene.provider, by=WORKER, at=scene.now)
    assert outcome == "not our payment"


@pytest.mark.parametrize(
    "lies", [set(), {EventLie.TWICE}, {EventLie.REVERSED}, {EventLie.FORGED}, set(EventLie)]
)
def test_over_real_http_with_every_lie_about_events(
    scene: Scene, live_server: Any, lies: set[EventLie]
) -> None:
    scene.sent()
    scene.pass_time(days=9)
    scene.sandbox.liar.about_events = lies
    acknowledged = postman(scene.sandbox, f"{live_server.url}/api/webhooks/sandbox").deliver_due()
    assert acknowledged == ProviderEvent.objects.count() == 4
    assert RefusedDelivery.objects.exists() == (EventLie.FORGED in lies)
    for stored in ProviderEvent.objects.all():
        hearing.follow_up(stored.pk, provider=scene.provider, by=WORKER, at=scene.now)
    assert Refund.objects.get().state == State.SETTLED


def postman(sandbox: SandboxServer, url: str) -> Postman:
    return Postman(
        sandbox.book, sandbox.liar, sandbox.lock, url=url, secret=WEBHOOK_SECRET, write=sandbox.delivery
    )
