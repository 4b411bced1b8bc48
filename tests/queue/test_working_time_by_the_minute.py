"""Working time against an oracle that looks at the clock on the wall every minute, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.queue.working_time import Hours, Terms, Unit, WorkingTime

MINUTE = timedelta(minutes=1)
# By half an hour, at midnight, on days when others do not: clocks are changed in many ways.
ZONES = (
    "Europe/Kyiv",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Africa/Cairo",
    "America/St_Johns",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "UTC",
)
COUNTRIES = (("UA", ""), ("DE", "BY"), ("US", "CA"), ("EG", ""), ("AU", "NSW"), ("JP", ""))
TURN_OF_THE_YEAR = datetime(2026, 12, 24, tzinfo=UTC)


def changes_of_clock(zone: ZoneInfo) -> list[datetime]:
    """The hours of 2026 before which the clock in `zone` is changed."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    return [
        late
        for early, late in pairwise(hours)
        if early.astimezone(zone).utcoffset() != late.astimezone(zone).utcoffset()
    ]


OCCASIONS = [
    (ZoneInfo(name), occasion)
    for name in ZONES
    for occasion in (*changes_of_clock(ZoneInfo(name)), TURN_OF_THE_YEAR)
]
minutes_before = st.integers(-1440, 2 * 1440)
odd_hours = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
day_and_night = st.just((0, 1440))


@st.composite
def desks(draw: st.DrawFn) -> tuple[WorkingTime, datetime]:
    """A desk with odd hours, at least three of them a week, and a moment close to when something is odd."""
    zone, occasion = draw(st.sampled_from(OCCASIONS))
    country, subdivision = draw(st.sampled_from(COUNTRIES))
    week = draw(st.dictionaries(st.integers(0, 6), day_and_night | odd_hours, min_size=1))
    if sum(closes - opens for opens, closes in week.values()) < 180:
        week[draw(st.integers(0, 6))] = (9 * 60, 18 * 60)
    closed = draw(st.sets(st.integers(-2, 6), max_size=3))
    desk = WorkingTime(
        zone=zone,
        country=country,
        subdivision=subdivision,
        hours={weekday: Hours(*pair) for weekday, pair in week.items()},
        closed={occasion.date() + timedelta(days=number): "" for number in closed},
    )
    return desk, occasion - draw(minutes_before) * MINUTE


class Oracle:
    """Asks of each minute whether it is worked; knows nothing but the clock on the wall."""

    def __init__(self, desk: WorkingTime) -> None:
        self.desk = desk
        self.free = holidays.country_holidays(desk.country, subdiv=desk.subdivision or None)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.desk.hours and day not in self.free and day not in self.desk.closed

    def is_worked(self, minute: datetime) -> bool:
        wall = minute.astimezone(self.desk.zone)
        if not self.is_working_day(wall.date()):
            return False
        of_day = self.desk.hours[wall.weekday()]
        return of_day.opens <= wall.hour * 60 + wall.minute < of_day.closes

    def minutes_from(self, at: datetime) -> Iterator[datetime]:
        """The minutes that are worked from `at` on, for ever."""
        minute = at
        while True:
            if self.is_worked(minute):
                yield minute
            minute += MINUTE

    def after(self, at: datetime, minutes: int) -> datetime:
        worked = self.minutes_from(at)
        for _ in range(minutes - 1):
            next(worked)
        return next(worked) + MINUTE

    def between(self, start: datetime, end: datetime) -> timedelta:
        count = (end - start) // MINUTE
        return sum((MINUTE for n in range(count) if self.is_worked(start + n * MINUTE)), timedelta())

    def closing_of_day(self, at: datetime, days: int) -> datetime:
        """The end of the last worked minute of the `days`th day, after the day of `at`, with any."""
        today, seen, last = at.astimezone(self.desk.zone).date(), set[date](), at
        for minute in self.minutes_from(at):
            day = minute.astimezone(self.desk.zone).date()
            if day > today and day not in seen:
                if len(seen) == days:
                    break
                seen.add(day)
            if day > today:
                last = minute
        return last + MINUTE


@settings(max_examples=150, deadline=None)
@given(case=desks(), minutes=st.integers(1, 300))
def test_so_much_working_time_ends_when_the_oracle_has_counted_it(
    case: tuple[WorkingTime, datetime], minutes: int
) -> None:
    desk, at = case
    due = desk.time_after(at, minutes * MINUTE)
    oracle = Oracle(desk)
    assert due == oracle.after(at, minutes)
    assert oracle.is_worked(due - MINUTE), "it ends in opening hours"
    assert desk.between(at, due) == minutes * MINUTE


@settings(max_examples=100, deadline=None)
@given(case=desks(), days=st.integers(1, 3))
def test_so_many_working_days_end_when_the_oracle_sees_the_last_of_them_close(
    case: tuple[WorkingTime, datetime], days: int
) -> None:
    desk, at = case
    assert desk.days_after(at, days) == Oracle(desk).closing_of_day(at, days)


@settings(max_examples=100, deadline=None)
@given(case=desks(), length=st.integers(0, 6 * 1440))
def test_the_time_between_two_moments_is_what_the_oracle_counts(
    case: tuple[WorkingTime, datetime], length: int
) -> None:
    desk, start = case
    end = start + length * MINUTE
    assert desk.between(start, end) == Oracle(desk).between(start, end)


@settings(max_examples=150, deadline=None)
@given(case=desks(), minutes=st.integers(1, 600))
def test_so_much_before_is_so_much_until_then(case: tuple[WorkingTime, datetime], minutes: int) -> None:
    desk, at = case
    begins = desk.time_before(at, minutes * MINUTE)
    assert desk.between(begins, at) == minutes * MINUTE
    assert Oracle(desk).is_worked(begins), "the latest moment of which that is so"


@settings(max_examples=80, deadline=None)
@given(
    case=desks(),
    hours=st.integers(1, 4),
    pauses=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 3000)), max_size=3),
)
def test_with_pauses_the_clock_stands_and_goes_on(
    case: tuple[WorkingTime, datetime], hours: int, pauses: list[tuple[int, int]]
) -> None:
    desk, at = case
    terms = Terms(time=desk, within=hours, unit=Unit.HOURS, warn=timedelta(hours=1))
    due, now, paused = terms.due_at(at), at, list[tuple[datetime, datetime]]()
    for runs, stands in pauses:
        asked = now + runs * MINUTE
        if asked >= due:
            break
        answered = asked + stands * MINUTE
        left = desk.between(asked, due)
        due, now = desk.time_after(answered, left), answered
        paused.append((asked, answered))
    worked = (
        minute
        for minute in Oracle(desk).minutes_from(at)
        if not any(asked <= minute < answered for asked, answered in paused)
    )
    for _ in range(hours * 60 - 1):
        next(worked)
    assert due == next(worked) + MINUTE
