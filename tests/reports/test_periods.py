"""The days of a report."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from makegood.reports.periods import ONE_DAY, Period, last_days, month_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(1, 400))
def test_what_it_is_compared_with_ends_where_it_begins(today: date, number: int) -> None:
    period = last_days(number, today=today)
    assert (period.length, period.last) == (number, today)
    assert period.before.last + ONE_DAY == period.first
    assert period.before.length == number or period.is_month


@given(DAYS)
def test_a_month_is_compared_with_the_month_before(day: date) -> None:
    month = month_of(day)
    assert month.first <= day <= month.last
    assert (month.first.day, (month.last + ONE_DAY).day) == (1, 1)
    assert month.before.is_month


def test_a_part_of_it_ends_earlier_or_is_none() -> None:
    november = month_of(date(2026, 11, 23))
    assert november == Period(date(2026, 11, 1), date(2026, 11, 30))
    assert november.until(date(2026, 11, 22)) == Period(date(2026, 11, 1), date(2026, 11, 22))
    assert november.until(date(2026, 12, 22)) == november
    assert november.until(date(2026, 10, 31)) is None
    assert len(list(november.days())) == 30


@given(DAYS, st.integers(1, 800))
def test_its_whole_months_are_all_that_lie_in_it(today: date, number: int) -> None:
    period = last_days(number, today=today)
    months = {month_of(day) for day in period.days()}
    inside = [month for month in months if period.first <= month.first and month.last <= period.last]
    expected = Period(min(m.first for m in inside), max(m.last for m in inside)) if inside else None
    assert period.whole_months == expected
