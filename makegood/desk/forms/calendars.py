"""A business calendar as its owner fills it in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import holidays
from babel import Locale
from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.desk.calendar_words import hours_words
from makegood.queue.calendars import terms_of
from makegood.queue.models import CalendarEdition
from makegood.queue.working_time import MINUTES_OF_A_DAY, Hours, NeverOpen, Terms, Unit, WorkingTime

# “9:00–18:00”, “9-18”, “0.00 – 24.00”.
FROM_TO = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
MOST_WITHIN = 99
CLOSED_DAYS_LENGTH = 20_000


def countries() -> list[tuple[str, str]]:
    """The countries whose holidays are known, by their names in the language of the page."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    known = [code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2]
    return sorted(((code, str(names.get(code, code))) for code in known), key=lambda pair: pair[1])


class CalendarForm(forms.Form):
    """What a calendar says; once valid, `terms` is what it promises. `edition`: what was on the page."""

    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.CharField(
        label=_("Time zone"), help_text=_("As computers name it, such as Europe/Kyiv."), max_length=64
    )
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Its public holidays are free."), choices=countries
    )
    subdivision = forms.CharField(
        label=_("Part of the country"),
        help_text=_("Where it has holidays of its own, for example BY for Bavaria; otherwise empty."),
        max_length=10,
        required=False,
    )
    closed = forms.CharField(
        label=_("Days on which you are closed"),
        help_text=_("One on each line, with a name if you like: 2026-12-31 Stocktaking"),
        max_length=CLOSED_DAYS_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    within = forms.IntegerField(label=_("Customers hear from us within"), min_value=1, max_value=MOST_WITHIN)
    unit = forms.ChoiceField(label=_("counted in"), choices=CalendarEdition.Counted)
    warn_hours = forms.IntegerField(
        label=_("Warn before a promise is missed"),
        help_text=_("So many working hours before; those who lead get a letter."),
        min_value=1,
        max_value=MOST_WITHIN,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, label in WEEKDAYS.items():
            self.fields[f"hours_{weekday}"] = forms.CharField(label=label, max_length=20, required=False)

    @property
    def week(self) -> list[forms.BoundField]:
        """The fields of the weekdays, Monday first."""
        return [self[f"hours_{weekday}"] for weekday in WEEKDAYS]

    def clean_zone(self) -> str:
        """Refuse what is no time zone."""
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("This is no time zone such as Europe/Kyiv."))
        return zone

    def clean_subdivision(self) -> str:
        """Refuse a part that the country does not have."""
        country, part = self.cleaned_data.get("country"), self.cleaned_data["subdivision"].strip().upper()
        if country and part and part not in holidays.list_supported_countries()[country]:
            raise forms.ValidationError(_("No holidays are known for this part of the country."))
        return str(part)

    def clean_closed(self) -> dict[date, str]:
        """The days with their names."""
        days: dict[date, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["closed"].splitlines())):
            day, _space, name = line.partition(" ")
            try:
                days[date.fromisoformat(day)] = name.strip()[:80]
            except ValueError as error:
                words = _("“%(line)s” begins with no day such as 2026-12-31.")
                raise forms.ValidationError(words, params={"line": line[:60]}) from error
        return days

    def clean(self) -> None:
        """Put it together as what is promised."""
        super().clean()
        hours = {weekday: self._hours(f"hours_{weekday}") for weekday in WEEKDAYS}
        if self.errors:
            return
        told = self.cleaned_data
        terms = Terms(
            time=WorkingTime(
                zone=ZoneInfo(told["zone"]),
                country=told["country"],
                subdivision=told["subdivision"],
                hours={weekday: each for weekday, each in hours.items() if each},
                closed=told["closed"],
            ),
            within=told["within"],
            unit=Unit(told["unit"]),
            warn=timedelta(hours=told["warn_hours"]),
        )
        try:
            terms.warn_at(terms.due_at(timezone.now()), made_at=timezone.now())
        except NeverOpen:
            self.add_error(None, _("Please give working hours: by these, no update could ever be promised."))
        self.terms = terms

    def _hours(self, name: str) -> Hours | None:
        typed = self.cleaned_data.get(name, "").strip()
        if not typed:
            return None
        match = FROM_TO.fullmatch(typed)
        if match:
            first, minute, last, last_minute = (int(part or 0) for part in match.groups())
            opens, closes = first * 60 + minute, last * 60 + last_minute
            if max(minute, last_minute) < 60 and opens < closes <= MINUTES_OF_A_DAY:
                return Hours(opens, closes)
        self.add_error(name, _("Please write hours like 9:00–18:00, or nothing for a free day."))
        return None


def filled_in(edition: CalendarEdition) -> CalendarForm:
    """The form as the newest edition (a row of `with_hours`) fills it."""
    terms = terms_of(edition)
    closed = [f"{day.isoformat()} {name}".strip() for day, name in sorted(terms.time.closed.items())]
    hours = {f"hours_{weekday}": hours_words(each) for weekday, each in terms.time.hours.items()}
    return CalendarForm(
        initial={
            "name": edition.calendar.name,
            "zone": edition.zone,
            "country": edition.country,
            "subdivision": edition.subdivision,
            "closed": "\n".join(closed),
            "within": edition.within,
            "unit": edition.unit,
            "warn_hours": edition.warn_hours,
            "edition": edition.number,
            **hours,
        }
    )
