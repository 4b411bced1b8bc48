"""The stand-ins deliver over real HTTP, late, twice, reversed and among forgeries: each event counts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from makegood.money import Money
from makegood.refunds.models import ProviderEvent, RefusedDelivery
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners, StandIn
from makegood.refunds.providers.sandbox.lies import EventLie
from tests.people import NOON
from tests.refunds.standing_in import STANDS, Meeting, connections, instruction

NAMES = ("2checkout", "paypal")


@pytest.fixture(params=NAMES)
def telling(
    request: pytest.FixtureRequest, tmp_path: Path, manners: Manners, live_server: Any, settings: LazySettings
) -> Iterator[tuple[Meeting, StandIn]]:
    """A stand-in whose events go to our own door."""
    name, there = request.param, STANDS[request.param].stand_in
    assert there
    told = replace(manners, webhook_url=f"{live_server.url}/api/webhooks/{name}")
    with there(tmp_path, told, clock=Clock(frozen=NOON)) as stand_in:
        for setting, value in vars(connections(name, stand_in.url)).items():
            setattr(settings, setting, value)
        yield Meeting(name, stand_in), stand_in


@pytest.mark.parametrize("lies", [set(), set(EventLie)])
def test_each_event_is_acknowledged_and_stored_once(
    telling: tuple[Meeting, StandIn], lies: set[EventLie]
) -> None:
    meeting, stand_in = telling
    wanted = instruction(meeting.captured(Money(10_000, "USD")), Money(2_500, "USD"))
    meeting.provider.refund(wanted)
    stand_in.book.advance(timedelta(days=9))
    stand_in.liar.about_events = lies
    for _ in range(3):  # a first answer may come too late on a busy machine; then it is delivered again
        stand_in.postman.deliver_due()
        stand_in.book.advance(timedelta(hours=1))
    assert stand_in.book.untold_events() == []
    assert ProviderEvent.objects.count() == 4
    assert set(ProviderEvent.objects.values_list("charge_id", flat=True)) == {wanted.charge_id}
    assert RefusedDelivery.objects.exists() == (EventLie.FORGED in lies)


def test_an_answer_without_the_receipt_is_none_for_who_wants_one(
    telling: tuple[Meeting, StandIn], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, stand_in = telling
    wanted = instruction(meeting.captured(Money(10_000, "USD")), Money(2_500, "USD"))
    meeting.provider.refund(wanted)
    monkeypatch.setattr("makegood.refunds.providers.twocheckout.signing.receipt", lambda *_, **__: "thanks")
    for _ in range(3):
        stand_in.postman.deliver_due()
        stand_in.book.advance(timedelta(hours=1))
    assert bool(stand_in.book.untold_events()) == (meeting.name == "2checkout")
