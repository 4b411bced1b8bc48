"""The page of payment providers: what each promises, how its refunds stand, and no secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as installed
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from makegood.audit.actors import System
from makegood.audit.keeping_settings import keep_settings
from makegood.audit.setting import Setting
from makegood.desk.provider_words import promises_in_words
from makegood.refunds import of_a_provider, opening
from makegood.refunds.advancing import advance
from makegood.refunds.connected import Promises, all_providers, provider_of
from makegood.refunds.hearing import EventRefused, refuse
from makegood.refunds.states import State
from tests.desk.conftest import Desk
from tests.desk.scenes import a_manual_refund, a_refund
from tests.people import finn, petro

WEBHOOKS = System("webhooks")


def page(at_desk: Desk) -> str:
    response = at_desk(finn()).get("/desk/providers/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def part_of(name: str, body: str) -> str:
    """What stands on the sheet of one provider."""
    return body.split(f'aria-labelledby="provider-{name}"')[1].split("</section>")[0]


@pytest.mark.django_db
def test_every_provider_stands_there_with_its_promises(at_desk: Desk) -> None:
    body = page(at_desk)
    for name, provider in all_providers(connections=installed).items():
        for sentence in promises_in_words(provider.promises):
            assert sentence in part_of(name, body)
    assert "for 24 hours" in part_of("sandbox", body)
    assert "a person finds out" in part_of("manual", body)
    assert installed.MAKEGOOD_SANDBOX_SECRET not in body
    assert installed.MAKEGOOD_SANDBOX_WEBHOOK_SECRET not in body


@pytest.mark.django_db
def test_one_whose_settings_are_empty_is_not_connected(at_desk: Desk, settings: Settings) -> None:
    assert "not connected" not in part_of("sandbox", page(at_desk))
    settings.MAKEGOOD_SANDBOX_URL = settings.MAKEGOOD_SANDBOX_SECRET = ""
    body = page(at_desk)
    assert "not connected" in part_of("sandbox", body)
    assert "<code>MAKEGOOD_SANDBOX_SECRET</code>" in part_of("sandbox", body)
    assert "MAKEGOOD_SANDBOX_WEBHOOK_SECRET" not in part_of("sandbox", body)
    assert "not connected" not in part_of("manual", body)


@pytest.mark.django_db(transaction=True)
def test_its_refunds_trouble_and_last_answer_stand_under_it_alone(at_desk: Desk) -> None:
    refund = a_manual_refund()
    provider = provider_of(refund, connections=installed)
    advance(refund.pk, provider=provider, by=petro(), at=timezone.now())
    opening.hold(a_refund(), reason="The card is disputed", by=finn(), at=timezone.now())
    body = page(at_desk)
    manual, sandbox = part_of("manual", body), part_of("sandbox", body)
    assert "<dt>The provider needs something</dt> <dd> 1 </dd>" in manual
    assert "1 refund needs a look" in manual
    assert f'<a href="/desk/money/{refund.pk}/">Needs a person</a>' in manual
    assert "<dt>Held</dt> <dd> 1 </dd>" in sandbox
    assert "It has not answered anything yet." in sandbox


@pytest.mark.django_db
def test_many_are_counted_no_further_than_a_bound(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        opening.hold(a_refund(), reason="Disputed", by=finn(), at=timezone.now())
    assert of_a_provider.counts(["sandbox", "manual"]) == {("sandbox", State.HELD): 3}
    monkeypatch.setattr(of_a_provider, "COUNTED_UP_TO", 1)
    assert of_a_provider.counts(["sandbox"]) == {("sandbox", State.HELD): 2}
    monkeypatch.setattr("makegood.desk.views.providers.COUNTED_UP_TO", 1)
    assert "<dt>Held</dt> <dd> 1+ </dd>" in part_of("sandbox", page(at_desk))


@pytest.mark.django_db
def test_the_counts_and_the_last_answers_are_read_off_indexes() -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        of_a_provider.counts(["sandbox"])
        of_a_provider.last_answers(["sandbox", "manual"])
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in asked.captured_queries[:2]:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert "refund_by_provider" in plans[0]
    assert "refund_last_asked" in plans[1]


@pytest.mark.django_db
def test_refused_messages_and_changed_connections_are_its_history(at_desk: Desk) -> None:
    assert "No connection was changed, and no message was refused." in page(at_desk)
    at = timezone.now() - timedelta(hours=2)
    forged = EventRefused("forged", "The signature does not fit.")
    refuse(forged, provider="sandbox", body=b"{}", by=WEBHOOKS, at=at)
    for number, address in enumerate(["http://one.example", "http://two.example"]):
        url = Setting("MAKEGOOD_SANDBOX_URL", "…", False, False, True, address, address)
        other = Setting("MAKEGOOD_VENDOR", "…", True, False, True, str(number), str(number))
        keep_settings([url, other], by=System("web"), at=at + timedelta(hours=1))
    body = page(at_desk)
    assert "MAKEGOOD_SANDBOX_URL: <s>http://one.example</s> <b>http://two.example</b>" in body
    assert "MAKEGOOD_VENDOR: <s>" not in body
    assert body.index("Settings changed") < body.index("claiming to be from sandbox was refused: forged")


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        ({"key_window": timedelta(hours=1)}, "for 1 hour,"),
        ({"key_window": timedelta()}, "Does not recognise a repeated call"),
        ({"remembers_errors": True}, "even an error"),
        ({"can_look_up": True}, "Can be asked"),
        ({"final_is_async": False}, "Its answer is final"),
        ({"max_refund_age": timedelta(days=180)}, "up to 180 days old"),
        ({"caps_total": True}, "Refuses to refund more"),
    ],
)
def test_each_promise_has_its_words(promise: dict[str, object], told: str) -> None:
    base: dict[str, object] = {
        "key_window": timedelta(days=1),
        "key_max_length": 255,
        "remembers_errors": False,
        "can_look_up": False,
        "final_is_async": True,
        "max_refund_age": None,
        "caps_total": False,
    }
    without = " ".join(promises_in_words(Promises(**base)))  # type: ignore[arg-type]  # its own names
    assert told not in without
    assert told in " ".join(promises_in_words(Promises(**{**base, **promise})))  # type: ignore[arg-type]
