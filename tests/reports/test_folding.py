"""Folding marks into days, and forgetting what single people did."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from makegood.refund_requests import conversation
from makegood.reports.counted import OF_A_PERSON, Counted
from makegood.reports.folding import fold
from makegood.reports.models import DaySum, Mark
from makegood.reports.periods import Period, last_days
from makegood.reports.reading import own_numbers, totals, waiting_since
from tests.cases import a_request, ready_to_decide, refunded_by, taken
from tests.people import NOON, later, petro, roza

pytestmark = pytest.mark.django_db
KYIV, LIMA = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/Lima")


@pytest.mark.parametrize(("zone", "day"), [(KYIV, date(2026, 11, 24)), (LIMA, date(2026, 11, 23))])
def test_a_day_begins_at_midnight_in_the_zone_of_the_desk(zone: ZoneInfo, day: date) -> None:
    at = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    a_request(at=at)
    for _ in range(2):
        assert totals(Period(day, day), zone=zone).number(Counted.RECEIVED) == 1
        assert waiting_since(today=day, zone=zone) == {day: 1}
        fold(at=at, zone=zone)
    assert not Mark.objects.exists()


def test_many_marks_are_folded_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("makegood.reports.folding.AT_ONCE", 2)
    for _ in range(2):
        a_request()
    assert Mark.objects.count() == 6
    fold(at=NOON, zone=KYIV)
    day = NOON.date()
    assert (Mark.objects.count(), totals(Period(day, day), zone=KYIV).number(Counted.RECEIVED)) == (0, 2)


def test_who_is_taken_waits_no_more_and_leaves_nothing_behind() -> None:
    fold(at=NOON, zone=KYIV)
    held = a_request()
    fold(at=NOON, zone=KYIV)
    assert sum(waiting_since(today=NOON.date(), zone=KYIV).values()) == 1
    taken(held)
    assert waiting_since(today=NOON.date(), zone=KYIV) == {}
    fold(at=NOON, zone=KYIV)
    assert not DaySum.objects.filter(what=Counted.WAITING).exists()


def test_a_person_has_their_own_numbers_for_a_week() -> None:
    held = ready_to_decide()
    for hours in (1, 24 * 30):
        conversation.write_as_staff(
            held, body="Hello", token=uuid4(), by=petro(), at=later(hours=hours), seen_up_to=_newest(held)
        )
    refunded_by(held, by=petro(), at=later(hours=2))
    week = last_days(60, today=later(days=31).date())
    own = {"taken_by": 1, "decided_by": 1, "wrote_in_time_by": 2, "wrote_late_by": 1}
    assert own_numbers(petro().pk, week, zone=KYIV) == own
    assert set(own_numbers(roza().pk, week, zone=KYIV).values()) == {0}
    fold(at=NOON + timedelta(days=6), zone=KYIV)
    assert own_numbers(petro().pk, week, zone=KYIV) == own
    fold(at=NOON + timedelta(days=9), zone=KYIV)
    assert own_numbers(petro().pk, week, zone=KYIV) == dict.fromkeys(own, 0) | {"wrote_late_by": 1}
    fold(at=later(days=60), zone=KYIV)
    assert not DaySum.objects.filter(what__in=OF_A_PERSON).exists()


def _newest(held: object) -> int:
    newest = held.messages.order_by("-id").first()  # type: ignore[attr-defined]
    return newest.pk if newest else 0
