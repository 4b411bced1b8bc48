"""The functions of the rule language: what each takes, what it gives, and how it is reckoned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.policy.rules import calendars, numbers
from makegood.policy.rules.calendars import Calendar
from makegood.policy.rules.types import DAYS, ORDERED, Type

HOUR_US = 3_600_000_000  # microseconds
MOST_ROUNDED = 9  # places before and after the point to which `round` goes
FARTHEST = 4_000_000  # days, hours or months that a date can move; beyond lies the end of the calendar

Typed = Callable[[Sequence[Type]], Type | None]
Made = Callable[[Calendar], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `typed` gives the type for the types of its arguments, None where it cannot take them.

    `made` returns what reckons it in a calendar: known values in, a value or None (unknown) out.
    """

    shape: str
    typed: Typed
    made: Made


def _exactly(result: Type, *wanted: frozenset[Type], off: bool = False) -> Typed:
    """The types a function takes, one set for each argument; `off`: and days off may follow."""

    def typed(given: Sequence[Type]) -> Type | None:
        fits = len(given) in ({len(wanted), len(wanted) + 1} if off else {len(wanted)})
        fits = fits and all(each in allowed for each, allowed in zip(given, wanted, strict=False))
        return result if fits and all(each in OFF for each in given[len(wanted) :]) else None

    return typed


def _alike(among: frozenset[Type]) -> Typed:
    """Two or more of one type, which is the result's."""
    return lambda given: given[0] if len(given) > 1 and len(set(given)) == 1 and given[0] in among else None


def _rounded(given: Sequence[Type]) -> Type | None:
    return (
        given[0]
        if len(given) in (1, 2) and given[0] in AMOUNTS and given[1:] in ([], [Type.NUMBER])
        else None
    )


def _whole(given: Sequence[Type]) -> Type | None:
    return given[0] if len(given) == 1 and given[0] in AMOUNTS else None


NUMBER, MOMENT, DATES = frozenset({Type.NUMBER}), frozenset({Type.MOMENT}), frozenset({Type.DATE})
OFF = frozenset({Type.LIST, Type.TEXT})
AMOUNTS = frozenset({Type.NUMBER, Type.MONEY})


def _days(own: Calendar) -> Callable[..., Any]:
    return lambda start, end: Decimal((own.day(end) - own.day(start)).days)


def _working_days(own: Calendar) -> Callable[..., Any]:
    def reckoned(start: date, end: date, off: calendars.Holidays = None) -> Decimal | None:
        found = own.working_days(own.day(start), own.day(end), _days_off(own, off))
        return None if found is None else Decimal(found)

    return reckoned


def _add_working_days(own: Calendar) -> Callable[..., Any]:
    def reckoned(start: date, count: Decimal, off: calendars.Holidays = None) -> date | None:
        return own.add_working_days(own.day(start), _steps(count), _days_off(own, off))

    return reckoned


def _next_working_day(own: Calendar) -> Callable[..., Any]:
    return lambda day, off=None: own.next_working_day(own.day(day), _days_off(own, off))


def _days_off(own: Calendar, off: Any) -> calendars.Holidays:
    """The days off as dates or a country; a list with an unknown item is taken without it by nobody."""
    return off if off is None or isinstance(off, str) else frozenset(own.day(each) for each in off)


