"""Calendars: made at the first start, changed in editions, and promises made by the one in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.queue import calendars
from makegood.queue.calendars import AlreadyInUse, EditedMeanwhile, NameTaken, in_use, terms_of
from makegood.queue.models import Calendar, CalendarEdition, OpeningHours
from makegood.queue.promises import current, promise
from makegood.queue.working_time import Hours, NeverOpen, Terms, Unit, WorkingTime
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.people import NOON, later, ola

pytestmark = pytest.mark.django_db

HOURS = Terms(
    time=WorkingTime(
        zone=ZoneInfo("Europe/Berlin"),
        country="DE",
        subdivision="BY",
        hours={0: Hours(8 * 60, 1440), 5: Hours(0, 12 * 60)},
        closed={date(2026, 12, 28): "Between the years", date(2026, 12, 29): ""},
    ),
    within=6,
    unit=Unit.HOURS,
    warn=timedelta(hours=2),
)


def a_calendar(name: str = "Summer") -> Calendar:
    return calendars.add(name=name, terms=HOURS, by=ola(), at=NOON)


def actions() -> list[str]:
    return list(Event.objects.filter(subject_kind="calendar").order_by("id").values_list("action", flat=True))


def test_the_first_start_made_one_of_the_settings() -> None:
    first = in_use()
    terms = terms_of(first)
    assert (first.number, first.country, first.zone, first.made_by) == (1, "UA", "Europe/Kyiv", None)
    assert (terms.within, terms.unit) == (2, Unit.DAYS)
    assert terms.time.hours == {weekday: Hours(540, 1080) for weekday in range(5)}
    assert actions() == [Action.CALENDAR_ADDED]


def test_a_later_start_changes_nothing() -> None:
    with override_settings(MAKEGOOD_DESK_COUNTRY="DE"):
        calendars.begin_once(at=later(days=1))
    assert (Calendar.objects.count(), in_use().country) == (1, "UA")


@override_settings(MAKEGOOD_DESK_COUNTRY="IL", MAKEGOOD_DESK_ZONE="Asia/Jerusalem")
def test_the_first_one_is_free_on_the_weekend_of_its_country() -> None:
    assert set(calendars.begin().time.hours) == {6, 0, 1, 2, 3}


def test_what_was_added_is_what_is_read() -> None:
    edition = calendars.with_hours(CalendarEdition.objects.filter(calendar=a_calendar())).get()
    assert terms_of(edition) == HOURS
    assert edition.made_by == ola()
    assert actions()[1:] == [Action.CALENDAR_ADDED]


def test_nothing_is_promised_by_a_new_one_until_it_is_used() -> None:
    summer, before = a_calendar(), in_use().calendar
    assert promise(cases.a_request(), at=NOON).edition == in_use()
    calendars.use(summer, by=ola(), at=NOON)
    made = promise(cases.a_request(), at=NOON)
    assert made.edition is not None
    assert made.edition.calendar == summer
    assert (made.due_at, Calendar.objects.get(is_in_use=True)) == (HOURS.due_at(NOON), summer)
    assert (before != summer, actions()[-1]) == (True, Action.CALENDAR_USED)


def test_a_change_is_a_new_edition_and_leaves_what_was_promised() -> None:
    refund_request = cases.a_request()
    made, calendar = current(refund_request), in_use().calendar
    assert made is not None
    calendars.change(calendar, name="Winter", terms=HOURS, edition=1, by=ola(), at=NOON)
    kept = current(refund_request)
    assert kept is not None
    assert (kept.due_at, kept.edition_id) == (made.due_at, made.edition_id)
    again = promise(refund_request, at=NOON)
    assert again.edition is not None
    assert (again.edition.number, again.due_at) == (2, HOURS.due_at(NOON))
    assert (Calendar.objects.get().name, actions()[-1]) == ("Winter", Action.CALENDAR_CHANGED)


def test_a_change_of_an_edition_that_is_not_the_newest_is_refused() -> None:
    calendar = in_use().calendar
    calendars.change(calendar, name="Winter", terms=HOURS, edition=1, by=ola(), at=NOON)
    with pytest.raises(EditedMeanwhile):
        calendars.change(calendar, name="Lost", terms=HOURS, edition=1, by=ola(), at=NOON)
    assert Calendar.objects.get().name == "Winter"


def test_a_calendar_that_is_never_open_is_refused() -> None:
    never = replace(HOURS, time=replace(HOURS.time, hours={}))
    with pytest.raises(NeverOpen):
        calendars.add(name="Never", terms=never, by=ola(), at=NOON)
    assert Calendar.objects.count() == 1


def test_two_calendars_have_two_names() -> None:
    summer = a_calendar()
    with pytest.raises(NameTaken):
        a_calendar()
    with pytest.raises(NameTaken):
        calendars.change(summer, name="Refund department", terms=HOURS, edition=1, by=ola(), at=NOON)


def test_the_one_in_use_is_not_taken_into_use_again() -> None:
    with pytest.raises(AlreadyInUse):
        calendars.use(in_use().calendar, by=ola(), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_choosing_at_once_one_calendar_is_in_use() -> None:
    summer, winter, owner = a_calendar(), a_calendar("Winter"), ola()
    ends = at_once(*[lambda each=each: calendars.use(each, by=owner, at=NOON) for each in (summer, winter)])
    assert refusals(ends) == []
    assert Calendar.objects.filter(is_in_use=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_4_owners_saving_at_once_one_is_kept_and_the_others_look_again() -> None:
    calendar, owner = in_use().calendar, ola()
    ends = at_once(
        *[lambda: calendars.change(calendar, name="W", terms=HOURS, edition=1, by=owner, at=NOON)] * 4
    )
    assert (len(successes(ends)), calendar.editions.count()) == (1, 2)
    assert all(isinstance(end, EditedMeanwhile) for end in refusals(ends))


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("opens", 1080, "opens_before_it_closes"),
        ("closes", 1441, "opens_before_it_closes"),
        ("weekday", 7, "opens_on_a_weekday"),
        ("weekday", 0, "weekday_opens_once"),
    ],
)
def test_postgresql_refuses_hours_that_cannot_be(column: str, value: int, refusal: str) -> None:
    hours = {"weekday": 6, "opens": 540, "closes": 1080, column: value}
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        OpeningHours.objects.create(edition=in_use(), **hours)


def test_postgresql_refuses_a_second_one_in_use_and_an_edition_that_changes() -> None:
    with pytest.raises(IntegrityError, match="one_calendar_in_use"), transaction.atomic():
        Calendar.objects.create(name="Another", is_in_use=True)
    with pytest.raises(DatabaseError, match="update or delete"), transaction.atomic():
        connection.cursor().execute("UPDATE queue_calendaredition SET within = 9")
    with pytest.raises(DatabaseError, match="update or delete"), transaction.atomic():
        connection.cursor().execute("DELETE FROM queue_openinghours")


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_giving_one_name_at_once_one_is_told_that_it_is_taken() -> None:
    summer, winter, owner = a_calendar(), a_calendar("Winter"), ola()
    ends = at_once(
        *[
            lambda each=each: calendars.change(each, name="Feasts", terms=HOURS, edition=1, by=owner, at=NOON)
            for each in (summer, winter)
        ]
    )
    assert [type(refused) for refused in refusals(ends)] == [NameTaken]
    added = at_once(*[lambda: calendars.add(name="New", terms=HOURS, by=owner, at=NOON)] * 4)
    assert [type(refused) for refused in refusals(added)] == [NameTaken] * 3
    assert Calendar.objects.filter(name__in=["Feasts", "New"]).count() == 2
