"""What is typed on the page of the books: a report to take in, a note, the days of an export."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.books.exporting import Table
from makegood.desk.forms.days import NOT_A_DAY, DayField
from makegood.desk.provider_words import name_in_words
from makegood.refunds.reports import READERS

LARGEST = 25 * 1024 * 1024
LONGEST_NOTE = 2000


class _DaysForm(forms.Form):
    """Two days, in their order where both are given."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return told


class TakeInForm(_DaysForm):
    """A report as the provider gives it for download; without days it is about those it tells of."""

    provider = forms.ChoiceField(label=gettext_lazy("Provider"))
    file = forms.FileField(
        label=gettext_lazy("Report as a CSV file"),
        max_length=200,
        error_messages={"required": gettext_lazy("Choose the file that the provider gave you.")},
    )
    field_order = ("provider", "file", "first", "last")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [(name, name_in_words(name)) for name in sorted(READERS)]
        self.fields["provider"].choices = choices  # type: ignore[attr-defined]  # of a field of choices

    def clean_file(self) -> Any:
        """A report of a day has thousands of lines, not millions."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file has more than 25 MB. Take it in with “makegood books report” on the server.")
            )
        return file


class NoteForm(forms.Form):
    """What a person found out about a difference."""

    note = forms.CharField(
        label=gettext_lazy("What did you find out?"),
        help_text=gettext_lazy("It is kept for good, with your name. Name no customer."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write what you found out.")},
    )


class ExportForm(_DaysForm):
    """Which table of which days."""

    table = forms.ChoiceField(
        label=gettext_lazy("Table"),
        choices=[
            (Table.LEDGER.value, gettext_lazy("Ledger")),
            (Table.CREDIT_NOTES.value, gettext_lazy("Credit notes")),
            (Table.REFUNDS.value, gettext_lazy("Refunds")),
        ],
    )
    field_order = ("table", "first", "last")

    def __init__(self, typed: Any = None, *, today: date) -> None:
        month = {"first": today.replace(day=1), "last": today}
        super().__init__(typed, initial=month, auto_id="export_%s")
        for name in month:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = NOT_A_DAY
