"""The functions of the rule language as z3 terms; one that is not followed becomes a value that is free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import z3

from makegood.policy.checks.proofs import values
from makegood.policy.checks.proofs.days import Off, Years
from makegood.policy.checks.proofs.values import Known, Listing, Term, Value
from makegood.policy.checks.proofs.world import World
from makegood.policy.documents.policy import Policy
from makegood.policy.rules.calendars import public_holidays
from makegood.policy.rules.compiling import DAYS_OFF
from makegood.policy.rules.dialect import EACH
from makegood.policy.rules.functions import FARTHEST, HOUR_US, MOST_ROUNDED

MOST_COUNTRIES = 4
"""Countries among which the days off of one call are followed exactly."""
LONGEST_REST = 14
"""Days in a row that are no working days, at most, in any country."""


class Calls:
    """Encodes calls in the calendar of a policy. `free`: the functions whose results were left free."""

    def __init__(self, policy: Policy, world: World) -> None:
        self.policy, self.world = policy, world
        self.free: set[str] = set()

    @property
    def _years(self) -> Years:
        return self.world.years

    def call(self, name: str, arguments: Sequence[Value]) -> Value:
        """Return the result of a function that takes known values only."""
        taken = [each for each in arguments if isinstance(each, Known)]
        defined = values.both(each.defined for each in taken)
        terms = [each.value for each in taken]
        if name in DAYS_OFF:
            off_known, off = self._off(arguments[1 if name == "next_working_day" else 2 :])
            days = [self._day(each) for each in taken]
            reckoned = self._between if off is None else partial(self._working, off=off)
            return reckoned(name, values.both((defined, off_known)), days)
        if name in ("min", "max", "earliest", "latest"):
            pick = values.least if name in ("min", "earliest") else values.largest
            return Known(defined, pick(terms), taken[0].is_moment)
        if name in ("round", "floor", "ceil"):
            return self._rounded(name, defined, terms)
        if name == "hours":
            return Known(defined, z3.ToReal(terms[1] - terms[0]) / HOUR_US)
        if name == "add_hours":
            later = terms[0] + values.towards_zero(values.real(terms[1]) * HOUR_US)
            return Known(defined, later, is_moment=True)
        return self._of_days(name, defined, [self._day(each) for each in taken])

    def _day(self, value: Known) -> Term:
        """The day of a day or a moment; anything else as it is."""
        return self._years.day(value.value, self.policy.zone) if value.is_moment else value.value

    def _of_days(self, name: str, defined: Term, terms: Sequence[Term]) -> Value:
        first, *rest = terms
        simple: dict[str, Callable[[], Term]] = {
            "day": lambda: first,
            "days": lambda: rest[0] - first,
            "add_days": lambda: first + _steps(rest[0]),
            "months": lambda: self._years.months(first, rest[0]),
            "started_months": lambda: self._years.started_months(first, rest[0]),
            "add_months": lambda: self._years.add_months(first, _steps(rest[0])),
        }
        if name in simple:
            return Known(defined, simple[name]())
        parts: dict[str, Callable[[Term], Term]] = {
            "same_day": lambda day: day,
            "same_month": self._years.month,
            "same_year": self._years.year,
        }
        return values.when(defined, parts[name](first) == parts[name](rest[0]))

    def _off(self, given: Sequence[Value]) -> tuple[Term, Off | None]:
        """Where the days off are known, and what they are; None where they differ too much to be followed."""
        if not given:
            country = self.policy.front.country
            return values.YES, Off(((values.YES, country),) if country else ())
        if isinstance(given[0], Listing):
            items = [(item.there, self._day(item.values[EACH])) for item in given[0].items]  # type: ignore[arg-type]
            before = [tuple(day for _, day in items[:place]) for place in range(len(items))]
            return values.YES, Off(
                items=tuple((*item, earlier) for item, earlier in zip(items, before, strict=True))
            )
        assert isinstance(given[0], Known)  # noqa: S101  # a country
        named = z3.simplify(given[0].value)
        texts = self.world.texts
        texts = [texts[named.as_long()]] if z3.is_int_value(named) else texts
        countries = [text for text in texts if public_holidays(text) is not None]
        ways = tuple((named == self.world.text(country), country) for country in countries)
        return values.either(holds for holds, _ in ways), Off(ways) if len(ways) <= MOST_COUNTRIES else None

    def _working(self, name: str, defined: Term, days: Sequence[Term], off: Off) -> Value:
        first = days[0]
        if name == "working_days":
            passed = self._years.working(days[1], off) - self._years.working(first, off)
            return Known(defined, z3.If(days[1] > first, passed, z3.IntVal(0)))
        if name == "add_working_days":
            count = _steps(days[1])
            found = self._years.nth_working(first, count, off)
            return Known(z3.And(defined, count >= 0), z3.If(count > 0, found, first))
        before = self._years.working(first - 1, off)
        found = self._years.nth_working(first, z3.IntVal(1), off)
        return Known(defined, z3.If(self._years.working(first, off) > before, first, found))

    def _between(self, name: str, defined: Term, days: Sequence[Term]) -> Value:
        """A result of which only the bounds are said: cases found so are confirmed by deciding them."""
        self.free.add(name)
        found, first = z3.FreshInt(name), days[0]
        if name == "working_days":
            least, most = z3.IntVal(0), values.largest([days[1] - first, z3.IntVal(0)])
        elif name == "add_working_days":
            count = _steps(days[1])
            defined, least = z3.And(defined, count >= 0), first + count
            most = first + count * LONGEST_REST
        else:
            least, most = first, first + LONGEST_REST
        self._years.within += [z3.Implies(defined, z3.And(found >= least, found <= most))]
        return Known(defined, found)

    def _rounded(self, name: str, defined: Term, terms: Sequence[Term]) -> Value:
        if name == "floor":
            return Known(defined, values.whole(terms[0]))
        if name == "ceil":
            return Known(defined, -values.whole(-terms[0]))
        if len(terms) == 1:
            return Known(defined, values.half_up(terms[0], 1))
        places = z3.simplify(terms[1])
        if not z3.is_int_value(places) or not 0 <= places.as_long() <= MOST_ROUNDED:
            self.free.add(name)
            return Known(z3.FreshBool(name), z3.FreshReal(name))
        return Known(defined, values.half_up(terms[0], 10 ** places.as_long()))


def _steps(count: Term) -> Term:
    """A count of whole steps, no farther than a date can move."""
    steps = values.towards_zero(count)
    if z3.is_int_value(z3.simplify(steps)):
        return steps
    return values.least([values.largest([steps, z3.IntVal(-FARTHEST)]), z3.IntVal(FARTHEST)])
