"""What a calendar says in words: its values, what an edition changed, and what it means for new promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel import Locale
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import day_in_words, list_in_words
from makegood.queue.calendars import terms_of
from makegood.queue.models import CalendarEdition
from makegood.queue.working_time import Hours, Terms, Unit

FRIDAY = 4
LOOKED_AHEAD = 370
SHOWN_CLOSED = 6


@dataclass(frozen=True)
class Change:
    """One value of an edition, and what stood there before; empty for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Example:
    """A request that comes in `at` hears from us by `after`; by the calendar as it is now, by `before`."""

    at: datetime
    before: datetime | None
    after: datetime

    @property
    def differs(self) -> bool:
        """Whether the change would change it."""
        return self.before is not None and self.before != self.after


def hours_words(hours: Hours) -> str:
    """“09:00–18:00”."""
    return f"{_clock(hours.opens)}–{_clock(hours.closes)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def within_words(terms: Terms) -> str:
    """“2 working days”."""
    if terms.unit is Unit.DAYS:
        return ngettext("{n} working day", "{n} working days", terms.within).format(n=terms.within)
    return ngettext("{n} working hour", "{n} working hours", terms.within).format(n=terms.within)


def values_of(terms: Terms) -> Mapping[str, str]:
    """Everything that it says, each with its label."""
    time, names = terms.time, Locale.parse((get_language() or "en").replace("-", "_")).territories
    country = str(names.get(time.country, time.country))
    warned = terms.warn // timedelta(hours=1)
    closed = [f"{day_in_words(day)} {name}".strip() for day, name in sorted(time.closed.items())]
    week = {
        str(label): hours_words(time.hours[weekday]) if weekday in time.hours else _("free")
        for weekday, label in WEEKDAYS.items()
    }
    return {
        _("Customers hear from us within"): within_words(terms),
        _("Warn before a promise is missed"): ngettext(
            "{n} working hour", "{n} working hours", warned
        ).format(n=warned),
        _("Time zone"): time.zone.key,
        _("Country"): f"{country}, {time.subdivision}" if time.subdivision else country,
        **week,
        _("Days on which you are closed"): list_in_words(closed),
    }


def changes(before: CalendarEdition, after: CalendarEdition) -> list[Change]:
    """What one edition (rows of `with_hours`) says otherwise than the one before."""
    was, is_now = values_of(terms_of(before)), values_of(terms_of(after))
    return [
        Change(label, was[label] or _("none"), value or _("none"))
        for label, value in is_now.items()
        if was[label] != value
    ]


def examples(terms: Terms, *, at: datetime, instead_of: Terms | None = None) -> list[Example]:
    """What it means for a request that comes in now, late on a Friday, and before the next closed day."""
    return [
        Example(moment, instead_of.due_at(moment) if instead_of else None, terms.due_at(moment))
        for moment in sorted({at, *_telling_moments(terms, at)})
    ]


def _telling_moments(terms: Terms, at: datetime) -> Iterator[datetime]:
    zone = terms.time.zone
    today = at.astimezone(zone).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)
    yield datetime.combine(friday, time(16), tzinfo=zone)
    for day, _name in closed_days(terms, today=today)[:1]:
        yield datetime.combine(day - timedelta(days=1), time(12), tzinfo=zone)


def closed_days(terms: Terms, *, today: date) -> Sequence[tuple[date, str]]:
    """The next days that are free though their weekday is worked, with their names; within a year."""
    coming = (today + timedelta(days=number) for number in range(1, LOOKED_AHEAD))
    found = ((day, terms.time.closed_as(day)) for day in coming if day.weekday() in terms.time.hours)
    return [(day, name) for day, name in found if name is not None][:SHOWN_CLOSED]
