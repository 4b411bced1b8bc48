"""Dates and moments in a query, as closed forms: no loop over days, nothing that depends on a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.numbers import Number, Reckoning, Whole, constant
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import call, case, some, two
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.functions import FARTHEST, HOUR_US

LAST = date.max.toordinal() - 1  # days since the first date
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_US = -62_135_596_800_000_000  # microseconds from 1970 to the first moment of the year 1 …
LATEST_US = 253_402_300_799_999_999  # … and to the last one of the year 9999
FAR_US = 10**18  # farther than any two moments


@dataclass(frozen=True, slots=True)
class Dates:
    """What the functions of dates come to. `zone`: whose calendar days count."""

    calendar: Calendar
    reckoning: Reckoning
    stages: Stages

    def day(self, value: exp.Expr, is_moment: bool) -> exp.Expr:
        """Return the calendar day, in the policy's zone, of a date or a moment."""
        if not is_moment:
            return self.stages.name(value)
        zone = terms.text(str(self.calendar.zone))
        return self.stages.name(call(terms.DAY, self.stages.name(value), zone))

    def days(self, start: exp.Expr, end: exp.Expr) -> Number:
        """Return the calendar days between two dates."""
        return Number(Whole(call(terms.DAYS, start, end), -LAST, LAST))

    def add_days(self, start: exp.Expr, count: Number) -> exp.Expr:
        """Return the date so many days later; beyond the calendar its last or first day."""
        steps = self.steps(count)
        if steps.constant and 0 <= steps.low <= LAST:
            late = terms.day(date.fromordinal(LAST + 1 - steps.low))
            moved = call(terms.PLUS_DAYS, start, steps.expr)
            return case([(two(exp.GT, start, late), terms.day(date.max))], moved)
        reached = self.stages.name(two(exp.Add, self.ordinal(start), steps.expr))
        return case(
            [
                (two(exp.GT, reached, terms.whole(LAST)), terms.day(date.max)),
                (two(exp.LT, reached, terms.whole(0)), terms.day(date.min)),
            ],
            self.of_ordinal(reached),
        )

    def add_months(self, start: exp.Expr, count: Number) -> exp.Expr:
        """Return the same day so many months later, or the last of that month."""
        steps = self.steps(count)
        reached = self.stages.name(two(exp.Add, self._months_of(start), steps.expr))
        last, first = date.max.year * 12 + 11, date.min.year * 12
        within = case([(two(exp.GTE, reached, terms.whole(first)), steps.expr)])
        return case(
            [
                (two(exp.GT, reached, terms.whole(last)), terms.day(date.max)),
                (two(exp.LT, reached, terms.whole(first)), terms.day(date.min)),
            ],
            call(terms.PLUS_MONTHS, start, within),
        )

    def months(self, start: exp.Expr, end: exp.Expr, *, started: bool) -> Number:
        """Return how many months have passed whole, or begun; 0 where `end` is earlier.

        The day of `end` completes a month when it is no earlier in it than `start` in its own, or its last.
        """
        between = two(exp.Sub, self._months_of(end), self._months_of(start))
        found = self.stages.name(between)
        one, other = call(terms.DAY_OF_MONTH, start), call(terms.DAY_OF_MONTH, end)
        if started:
            begun = two(exp.LT, one, other)
            found = case([(begun, two(exp.Add, found, terms.whole(1)))], found)
        else:
            is_last = two(exp.EQ, end, self._last_day(end))
            whole = some((two(exp.LTE, one, other), is_last))
            found = case([(whole, found)], two(exp.Sub, found, terms.whole(1)))
        found = self.stages.name(found)
        most = date.max.year * 12
        return Number(Whole(case([(two(exp.LT, found, terms.whole(0)), terms.whole(0))], found), 0, most))

    def same(self, part: str, one: exp.Expr, other: exp.Expr) -> exp.Expr:
        """Return whether two dates are in the same `day`, `month` or `year`."""
        if part == "day":
            return two(exp.EQ, one, other)
        if part == "month":
            return two(exp.EQ, self._months_of(one), self._months_of(other))
        return two(exp.EQ, call(terms.YEAR, one), call(terms.YEAR, other))

    def hours(self, start: exp.Expr, end: exp.Expr) -> Number:
        """Return the exact hours between two moments."""
        passed = two(exp.Sub, call(terms.MICROSECONDS, end), call(terms.MICROSECONDS, start))
        return Number(Whole(passed, -FAR_US, FAR_US), 0, constant(HOUR_US))

    def add_hours(self, start: exp.Expr, count: Number) -> exp.Expr:
        """Return the moment so many hours later, unknown beyond the calendar."""
        microseconds = self.reckoning.times(count, Number(constant(HOUR_US)))
        moved = self._clipped(self.reckoning.truncated(microseconds), FAR_US)
        reached = self.stages.name(two(exp.Add, call(terms.MICROSECONDS, start), moved.expr))
        first, last = terms.whole(EARLIEST_US), terms.whole(LATEST_US)
        inside = terms.every((two(exp.GTE, reached, first), two(exp.LTE, reached, last)))
        within = case([(inside, moved.expr)])
        return call(terms.PLUS_MICROSECONDS, start, within)

    def steps(self, count: Number) -> Whole:
        """A count of whole steps; a part of a step does not move a date."""
        return self._clipped(self.reckoning.truncated(count), FARTHEST)

    def _clipped(self, count: Whole, most: int) -> Whole:
        if count.constant:
            return constant(max(-most, min(most, count.low)))
        expr, low, high = self.stages.name(count.expr), max(count.low, -most), min(count.high, most)
        branches = []
        if count.high > most:
            branches.append((two(exp.GT, expr, terms.whole(most)), terms.whole(most)))
        if count.low < -most:
            branches.append((two(exp.LT, expr, terms.whole(-most)), terms.whole(-most)))
        clipped = case(branches, expr) if branches else expr
        return Whole(self.stages.name(call(terms.NARROW, clipped)), low, high)

    def ordinal(self, day: exp.Expr) -> exp.Expr:
        """The days since the first date, which is a Monday."""
        return call(terms.DAYS, terms.day(date.min), day)

    def of_ordinal(self, ordinal: exp.Expr) -> exp.Expr:
        """The date so many days after the first; unknown outside of the calendar."""
        inside = terms.every(
            (two(exp.GTE, ordinal, terms.whole(0)), two(exp.LTE, ordinal, terms.whole(LAST)))
        )
        return call(terms.PLUS_DAYS, terms.day(date.min), case([(inside, ordinal)]))

    def _months_of(self, day: exp.Expr) -> exp.Expr:
        """The months since the year 0 began."""
        years = two(exp.Mul, call(terms.YEAR, day), terms.whole(12))
        return two(exp.Sub, two(exp.Add, years, call(terms.MONTH, day)), terms.whole(1))

    def _last_day(self, day: exp.Expr) -> exp.Expr:
        """The last day of its month: a day that clamping a move from the 31st of a long month ends on."""
        back = two(exp.Sub, terms.whole(1), call(terms.MONTH, day))
        january = call(terms.PLUS_MONTHS, day, back)
        to_31 = two(exp.Sub, terms.whole(31), call(terms.DAY_OF_MONTH, january))
        on = two(exp.Sub, call(terms.MONTH, day), terms.whole(1))
        return call(terms.PLUS_MONTHS, call(terms.PLUS_DAYS, january, to_31), on)
