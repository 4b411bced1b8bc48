"""Working days around days off that a case brings along as a list of dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.dates import Dates
from makegood.policy.bulk.numbers import Number, Whole
from makegood.policy.bulk.terms import call, case, every, two, whole
from makegood.policy.bulk.values import Listed, plain_in
from makegood.policy.bulk.working_days import WorkingDays
from makegood.policy.rules.calendars import LONGEST_COUNT
from makegood.policy.rules.types import Type


@dataclass(frozen=True)
class DaysOff:
    """Counts weekdays less the days off of a list; unknown where the list, or one of its days, is.

    A weekday is told by how many weekdays have come with it since the first date. So no loop over days is
    needed: the n-th day off after a day is passed where the weekdays up to it, less n, are fewer than the
    working days wanted.
    """

    dates: Dates
    listed: Listed

    def between(self, start: exp.Expr, end: exp.Expr) -> Number:
        """Return how many working days lie after `start` up to and with `end`, 0 where `end` is earlier."""
        one, other = self._reached(start), self._reached(end)
        day = self._off(terms.WHOLE_ITEM)
        passed = self._count(every((two(exp.GT, day, one), two(exp.LTE, day, other))))
        weekdays = self._weekdays.between(start, end)
        count = two(exp.Sub, self._named(weekdays.top.expr), passed)
        return Number(Whole(self._if_known("BIGINT", count), 0, LONGEST_COUNT))

    def add(self, start: exp.Expr, count: Number) -> exp.Expr:
        """Return the date so many working days later; unknown for a negative count and past the last year."""
        steps = self.dates.steps(count).expr
        wanted = every((two(exp.GTE, steps, whole(1)), two(exp.LTE, steps, whole(LONGEST_COUNT))))
        moved = self._moved(self._reached(start), self._named(case([(wanted, steps)])))
        return self._if_known("DATE", case([(two(exp.EQ, steps, whole(0)), start)], moved))

    def next(self, start: exp.Expr) -> exp.Expr:
        """Return the date itself where it is a working day, else the first one after it."""
        before = self._named(two(exp.Sub, self.dates.ordinal(start), whole(1)))
        moved = self._moved(self._named(self._weekdays.count(before)), whole(1))
        return self._if_known("DATE", moved)

    def _moved(self, start: exp.Expr, steps: exp.Expr) -> exp.Expr:
        """The day on which so many working days have come after so many weekdays."""
        day, place = self._off(terms.WHOLE_ITEM), self._off(terms.PLACE)
        before = self._count(two(exp.LTE, day, start))
        weekdays = two(exp.Sub, two(exp.Sub, day, start), two(exp.Sub, place, before))
        passed = self._count(every((two(exp.GT, day, start), two(exp.LT, weekdays, steps))))
        reached = self._named(two(exp.Add, two(exp.Add, start, steps), passed))
        return self.dates.of_ordinal(self._named(self._weekdays.ordinal_of(reached)))

    @cached_property
    def _weekdays(self) -> WorkingDays:
        return WorkingDays(self.dates, None)

    @cached_property
    def _in_order(self) -> exp.Expr | None:
        """The weekdays among the days off, each once, in order."""
        if self.listed.expr is None:
            return None
        ordinal = self._named(self.dates.ordinal(self._item))
        eve = self._named(two(exp.Sub, ordinal, whole(1)))
        come, before = (self._named(self._weekdays.count(each)) for each in (ordinal, eve))
        weekday = case([(two(exp.GT, come, before), come)])
        return self.dates.stages.over(terms.IN_ORDER, self.listed.expr, weekday)

    @cached_property
    def _item(self) -> exp.Expr:
        value = plain_in(self.listed.item(""))
        assert value.type is Type.DATE  # noqa: S101  # the checker lets days off be dates only
        return value.expr

    @cached_property
    def _unknown(self) -> exp.Expr:
        found = None
        if self.listed.expr is not None:
            lost = case([(terms.is_unknown(self._item), whole(1))], whole(0))
            most = self.dates.stages.over(terms.LARGEST, self.listed.expr, lost)
            found = two(exp.EQ, most, whole(1))
        return self._named(self.listed.otherwise(terms.TRUE, terms.FALSE, found))

    def _if_known(self, kind: str, found: exp.Expr) -> exp.Expr:
        return case([(self._unknown, terms.unknown(kind))], found)

    def _off(self, name: str) -> exp.Expr:
        """Something of the day off at hand, where there are any."""
        return whole(0) if self._in_order is None else terms.item(self._in_order.name, name)

    def _count(self, holds: exp.Expr) -> exp.Expr:
        """How many days off it holds of; 0 where the list is not told, be it empty or unknown."""
        if self._in_order is None or self.listed.expr is None:
            return whole(0)
        each = case([(holds, whole(1))], whole(0))
        found = call(terms.NARROW, self.dates.stages.over(terms.ADDED, self._in_order, each))
        return self._named(case([(terms.is_unknown(self.listed.expr), whole(0))], found))

    def _reached(self, day: exp.Expr) -> exp.Expr:
        return self._named(self._weekdays.count(self._named(self.dates.ordinal(day))))

    def _named(self, expression: exp.Expr) -> exp.Expr:
        return self.dates.stages.name(expression)
