"""The functions of the rule language, each against days that people can check on a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policy import Policy
from makegood.policy.rules import calendars
from makegood.policy.rules.calendars import Calendar

FACTS = """---
policy: small
version: "1"
in_force_from: 2020-01-01
calendar: Europe/Kyiv
holidays: DE
currency: EUR
---
# Small policy

## 1. All {#all}

We refund `paid` when **all** of these hold:

- it holds. `TRUE`

## Facts {#facts}

| Fact | Kind | Who tells us |
|---|---|---|
| `d` | date | order |
| `e` | date | order |
| `m` | moment | order |
| `l` | moment | order |
| `n` | number | order |
| `u` | number | order |
| `a` | yes/no | order |
| `paid` | money | order |
| `off` | list of dates | order |
| `text` | text | order |
| `parts` | list: paid_on date, amount money, reason text, counts yes/no | history |

## Terms {#terms}

| Term | Rule |
|---|---|
"""
PARTS = [
    {"paid_on": "2026-01-10", "amount": "5.00", "reason": "fee", "counts": True},
    {"paid_on": "2025-12-31", "amount": "7.50", "reason": "price", "counts": False},
]


def value(rule: str, **facts: object) -> Any:
    """Return what a rule comes to for these facts."""
    return Policy.parse(f"{FACTS}| `it` | `{rule}` |\n").term("it", facts)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("days(d, e)", {"d": "2026-11-02", "e": "2026-12-02"}, 30),
        ("days(d, m)", {"d": "2026-11-02", "m": "2026-12-02T22:30:00Z"}, 31),
        ("hours(m, l)", {"m": "2026-03-28T12:00:00+02:00", "l": "2026-03-29T12:00:00+03:00"}, 23),
        ("hours(m, l) <= 48", {"m": "2024-02-01T10:00:00Z", "l": "2024-02-03T10:00:01Z"}, False),
        ("months(d, e)", {"d": "2026-01-31", "e": "2026-02-28"}, 1),
        ("months(d, e)", {"d": "2026-01-15", "e": "2026-03-14"}, 1),
        ("months(d, e)", {"d": "2026-03-15", "e": "2026-01-15"}, 0),
        ("started_months(d, e)", {"d": "2026-01-15", "e": "2026-03-15"}, 2),
        ("started_months(d, e)", {"d": "2026-01-15", "e": "2026-03-16"}, 3),
        ("started_months(d, e)", {"d": "2026-01-15", "e": "2026-01-15"}, 0),
        ("add_days(d, 30)", {"d": "2026-11-02"}, date(2026, 12, 2)),
        ("add_days(d, 3999999)", {"d": "2026-11-02"}, date.max),
        ("add_months(d, 1)", {"d": "2026-01-31"}, date(2026, 2, 28)),
        ("add_months(d, -2)", {"d": "2026-01-31"}, date(2025, 11, 30)),
        (
            "add_hours(m, 1.5)",
            {"m": "2026-01-31T10:00:00Z"},
            datetime.fromisoformat("2026-01-31T11:30:00+00:00"),
        ),
        ("working_days(d, e)", {"d": "2026-12-23", "e": "2026-12-28"}, 2),
        ("working_days(d, e, off)", {"d": "2024-09-08", "e": "2024-09-23", "off": ["2024-09-16"]}, 10),
        ("working_days(d, e, text)", {"d": "2026-07-03", "e": "2026-07-04", "text": "US"}, 0),
        ("working_days(d, e, text)", {"d": "2026-07-03", "e": "2026-07-06", "text": "nowhere"}, None),
        ("working_days(d, e, text)", {"d": "2026-07-03", "e": "2026-07-06", "text": "__class__"}, None),
        ("day(add_hours(m, 3))", {"m": "9999-12-31T21:30:00Z"}, None),
        ("-(n * u) = 0 - n * u", {"n": "123456789012.123456789", "u": "123456789012.123456789"}, True),
        ("working_days(d, e)", {"d": "2026-07-06", "e": "2026-07-03"}, 0),
        ("working_days(d, e, off)", {"d": "2026-07-03", "e": "2026-07-06", "off": [None]}, None),
        ("add_working_days(d, 2)", {"d": "2026-12-24"}, date(2026, 12, 29)),
        ("next_working_day(d)", {"d": "2026-12-25"}, date(2026, 12, 28)),
        ("next_working_day(d)", {"d": "2026-12-28"}, date(2026, 12, 28)),
        ("day(m)", {"m": "2026-12-02T22:30:00Z"}, date(2026, 12, 3)),
        ("same_day(m, d)", {"m": "2026-12-02T22:30:00Z", "d": "2026-12-03"}, True),
        ("same_month(d, e)", {"d": "2026-04-01", "e": "2025-04-30"}, False),
        ("same_year(d, e)", {"d": "2026-01-01", "e": "2026-12-31"}, True),
        ("min(n, 3, u)", {"n": 5, "u": 4}, 3),
        ("earliest(d, e)", {"d": "2026-01-01", "e": "2025-12-31"}, date(2025, 12, 31)),
        (
            "latest(m, l)",
            {"m": "2026-01-01T00:00:00Z", "l": "2026-01-01T01:00:00+02:00"},
            datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        ),
        ("round(n / 3)", {"n": 8}, 3),
        ("round(n / 8, 2)", {"n": 1}, Decimal("0.13")),
        ("round(n)", {"n": "-2.5"}, -3),
        ("floor(n / 3)", {"n": -1}, -1),
        ("ceil(n / 3)", {"n": 1}, 1),
        ("n / u * u = n", {"n": 1, "u": 3}, True),
        ("n / u", {"n": 1, "u": 0}, None),
        ("choose(a, n, u)", {"a": True, "n": 1}, 1),
        ("choose(a, n, u)", {"n": 1, "u": 2}, None),
        ("choose(a, n, u)", {"n": 2, "u": 2}, 2),
        ("choose(a, 10, paid)", {"a": True}, 10),
        ("count(parts)", {"parts": PARTS}, 2),
        ("count(parts, same_year(each.paid_on, d))", {"parts": PARTS, "d": "2026-11-23"}, 1),
        ("count(off)", {"off": []}, 0),
        ("count(off)", {}, None),
        ("sum(parts, each.amount)", {"parts": PARTS}, Decimal("12.50")),
        ("sum(parts, each.amount, each.reason = 'fee')", {"parts": PARTS}, Decimal("5.00")),
        ("sum(parts, each.amount, each.counts)", {"parts": [*PARTS, {"amount": "1.00"}]}, None),
        ("any(off, each > d)", {"off": ["2026-01-02", None], "d": "2026-01-01"}, True),
        ("any(off, each > d)", {"off": ["2026-01-01", None], "d": "2026-01-01"}, None),
        ("all(off, each > d)", {"off": ["2026-01-01", None], "d": "2026-01-01"}, False),
        ("all(off, each > d)", {"off": [], "d": "2026-01-01"}, True),
    ],
)
def test_a_function_comes_to(rule: str, facts: dict[str, object], expected: object) -> None:
    assert value(rule, **facts) == expected


def test_thirty_days_are_not_720_hours_where_the_clock_changes() -> None:
    facts = {"m": "2026-10-01T12:00:00+03:00", "l": "2026-10-31T12:00:00+02:00"}
    assert value("days(m, l)", **facts) == 30
    assert value("hours(m, l)", **facts) == 721


def test_a_product_beyond_all_measure_is_unknown_and_not_slow() -> None:
    rule = " * ".join(["n"] * 60)
    assert value(rule, n="999999999999.999999999") is None


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(0, 600))
def test_months_and_add_months_are_each_others_reverse(start: date, count: int) -> None:
    end = calendars.add_months(start, count)
    assert calendars.whole_months(start, end) == count
    assert calendars.started_months(start, end) == count


@given(DAYS, DAYS)
def test_months_are_the_last_step_that_fits(start: date, end: date) -> None:
    months = calendars.whole_months(start, end)
    if end >= start:
        assert calendars.add_months(start, months) <= end < calendars.add_months(start, months + 1)


@given(DAYS, st.integers(0, 60))
def test_counting_working_days_undoes_adding_them(start: date, count: int) -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), "DE")
    end = calendar.add_working_days(start, count)
    assert end is not None
    assert calendar.working_days(start, end) == count


@given(DAYS)
def test_the_next_working_day_is_one_and_none_is_skipped(day: date) -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), "DE")
    found = calendar.next_working_day(day)
    assert found is not None
    assert calendar.is_working(found)
    assert not any(calendar.is_working(day + timedelta(days=step)) for step in range((found - day).days))


def test_moments_of_one_zone_are_apart_by_the_time_that_passed() -> None:
    kyiv = ZoneInfo("Europe/Kyiv")
    start, end = datetime(2026, 10, 1, 12, tzinfo=kyiv), datetime(2026, 10, 31, 12, tzinfo=kyiv)
    assert value("hours(m, l)", m=start, l=end) == 721
    assert value("add_hours(m, 721)", m=start) == end
