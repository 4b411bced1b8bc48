"""The days that a report is about, and the days before them that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(1)
LONGEST = timedelta(weeks=53)
"""A report covers a year and a little, so that no page reads more sums than that."""


@dataclass(frozen=True)
class Period:
    """All days from `first` to `last`, both of them in it."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """What it is compared with: for a whole month the month before, else as many days just before it."""
        if self.is_month:
            return month_of(self.first - ONE_DAY)
        return Period(self.first - ONE_DAY * self.length, self.first - ONE_DAY)

    @property
    def is_month(self) -> bool:
        """Whether it is one month from its first to its last day."""
        return self == month_of(self.first)

    @property
    def whole_months(self) -> Period | None:
        """The months that lie in it from their first to their last day; None where there are none."""
        first = self.first if self.first.day == 1 else month_of(self.first).last + ONE_DAY
        ends = month_of(self.last)
        last = self.last if self.last == ends.last else ends.first - ONE_DAY
        return Period(first, last) if first <= last else None

    def until(self, last: date) -> Period | None:
        """The part of it up to `last`; None when nothing of it is."""
        return Period(self.first, min(self.last, last)) if self.first <= last else None

    def days(self) -> Iterator[date]:
        """Each day of it."""
        return (self.first + ONE_DAY * n for n in range(self.length))


def last_days(number: int, *, today: date) -> Period:
    """So many days, today the last of them."""
    return Period(today - ONE_DAY * (number - 1), today)


def month_of(day: date) -> Period:
    """The month that `day` is in."""
    first = day.replace(day=1)
    following = (first + timedelta(weeks=5)).replace(day=1)
    return Period(first, following - ONE_DAY)
