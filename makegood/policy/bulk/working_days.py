"""Working days in a query: weekdays as a closed form, less the holidays passed, found by halving."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.dates import Dates
from makegood.policy.bulk.numbers import Number, Whole
from makegood.policy.bulk.terms import call, case, every, stepped, two, whole
from makegood.policy.rules.calendars import LONGEST_COUNT, public_holidays

FIRST_YEAR, LAST_YEAR = 1990, 2060
"""The years whose public holidays a query knows; a case outside of them stops the run."""
MOST_WEEKS = 10**7  # more than any count of days comes to


@lru_cache(maxsize=32)
def _weekday_holidays(country: str) -> tuple[date, ...] | None:
    """The holidays that fall on a weekday, in order; None for an unknown country."""
    found = public_holidays(country)
    if found is None:
        return None
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1))
    return tuple(day for day in days if day.weekday() < 5 and day in found)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Counts working days. `country`: whose holidays count, None for none but the weekends."""

    dates: Dates
    country: str | None

    def between(self, start: exp.Expr, end: exp.Expr) -> Number:
        """Return how many lie after `start` up to and with `end`, 0 where `end` is earlier."""
        if (off := self._holidays()) is None:
            return Number(Whole(terms.unknown("BIGINT"), 0, LONGEST_COUNT))
        name = self.dates.stages.name
        one, other = name(self._reached(start, off)), name(self._reached(end, off))
        apart = name(call(terms.DAYS, start, end))
        count = case(
            [
                (two(exp.LTE, apart, whole(0)), whole(0)),
                (two(exp.LTE, apart, whole(LONGEST_COUNT)), two(exp.Sub, other, one)),
            ]
        )
        return Number(Whole(count, 0, LONGEST_COUNT))

    def add(self, start: exp.Expr, count: Number) -> exp.Expr:
        """Return the date so many working days later; unknown for a negative count and past the last year."""
        if (off := self._holidays()) is None:
            return terms.unknown("DATE")
        steps = self.dates.steps(count).expr
        name = self.dates.stages.name
        wanted = every((two(exp.GTE, steps, whole(1)), two(exp.LTE, steps, whole(LONGEST_COUNT))))
        reached = name(case([(wanted, two(exp.Add, self._reached(start, off), steps))]))
        moved = self.dates.of_ordinal(name(self.ordinal_of(reached, off)))
        return case([(two(exp.EQ, steps, whole(0)), start), (wanted, moved)])

    def next(self, start: exp.Expr) -> exp.Expr:
        """Return the date itself where it is a working day, else the first one after it."""
        if (off := self._holidays()) is None:
            return terms.unknown("DATE")
        name = self.dates.stages.name
        ordinal = name(self.dates.ordinal(start))
        before = name(two(exp.Sub, ordinal, whole(1)))
        one, other = self.count(before, off), name(self.count(ordinal, off))
        reached = name(two(exp.Add, other, whole(1)))
        after = self.dates.of_ordinal(name(self.ordinal_of(reached, off)))
        return case([(two(exp.GT, other, one), start), (two(exp.EQ, other, one), after)])

    def _holidays(self) -> Collection[date] | None:
        return () if self.country is None else _weekday_holidays(self.country)

    def _reached(self, day: exp.Expr, off: Collection[date]) -> exp.Expr:
        """The working days since the first date, up to and with this one."""
        return self.count(self.dates.stages.name(self.dates.ordinal(day)), off)

    def count(self, ordinal: exp.Expr, off: Collection[date] = ()) -> exp.Expr:
        """Return them up to a day told by its ordinal: 5 of every 7 days, less the holidays among them."""
        from_one = two(exp.Add, ordinal, whole(7))  # not below 0 the day before the first
        weeks = self.dates.stages.name(call(terms.DIVIDED, from_one, whole(7), whole(MOST_WEEKS)))
        passed_of_week = two(exp.Sub, from_one, two(exp.Mul, weeks, whole(7)))
        of_week = self.dates.stages.name(two(exp.Add, passed_of_week, whole(1)))
        weekdays = case([(two(exp.GT, of_week, whole(5)), whole(5))], of_week)
        passed = two(exp.Add, two(exp.Mul, two(exp.Sub, weeks, whole(1)), whole(5)), weekdays)
        if not off:
            return passed
        self._inside(ordinal)
        steps = [(whole(day.toordinal() - 1), number) for number, day in enumerate(off, 1)]
        return two(exp.Sub, passed, stepped(ordinal, steps))

    def ordinal_of(self, reached: exp.Expr, off: Collection[date] = ()) -> exp.Expr:
        """Return the ordinal of the day on which so many working days have come since the first date."""
        if off:
            # A holiday, the n-th from 0, was passed once more working days came than there were before it.
            before = [_weekdays(day.toordinal() - 1) - number for number, day in enumerate(off)]
            steps = [(whole(count), number) for number, count in enumerate(before, 1)]
            reached = self.dates.stages.name(two(exp.Add, reached, stepped(reached, steps)))
        last = self.dates.stages.name(two(exp.Sub, reached, whole(1)))
        weeks = self.dates.stages.name(call(terms.DIVIDED, last, whole(5), whole(MOST_WEEKS)))
        of_week = two(exp.Sub, last, two(exp.Mul, weeks, whole(5)))
        ordinal = two(exp.Add, two(exp.Mul, weeks, whole(7)), of_week)
        if off:
            self._inside(self.dates.stages.name(ordinal))
        return ordinal

    def _inside(self, ordinal: exp.Expr) -> None:
        first, last = date(FIRST_YEAR, 1, 1).toordinal() - 1, date(LAST_YEAR, 12, 31).toordinal() - 1
        outside = terms.some((two(exp.LT, ordinal, whole(first)), two(exp.GT, ordinal, whole(last))))
        years = f"{FIRST_YEAR} to {LAST_YEAR}"
        self.dates.stages.refuse(
            self.dates.stages.name(outside),
            f"The public holidays of {self.country} are known for {years} here.",
        )


def _weekdays(ordinal: int) -> int:
    """How many weekdays have come up to and with the day of this ordinal, the first date's being 0."""
    weeks, of_week = divmod(ordinal, 7)
    return weeks * 5 + min(of_week + 1, 5)
