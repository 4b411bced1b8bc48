"""Business calendars: which one is in use, what it says, and every change of one as a verb."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor, System
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.queue.models import Calendar, CalendarEdition, ClosedDay, OpeningHours
from makegood.queue.working_time import Hours, Terms, Unit, WorkingTime

FIRST_NAME = "Refund department"
FIRST_HOURS = Hours(opens=9 * 60, closes=18 * 60)
FIRST_WITHIN = 2
FIRST_WARNING = timedelta(hours=4)


class EditedMeanwhile(Exception):
    """Somebody saved another edition since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this calendar meanwhile. Please look at it again before you save yours.")
        )


class NameTaken(Exception):
    """Another calendar has this name."""

    def __init__(self) -> None:
        super().__init__(_("Another calendar has this name already."))


class AlreadyInUse(Exception):
    """Promises are made by this calendar already."""

    def __init__(self) -> None:
        super().__init__(_("Promises are made by this calendar already."))


# What they say


def in_use() -> CalendarEdition:
    """What the calendar says by which promises are made now. Raises DoesNotExist before the first start."""
    rows = with_hours(CalendarEdition.objects.filter(calendar__is_in_use=True))
    found: CalendarEdition = rows.latest("number")
    return found


def with_hours(rows: QuerySet[CalendarEdition]) -> QuerySet[Any]:
    """The same editions, each carrying what `terms_of` reads."""
    hours = OpeningHours.objects.filter(edition=OuterRef("pk")).order_by("weekday")
    closed = ClosedDay.objects.filter(edition=OuterRef("pk")).order_by("day")
    carrying: QuerySet[Any] = rows.select_related("calendar").annotate(
        hours_rows=ArraySubquery(
            hours.values(json=JSONObject(weekday="weekday", opens="opens", closes="closes"))
        ),
        closed_rows=ArraySubquery(closed.values(json=JSONObject(day="day", name="name"))),
    )
    return carrying


def terms_of(row: Any) -> Terms:
    """What a row of `with_hours` promises."""
    time = WorkingTime(
        zone=ZoneInfo(row.zone),
        country=row.country,
        subdivision=row.subdivision,
        hours={each["weekday"]: Hours(each["opens"], each["closes"]) for each in row.hours_rows},
        closed={date.fromisoformat(each["day"]): each["name"] for each in row.closed_rows},
    )
    return Terms(time=time, within=row.within, unit=Unit(row.unit), warn=timedelta(hours=row.warn_hours))


# Changes


def begin() -> Terms:
    """What an installation promises until its owner says otherwise, by the country and zone of its settings.

    Free is the weekend of that country; the hours are those of an office.
    """
    country = settings.MAKEGOOD_DESK_COUNTRY
    weekend = holidays.country_holidays(country).weekend
    return Terms(
        time=WorkingTime(
            zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE),
            country=country,
            hours={weekday: FIRST_HOURS for weekday in range(7) if weekday not in weekend},
        ),
        within=FIRST_WITHIN,
        unit=Unit.DAYS,
        warn=FIRST_WARNING,
    )


def begin_once(*, at: datetime) -> None:
    """At the first start: make the calendar of the settings and use it; later starts change nothing."""
    with transaction.atomic():
        calendar, is_new = Calendar.objects.get_or_create(is_in_use=True, defaults={"name": FIRST_NAME})
        if is_new:
            _keep(calendar, begin(), by=System("first start"), at=at, action=Action.CALENDAR_ADDED)


def add(*, name: str, terms: Terms, by: User, at: datetime) -> Calendar:
    """A new calendar; nothing is promised by it until it is used. Raises NameTaken, NeverOpen."""
    _require_promises(terms, at)
    with transaction.atomic():
        calendar, is_new = Calendar.objects.get_or_create(name=name)
        if not is_new:
            raise NameTaken
        _keep(calendar, terms, by=by, at=at, action=Action.CALENDAR_ADDED)
    return calendar


def change(
    calendar: Calendar, *, name: str, terms: Terms, edition: int, by: User, at: datetime
) -> CalendarEdition:
    """The calendar says something else from now on; promises made already stay as they are.

    `edition` is the number that was on the page. Raises EditedMeanwhile, NameTaken, NeverOpen.
    """
    _require_promises(terms, at)
    with transaction.atomic():
        current = locked(calendar)
        if current.editions.latest("number").number != edition:
            raise EditedMeanwhile
        current.name = name
        try:
            with transaction.atomic():
                current.save(update_fields=["name"])
        except IntegrityError as error:
            if "queue_calendar_name" not in str(error):
                raise
            raise NameTaken from error
        return _keep(current, terms, by=by, at=at, action=Action.CALENDAR_CHANGED, number=edition + 1)


def use(calendar: Calendar, *, by: User, at: datetime) -> Calendar:
    """New promises are made by this calendar from now on. Raises AlreadyInUse."""
    with transaction.atomic():
        # All of them and in one order, so that two owners choosing at once wait for each other.
        rows = {row.pk: row for row in Calendar.objects.select_for_update(no_key=True).order_by("pk")}
        chosen = rows[calendar.pk]
        if chosen.is_in_use:
            raise AlreadyInUse
        for row in rows.values():
            if row.is_in_use:
                row.is_in_use = False
                row.save(update_fields=["is_in_use"])
        chosen.is_in_use = True
        chosen.save(update_fields=["is_in_use"])
        record(Action.CALENDAR_USED, subject=chosen, by=by, at=at, name=chosen.name)
    return chosen


def _require_promises(terms: Terms, at: datetime) -> None:
    terms.warn_at(terms.due_at(at), made_at=at)


def _keep(
    calendar: Calendar, terms: Terms, *, by: Actor, at: datetime, action: Action, number: int = 1
) -> CalendarEdition:
    time = terms.time
    edition = CalendarEdition.objects.create(
        calendar=calendar,
        number=number,
        country=time.country,
        subdivision=time.subdivision,
        zone=time.zone.key,
        within=terms.within,
        unit=terms.unit,
        warn_hours=terms.warn // timedelta(hours=1),
        made_at=at,
        made_by_id=by.pk,
    )
    _keep_days(edition, time.hours, time.closed)
    record(action, subject=calendar, by=by, at=at, name=calendar.name, edition=number)
    return edition


def _keep_days(edition: CalendarEdition, hours: Mapping[int, Hours], closed: Mapping[date, str]) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(edition=edition, weekday=weekday, opens=each.opens, closes=each.closes)
        for weekday, each in hours.items()
    )
    ClosedDay.objects.bulk_create(
        ClosedDay(edition=edition, day=day, name=name) for day, name in closed.items()
    )
