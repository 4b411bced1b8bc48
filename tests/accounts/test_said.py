"""Money and moments as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from makegood.accounts.templatetags import said
from makegood.money import Money

AT = datetime(2026, 11, 23, 22, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Kyiv", "24 November 2026, 00:14 Kyiv time"),
        ("America/New_York", "23 November 2026, 17:14 New York time"),
        ("America/Argentina/Buenos_Aires", "23 November 2026, 19:14 Buenos Aires time"),
        ("Asia/Ho_Chi_Minh", "24 November 2026, 05:14 Ho Chi Minh time"),
        ("UTC", "23 November 2026, 22:14 UTC"),
    ],
)
def test_a_deadline_names_its_zone(zone: str, words: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert f">{words}</time>" in said.deadline(AT)


def test_a_moment_is_exact_in_its_title() -> None:
    with timezone.override(ZoneInfo("Europe/Kyiv")):
        assert said.moment(AT) == (
            '<time datetime="2026-11-23T22:14:05Z" title="Tuesday, 24 November 2026, 00:14:05 (GMT+02:00)">'
            "24 November 2026, 00:14</time>"
        )


def test_the_last_minute_of_a_day_is_in_the_zone_that_counts_the_days() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        last = said.until(date(2026, 12, 2), ZoneInfo("Europe/Kyiv"))
    assert 'datetime="2026-12-02T21:59:00Z"' in last
    assert ">2 December 2026, 23:59 Kyiv time<" in last


def test_a_day_of_a_moment_is_the_day_it_is_there() -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert ">24 November 2026<" in said.day(AT)
    assert ">2 December 2026<" in said.day(date(2026, 12, 2))


def test_how_long_ago_it_was() -> None:
    assert "3 days ago" in said.ago(timezone.now() - timedelta(days=3))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 16, tzinfo=UTC), "in 17 hours"),
        (datetime(2026, 11, 25, 16, tzinfo=UTC), "in 1 day"),  # tomorrow, in 41 hours
        (datetime(2026, 11, 26, 16, tzinfo=UTC), "in 2 days"),
        (datetime(2026, 11, 22, 22, tzinfo=UTC), "1 day ago"),  # yesterday's first minute there
        (datetime(2026, 11, 22, 21, 59, tzinfo=UTC), "2 days ago"),
    ],
)
def test_days_are_counted_as_the_calendar_has_them(
    at: datetime, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=UTC)  # 01:00 on the 24th in Kyiv
    monkeypatch.setattr(timezone, "now", lambda: night)
    with timezone.override(ZoneInfo("Europe/Kyiv")):
        assert f">{words}<" in said.ago(at)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(Money(7900, "USD"), "$79.00"), (Money(9800, "JPY"), "¥9,800"), (Money(3000, "EUR"), "€30.00")],
)
def test_money_is_said_with_its_currency(amount: Money, words: str) -> None:
    assert said.money(amount) == words


def test_the_same_moment_is_said_anew_in_another_language_and_zone() -> None:
    at = datetime(2026, 11, 25, 16, tzinfo=UTC)
    told = set()
    for language in ("en", "de"):
        for zone in ("Europe/Kyiv", "Asia/Tokyo"):
            with translation.override(language), timezone.override(ZoneInfo(zone)):
                told |= {said.deadline(at), said.moment(at), said.day(at)}
    assert len(told) == 12
