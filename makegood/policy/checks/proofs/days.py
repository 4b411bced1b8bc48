"""Months, working days and moments as z3 terms: exact inside a stretch of years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import z3

from makegood.policy.checks.proofs.values import Term, chosen, largest, stepped, towards_zero
from makegood.policy.rules.calendars import public_holidays

DAY_US = 86_400_000_000  # microseconds
EPOCH = date(1970, 1, 1).toordinal()
MARGIN = 6  # years beyond the days facts may have, for days that are reckoned from them
SATURDAY = 6  # of the ordinals modulo 7, Sunday being 0


@dataclass(frozen=True, slots=True)
class Off:
    """Days off: by the country of a case, or items of a list (is it there, its day, the days before)."""

    countries: tuple[tuple[Term, str], ...] = ()
    items: tuple[tuple[Term, Term, tuple[Term, ...]], ...] = ()


class Years:
    """A stretch of years. Days are ordinals, moments microseconds since 1970, months count from year 0.

    `first` and `last` bound the days that facts may have; `within` collects what must hold of reckoned days
    for the terms to be exact.
    """

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = date(first, 1, 1), date(last, 12, 31)
        self._from, self._to = date(first - MARGIN, 1, 1), date(last + MARGIN, 12, 31)
        self.within: list[Term] = []

    def day(self, moment: Term, zone: ZoneInfo) -> Term:
        """Return the day of a moment in a zone."""
        steps = [(_microseconds(at), _shift(at, zone)) for at in _shifts(self._from, self._to, zone)]
        shifted = moment + stepped(moment, steps)
        return shifted / DAY_US + EPOCH

    def month(self, day: Term) -> Term:
        """Return the number of the month of a day: twelve a year."""
        self._inside(day)
        return stepped(day, [(ordinal, index) for index, ordinal in self._firsts])

    def year(self, day: Term) -> Term:
        """Return the year of a day."""
        return self.month(day) / 12

    def months(self, start: Term, end: Term) -> Term:
        """Return how many months have passed whole."""
        months, reached, day = self._between(start, end)
        return largest([z3.If(reached <= day, months, months - 1), z3.IntVal(0)])

    def started_months(self, start: Term, end: Term) -> Term:
        """Return how many months have begun."""
        months, reached, day = self._between(start, end)
        return largest([z3.If(reached < day, months + 1, months), z3.IntVal(0)])

    def add_months(self, start: Term, count: Term) -> Term:
        """Return the same day so many months later, or the last of that month."""
        month = self.month(start)
        later = month + towards_zero(count)
        self.within += [later >= self._firsts[0][0], later < self._firsts[-1][0]]
        place = start - self._first(month)
        return self._first(later) + z3.If(place < self._length(later), place, self._length(later) - 1)

    def working(self, day: Term, off: Off) -> Term:
        """Return how many working days there have been up to and with a day."""
        self._inside(day)
        weekdays = _weekdays(day)
        for there, item, earlier in off.items:
            counts = z3.And(there, item <= day, _is_weekday(item), *(item != other for other in earlier))
            weekdays = weekdays - z3.If(counts, 1, 0)
        holidays: Term = z3.IntVal(0)
        for holds, country in off.countries:
            days = _holidays(self._from, self._to, country)
            passed = stepped(day, [(0, 0), *((each, count) for count, each in enumerate(days, start=1))])
            holidays = chosen(holds, passed, holidays)
        return weekdays - holidays

    def nth_working(self, start: Term, count: Term, off: Off) -> Term:
        """Return the day on which so many working days have come, for 1 and more of them."""
        found = z3.FreshInt("working_day")
        self.within += [
            z3.Implies(count > 0, self.working(found, off) == self.working(start, off) + count),
            z3.Implies(count > 0, self.working(found - 1, off) == self.working(found, off) - 1),
        ]
        return found

    def _between(self, start: Term, end: Term) -> tuple[Term, Term, Term]:
        """The months between two days, the day in the second month that completes them, and its own day."""
        one, other = self.month(start), self.month(end)
        place, length = start - self._first(one) + 1, self._length(other)
        return other - one, z3.If(place < length, place, length), end - self._first(other) + 1

    def _first(self, month: Term) -> Term:
        return stepped(month, self._firsts)

    def _length(self, month: Term) -> Term:
        return self._first(month + 1) - self._first(month)

    def _inside(self, day: Term) -> None:
        self.within += [day >= self._from.toordinal(), day <= self._to.toordinal()]

    @cached_property
    def _firsts(self) -> list[tuple[int, int]]:
        """The number of each month, and its first day; one month more than there are."""
        months = range(self._from.year * 12, (self._to.year + 1) * 12 + 1)
        return [(month, date(month // 12, month % 12 + 1, 1).toordinal()) for month in months]


def _weekdays(day: Term) -> Term:
    """How many days from Monday to Friday there have been up to and with a day."""
    rest = day % 7
    return day / 7 * 5 + z3.If(rest > SATURDAY - 1, z3.IntVal(SATURDAY - 1), rest)


def _is_weekday(day: Term) -> Term:
    return z3.And(day % 7 >= 1, day % 7 < SATURDAY)


@lru_cache(maxsize=64)
def _holidays(first: date, last: date, country: str) -> tuple[int, ...]:
    """The public holidays that are no weekends."""
    found = public_holidays(country)
    days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    off = () if found is None else found
    return tuple(day.toordinal() for day in days if day.weekday() < SATURDAY - 1 and day in off)


@lru_cache(maxsize=64)
def _shifts(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """When the clocks of a zone change, to the minute, beginning with the first moment there is."""
    at = datetime(first.year, 1, 1, tzinfo=UTC)
    found, end = [at], datetime(last.year, 12, 31, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=1)
        if _shift(at, zone) != _shift(later, zone):
            found.append(_change(at, later, zone))
        at = later
    return tuple(found)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute in which a zone's clocks change."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if _shift(middle, zone) == _shift(before, zone) else (before, middle)
    return after.replace(second=0, microsecond=0)


def _shift(at: datetime, zone: ZoneInfo) -> int:
    shift = at.astimezone(zone).utcoffset()
    return 0 if shift is None else shift // timedelta(microseconds=1)


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