def _hours(own: Calendar) -> Callable[..., Any]:
    return lambda start, end: Fraction((end - start) // timedelta(microseconds=1), HOUR_US)


def _add_days(own: Calendar) -> Callable[..., Any]:
    def reckoned(start: date | datetime, count: numbers.Number) -> date:
        try:
            return own.day(start) + timedelta(days=_steps(count))
        except OverflowError:  # beyond the calendar: later, or earlier, than every date it is compared with
            return date.max if count > 0 else date.min

    return reckoned


def _add_hours(own: Calendar) -> Callable[..., Any]:
    def reckoned(start: datetime, count: numbers.Number) -> datetime | None:
        try:
            later = start + timedelta(microseconds=int(Fraction(count) * HOUR_US))
            later.astimezone(own.zone)  # raises at the ends of time, where the zone has no such day
        except OverflowError:
            return None
        return later

    return reckoned


def _add_months(own: Calendar) -> Callable[..., Any]:
    return lambda start, count: calendars.add_months(own.day(start), _steps(count))


def _months(counted: Callable[[date, date], int]) -> Made:
    return lambda own: lambda start, end: Decimal(counted(own.day(start), own.day(end)))


def _same(part: Callable[[date], Any]) -> Made:
    return lambda own: lambda one, other: part(own.day(one)) == part(own.day(other))


def _steps(count: numbers.Number) -> int:
    """A count of whole steps; a part of a step does not move a date."""
    return max(-FARTHEST, min(FARTHEST, int(count)))


def _always(function: Callable[..., Any]) -> Made:
    return lambda _own: function


def _round(number: numbers.Number, places: Decimal = Decimal(0)) -> Decimal:
    return numbers.half_up(number, max(-MOST_ROUNDED, min(MOST_ROUNDED, int(places))))


FUNCTIONS: Mapping[str, Function] = {
    "days": Function(
        "days(from, to): calendar days between two dates", _exactly(Type.NUMBER, DAYS, DAYS), _days
    ),
    "hours": Function(
        "hours(from, to): exact hours between two moments", _exactly(Type.NUMBER, MOMENT, MOMENT), _hours
    ),
    "months": Function(
        "months(from, to): months that have passed whole",
        _exactly(Type.NUMBER, DAYS, DAYS),
        _months(calendars.whole_months),
    ),
    "started_months": Function(
        "started_months(from, to): months that have begun",
        _exactly(Type.NUMBER, DAYS, DAYS),
        _months(calendars.started_months),
    ),
    "working_days": Function(
        "working_days(from, to, days_off): working days after `from`, up to and with `to`",
        _exactly(Type.NUMBER, DAYS, DAYS, off=True),
        _working_days,
    ),
    "add_days": Function(
        "add_days(date, number): the date so many days later", _exactly(Type.DATE, DAYS, NUMBER), _add_days
    ),
    "add_hours": Function(
        "add_hours(moment, number): the moment so many hours later",
        _exactly(Type.MOMENT, MOMENT, NUMBER),
        _add_hours,
    ),
    "add_months": Function(
        "add_months(date, number): the same day so many months later, or the last of that month",
        _exactly(Type.DATE, DAYS, NUMBER),
        _add_months,
    ),
    "add_working_days": Function(
        "add_working_days(date, number, days_off): the date so many working days later",
        _exactly(Type.DATE, DAYS, NUMBER, off=True),
        _add_working_days,
    ),
    "next_working_day": Function(
        "next_working_day(date, days_off): the date itself, or the first working day after it",
        _exactly(Type.DATE, DAYS, off=True),
        _next_working_day,
    ),
    "day": Function(
        "day(moment): its calendar day in the policy's zone",
        _exactly(Type.DATE, DAYS),
        lambda own: own.day,
    ),
    "same_day": Function(
        "same_day(a, b): on the same calendar day",
        _exactly(Type.YES_NO, DAYS, DAYS),
        _same(lambda day: day),
    ),
    "same_month": Function(
        "same_month(a, b): in the same month of the same year",
        _exactly(Type.YES_NO, DAYS, DAYS),
        _same(lambda day: (day.year, day.month)),
    ),
    "same_year": Function(
        "same_year(a, b): in the same calendar year",
        _exactly(Type.YES_NO, DAYS, DAYS),
        _same(lambda day: day.year),
    ),
    "min": Function("min(a, b, …): the smallest", _alike(ORDERED), _always(min)),
    "max": Function("max(a, b, …): the largest", _alike(ORDERED), _always(max)),
    "earliest": Function("earliest(a, b, …): the first of some dates or moments", _alike(DAYS), _always(min)),
    "latest": Function("latest(a, b, …): the last of some dates or moments", _alike(DAYS), _always(max)),
    "round": Function(
        "round(number, places): halves up, to whole numbers or so many places", _rounded, _always(_round)
    ),
    "floor": Function("floor(number): down to a whole number", _whole, _always(numbers.floor)),
    "ceil": Function("ceil(number): up to a whole number", _whole, _always(numbers.ceil)),
}

SPECIAL: Mapping[str, str] = {
    "told": "told(fact): yes once the fact is known",
    "choose": "choose(condition, then, otherwise): one of two values",
    "count": "count(list, condition): how many items, or how many of which the condition holds",
    "sum": "sum(list, value, condition): the value of each item added up",
    "any": "any(list, condition): it holds of at least one item",
    "all": "all(list, condition): it holds of every item",
}
"""What is not reckoned from known values alone: what looks at whether something is known, and lists."""
