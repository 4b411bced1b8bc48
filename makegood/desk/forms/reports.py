"""Which days a report is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from makegood.desk.forms.days import NOT_A_DAY, DayField
from makegood.reports.periods import LONGEST, ONE_DAY, Period, last_days, month_of

SHORT, MIDDLE, LONG = 7, 30, 90
OFFERED = (SHORT, MIDDLE, LONG)
MONTHS_OFFERED = 12
OWN = "own"
"""The choice of days of one's own."""


class PeriodForm(forms.Form):
    """So many last days, a month, or the days from `first` to `last`. What is no choice is the first one."""

    period = forms.CharField(label=gettext_lazy("Which days"), required=False)
    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def __init__(self, typed: Any, *, today: date) -> None:
        super().__init__(typed)
        self.today = today
        self._periods = {str(number): last_days(number, today=today) for number in OFFERED}
        self._periods |= {f"{month.first:%Y-%m}": month for month in _months(today)}
        self.fields["period"].widget = forms.Select(choices=self._choices())

    def _choices(self) -> Sequence[tuple[str, str]]:
        recent = [(str(number), _("The last {n} days").format(n=number)) for number in OFFERED]
        months = [(key, _name(period)) for key, period in self._periods.items() if key not in dict(recent)]
        return [*recent, *months, (OWN, _("From the first to the last day below"))]

    def clean(self) -> dict[str, Any]:
        """Days of one's own are both given, in their order, and no more than a report covers."""
        told = super().clean() or {}
        if told.get("period") != OWN or self.errors:
            return told
        for name in ("first", "last"):
            if not told.get(name):
                self.add_error(name, NOT_A_DAY)
        if not self.errors:
            self._check(told["first"], told["last"])
        return told

    def _check(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("last", _("The last day is before the first."))
        elif last - first > LONGEST:
            weeks = LONGEST // (7 * ONE_DAY)
            self.add_error("last", _("A report covers {n} weeks at the most.").format(n=weeks))

    def chosen(self) -> Period:
        """The days of a valid form."""
        told = self.cleaned_data
        if told.get("period") == OWN:
            return Period(told["first"], told["last"])
        return self._periods.get(told.get("period", ""), self._periods[str(SHORT)])


def _months(today: date) -> list[Period]:
    months = [month_of(today)]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].before)
    return months


def _name(month: Period) -> str:
    return format_skeleton("yMMMM", month.first, locale=(get_language() or "en").replace("-", "_"))
