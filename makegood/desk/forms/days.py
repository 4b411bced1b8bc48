"""A day as it is typed into a filter or a form of the desk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOT_A_DAY = _("Please give the day as year-month-day, for example 2026-11-23.")
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""Far outside of what anybody means; days before and after these can still be reckoned with."""


class DayField(forms.DateField):
    """“2026-11-23”, as browsers send it; anything else is no day, nor is one far outside of any use."""

    def __init__(self, *, label: StrPromise, required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": NOT_A_DAY},
        )

    def to_python(self, value: Any) -> date | None:
        """The day; None: nothing was typed. Raises ValidationError."""
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
