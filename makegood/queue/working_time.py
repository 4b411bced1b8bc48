"""Working time: when a desk is open, and which moment lies so many working days or hours after another.

A moment is working time when the clock on the desk's wall shows it open: on a day that is neither a public
holiday nor closed by the desk itself, from its opening minute up to, and without, its closing minute. Where
the clock is put forward or back, an hour that is not on the wall is not worked, one that is there twice is
worked twice. Knows neither Django nor the present time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

MINUTES_OF_A_DAY = 24 * 60
A_DAY = timedelta(days=1)
LOOKED_AHEAD = timedelta(days=3 * 366)
"""A desk that is closed for so long is taken to be closed for good."""

Span = tuple[datetime, datetime]
"""From the first moment up to, and without, the second; both in UTC."""


class NeverOpen(Exception):
    """The calendar has no working time within three years, so nothing can be promised by it."""


class Unit(StrEnum):
    """What the time until an update is counted in."""

    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True)
class Hours:
    """When one weekday is worked: minutes after midnight on the wall; `closes` 1440 is midnight."""

    opens: int
    closes: int


@dataclass(frozen=True)
class WorkingTime:
    """The hours of a desk. `hours` is by weekday, Monday 0; a weekday that is not there is free.

    `country` and `subdivision` (or empty) are ISO 3166 codes as the `holidays` library knows them; `closed`
    are the desk's own free days, each with a name or an empty one.
    """

    zone: ZoneInfo
    country: str
    hours: Mapping[int, Hours]
    subdivision: str = ""
    closed: Mapping[date, str] = field(default_factory=dict)

    def closed_as(self, day: date) -> str | None:
        """The name under which `day` is free, though its weekday is worked; None when it is not."""
        if day in self.closed:
            return self.closed[day]
        return public_holidays(self.country, self.subdivision, day.year).get(day)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The working time of `day`, in order; empty when it is free."""
        hours = self.hours.get(day.weekday())
        if hours is None or self.closed_as(day) is not None:
            return ()
        midnight = datetime.combine(day, time())
        opens, closes = (midnight + timedelta(minutes=minute) for minute in (hours.opens, hours.closes))
        return _on_the_wall(opens, closes, self.zone)

    def days_after(self, at: datetime, days: int) -> datetime:
        """When the `days`th working day after the day of `at` closes. Raises NeverOpen."""
        first = at.astimezone(self.zone).date() + A_DAY
        left = days
        for day in _days_from(first):
            spans = self.spans_on(day)
            left -= bool(spans)
            if not left:
                return spans[-1][1]
        raise NeverOpen

    def time_after(self, at: datetime, worked: timedelta) -> datetime:
        """The moment by which, from `at` on, so much was worked (more than nothing). Raises NeverOpen."""
        left = worked
        # A day of the wall may have begun in UTC the day before.
        for day in _days_from(at.astimezone(self.zone).date() - A_DAY):
            for opens, closes in self.spans_on(day):
                begins = max(opens, at)
                if closes - begins >= left:
                    return (begins + left).astimezone(UTC)
                left -= max(closes - begins, timedelta())
        raise NeverOpen

    def time_before(self, at: datetime, worked: timedelta) -> datetime:
        """The latest moment from which so much is worked until `at`. Raises NeverOpen."""
        left = worked
        for day in _days_back(at.astimezone(self.zone).date() + A_DAY):
            for opens, closes in reversed(self.spans_on(day)):
                ends = min(closes, at)
                if ends - opens >= left:
                    return (ends - left).astimezone(UTC)
                left -= max(ends - opens, timedelta())
        raise NeverOpen

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much is worked from `start` to `end`; nothing when `end` is not later."""
        worked, day = timedelta(), start.astimezone(self.zone).date() - A_DAY
        last = end.astimezone(self.zone).date() + A_DAY
        while day <= last:
            for opens, closes in self.spans_on(day):
                worked += max(min(closes, end) - max(opens, start), timedelta())
            day += A_DAY
        return worked


@dataclass(frozen=True)
class Terms:
    """What is promised by a calendar: an update `within` so many working days or hours.

    A promise is in danger once no more than `warn` of working time is left until it is due.
    """

    time: WorkingTime
    within: int
    unit: Unit
    warn: timedelta

    def due_at(self, at: datetime) -> datetime:
        """By when a promise made `at` is due, in UTC: always in, or at the end of, opening hours.

        So many working days end when the last of them closes. Raises NeverOpen.
        """
        if self.unit is Unit.DAYS:
            return self.time.days_after(at, self.within)
        return self.time.time_after(at, timedelta(hours=self.within))

    def warn_at(self, due_at: datetime, *, made_at: datetime) -> datetime:
        """From when a promise is in danger: from the beginning when it was short."""
        return max(self.time.time_before(due_at, self.warn), made_at)


@lru_cache(maxsize=200)
def public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year with their names in the country's language."""
    # A year at a time, whole before anybody sees it: the library's own object fills itself while it is read.
    # Without a language it would take that of the machine.
    language = holidays.country_holidays(country).default_language
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, expand=False, language=language
    )
    return dict(found.items())


@lru_cache(maxsize=20_000)
def _on_the_wall(opens: datetime, closes: datetime, zone: ZoneInfo) -> tuple[Span, ...]:
    """When the clock in `zone` shows a moment from `opens` up to `closes` (of one day, without a zone)."""
    before, after = _offset(opens - A_DAY, zone), _offset(closes + A_DAY, zone)
    from_before, from_after = _span(opens, closes, before), _span(opens, closes, after)
    if before == after:
        return (from_before,)
    changed = _change_of_offset(opens - A_DAY, closes + A_DAY, zone)
    spans = (
        (from_before[0], min(from_before[1], changed)),
        (max(from_after[0], changed), from_after[1]),
    )
    return tuple(span for span in spans if span[0] < span[1])


def _span(opens: datetime, closes: datetime, offset: timedelta) -> Span:
    return (opens - offset).replace(tzinfo=UTC), (closes - offset).replace(tzinfo=UTC)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clock in `zone` is ahead at `moment` of UTC."""
    offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(zone)
    return offset


def _change_of_offset(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The first second in UTC at which the clock in `zone` runs as it does at `late`."""
    offset_then = _offset(late, zone)
    seconds_wrong, seconds_right = 0, int((late - early).total_seconds())
    while seconds_right - seconds_wrong > 1:
        middle = (seconds_wrong + seconds_right) // 2
        if _offset(early + timedelta(seconds=middle), zone) == offset_then:
            seconds_right = middle
        else:
            seconds_wrong = middle
    return (early + timedelta(seconds=seconds_right)).replace(tzinfo=UTC)


def _days_from(first: date) -> Iterator[date]:
    for number in range(LOOKED_AHEAD.days):
        yield first + number * A_DAY


def _days_back(last: date) -> Iterator[date]:
    for number in range(LOOKED_AHEAD.days):
        yield last - number * A_DAY
