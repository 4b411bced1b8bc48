"""Whose days count: the zone of a policy, and the working days of a country."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
LONGEST_COUNT = 366 * 50
"""Days between two dates beyond which working days are not counted: such a pair is a mistake."""
COUNTRY = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<region>.+))?")
Holidays = Collection[date] | str | None
"""Days off besides Saturday and Sunday: dates, a country ("DE", "DE-BY" with its region), or none."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a policy. `country`: whose public holidays count where a rule names none."""

    zone: ZoneInfo
    country: str | None = None

    def day(self, at: date | datetime) -> date:
        """Return the calendar day, in the policy's zone, of a date or a moment."""
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def is_working(self, day: date, off: Holidays = None) -> bool | None:
        """Return whether a day is neither a weekend nor a holiday; None for an unknown country."""
        return None if (found := self.holidays(off)) is None else _is_working(day, found)

    def holidays(self, off: Holidays = None) -> Collection[date] | None:
        """Return the days off that `off`, or the policy, names; None for an unknown country."""
        named = self.country if off is None else off
        if named is None:
            return ()
        return public_holidays(named) if isinstance(named, str) else named

    def working_days(self, start: date, end: date, off: Holidays = None) -> int | None:
        """Return how many working days lie after `start` up to and with `end`, 0 where `end` is earlier.

        None for an unknown country, and for dates farther apart than LONGEST_COUNT.
        """
        days, found = (end - start).days, self.holidays(off)
        if found is None or days > LONGEST_COUNT:
            return None
        return sum(_is_working(start + DAY * step, found) for step in range(1, days + 1))

    def add_working_days(self, start: date, count: int, off: Holidays = None) -> date | None:
        """Return the day on which `count` working days after `start` have come; 0 is `start` itself.

        None for an unknown country, a negative count, one beyond LONGEST_COUNT, and past the last year.
        """
        found = self.holidays(off)
        if found is None or not 0 <= count <= LONGEST_COUNT:
            return None
        day, left = start, count
        while left:
            if day == date.max:
                return None
            day += DAY
            left -= _is_working(day, found)
        return day

    def next_working_day(self, day: date, off: Holidays = None) -> date | None:
        """Return the day itself where it is a working day, else the first one after it."""
        before = self.add_working_days(day, 1, off)
        return day if self.is_working(day, off) else before


def _is_working(day: date, off: Collection[date]) -> bool:
    return day.weekday() < calendar.SATURDAY and day not in off


@lru_cache(maxsize=256)
def public_holidays(country: str) -> Collection[date] | None:
    """Return the public holidays of an ISO 3166 country, with a region as "DE-BY"; None for no such one."""
    # A rule may name whatever a customer wrote, and the library takes any word of its own for a country.
    written = COUNTRY.fullmatch(country)
    if written is None:
        return None
    try:
        found: Collection[date] = holidays.country_holidays(written["country"], subdiv=written["region"])
    except NotImplementedError:  # how the library says that it knows no such country or region
        return None
    return found


def add_months(start: date, count: int) -> date:
    """Return the day so many months later; 31 January and one month is the last day of February."""
    months = start.year * 12 + start.month - 1 + count
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if count > 0 else date.min
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """Return how many months have passed whole from `start` to `end`; 0 where `end` is earlier."""
    months, reached = _months(start, end)
    return max(months if reached <= end.day else months - 1, 0)


def started_months(start: date, end: date) -> int:
    """Return how many months have begun; an exact month boundary does not begin a new one."""
    months, reached = _months(start, end)
    return max(months + 1 if reached < end.day else months, 0)


def _months(start: date, end: date) -> tuple[int, int]:
    """The months between two calendar months, and the day in the second that completes them."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months, min(start.day, calendar.monthrange(end.year, end.month)[1])
