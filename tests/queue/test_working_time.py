"""Working days and hours, on the desk's own clock: weekends, holidays, closed days, and the clock itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from makegood.queue.working_time import Hours, NeverOpen, Terms, Unit, WorkingTime

KYIV = "Europe/Kyiv"
OFFICE = {weekday: Hours(9 * 60, 18 * 60) for weekday in range(5)}


def desk(*, zone: str = KYIV, country: str = "UA", **other: object) -> WorkingTime:
    """Monday to Friday, 9:00 to 18:00, unless said otherwise."""
    return WorkingTime(zone=ZoneInfo(zone), country=country, **{"hours": OFFICE, **other})  # type: ignore[arg-type]


def local(said: str, zone: str = KYIV) -> datetime:
    """That moment on the wall in `zone`, as UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(said: str, *, within: int = 2, unit: Unit = Unit.DAYS, **of_desk: str) -> str:
    """When a promise made at `said` is due, as the clock of the desk shows it."""
    time = desk(**of_desk)
    terms = Terms(time=time, within=within, unit=unit, warn=timedelta(hours=4))
    return terms.due_at(local(said, time.zone.key)).astimezone(time.zone).isoformat()


def test_working_days_end_when_the_last_of_them_closes() -> None:
    assert due("2026-11-23T10:14") == "2026-11-25T18:00:00+02:00"


def test_a_weekend_is_not_counted() -> None:
    assert due("2026-11-26T10:00") == "2026-11-30T18:00:00+02:00"
    assert (
        due("2026-11-27T10:00")
        == due("2026-11-28T23:00")
        == due("2026-11-29T01:00")
        == "2026-12-01T18:00:00+02:00"
    )


def test_a_holiday_of_the_desks_country_is_not_counted() -> None:
    # 24 and 25 December 2026 are a Thursday and a Friday; Friday is Christmas in Germany.
    assert due("2026-12-23T10:00", zone="Europe/Berlin", country="DE") == "2026-12-28T18:00:00+01:00"
    assert due("2026-12-23T10:00", zone="Europe/Berlin", country="CN") == "2026-12-25T18:00:00+01:00"


def test_a_holiday_of_a_part_of_the_country_counts_there_only() -> None:
    # 6 January 2027, a Wednesday, is Epiphany in Bavaria and a day of work in Hamburg.
    assert desk(country="DE", subdivision="BY").closed_as(date(2027, 1, 6)) == "Heilige Drei Könige"
    assert desk(country="DE", subdivision="HH").closed_as(date(2027, 1, 6)) is None


def test_an_own_closed_day_is_not_counted() -> None:
    time = desk(closed={date(2026, 11, 24): "Moving house"})
    assert time.days_after(local("2026-11-23T10:00"), 1) == local("2026-11-25T18:00")


def test_18_is_18_on_the_wall_though_the_clock_was_changed_between() -> None:
    # Kyiv's clocks go forward on 29 March 2026 and back on 25 October 2026.
    assert due("2026-03-27T10:00") == "2026-03-31T18:00:00+03:00"
    assert due("2026-10-23T10:00") == "2026-10-27T18:00:00+02:00"


def test_the_day_is_the_desks_even_where_it_is_already_tomorrow_elsewhere() -> None:
    late_on_monday = datetime(2026, 11, 23, 21, 59, tzinfo=UTC)
    on_tuesday = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert desk().days_after(late_on_monday, 2).day == 25
    assert desk().days_after(on_tuesday, 2).day == 26


def test_working_hours_go_on_the_next_morning() -> None:
    assert due("2026-11-23T16:30", within=4, unit=Unit.HOURS) == "2026-11-24T11:30:00+02:00"
    assert due("2026-11-27T17:00", within=1, unit=Unit.HOURS) == "2026-11-27T18:00:00+02:00"
    assert due("2026-11-27T17:01", within=1, unit=Unit.HOURS) == "2026-11-30T09:01:00+02:00"


def test_working_hours_begin_when_the_desk_opens() -> None:
    assert due("2026-11-23T03:00", within=2, unit=Unit.HOURS) == "2026-11-23T11:00:00+02:00"


def test_a_desk_that_never_closes_works_23_hours_on_the_day_the_clock_goes_forward() -> None:
    always = desk(country="US", hours={weekday: Hours(0, 1440) for weekday in range(7)})
    spring, autumn = local("2026-03-29T00:00"), local("2026-10-25T00:00")
    assert always.between(spring, local("2026-03-30T00:00")) == timedelta(hours=23)
    assert always.between(autumn, local("2026-10-26T00:00")) == timedelta(hours=25)


def test_an_hour_that_is_not_on_the_wall_is_not_worked() -> None:
    # In Kyiv the clock goes from 3:00 to 4:00.
    at_night = desk(country="US", hours={6: Hours(3 * 60, 4 * 60)})
    assert at_night.spans_on(date(2026, 3, 29)) == ()
    assert at_night.days_after(local("2026-03-28T12:00"), 1) == local("2026-04-05T04:00")


def test_an_hour_that_is_there_twice_is_worked_twice() -> None:
    at_night = desk(country="US", hours={6: Hours(3 * 60, 3 * 60 + 30)})
    assert len(at_night.spans_on(date(2026, 10, 25))) == 2
    assert at_night.between(local("2026-10-25T00:00"), local("2026-10-26T00:00")) == timedelta(hours=1)


def test_a_day_that_an_island_skipped_is_no_working_day() -> None:
    # Samoa went from Thursday, 29 December 2011, to Saturday.
    apia = desk(zone="Pacific/Apia", country="CN")
    assert apia.spans_on(date(2011, 12, 30)) == ()


def test_a_warning_comes_so_much_working_time_before_and_never_before_the_promise() -> None:
    terms = Terms(time=desk(), within=2, unit=Unit.DAYS, warn=timedelta(hours=10))
    made, at = local("2026-11-23T10:00"), local("2026-11-25T18:00")
    assert terms.warn_at(at, made_at=made) == local("2026-11-24T17:00")
    assert terms.warn_at(at, made_at=local("2026-11-25T12:00")) == local("2026-11-25T12:00")


def test_who_is_never_open_can_promise_nothing() -> None:
    never = desk(hours={})
    with pytest.raises(NeverOpen):
        never.days_after(local("2026-11-23T10:00"), 1)
    with pytest.raises(NeverOpen):
        never.time_after(local("2026-11-23T10:00"), timedelta(hours=1))
    with pytest.raises(NeverOpen):
        never.time_before(local("2026-11-23T10:00"), timedelta(hours=1))
    assert never.between(local("2026-11-23T10:00"), local("2026-12-23T10:00")) == timedelta()
