"""Saying when a licence ends now, where our records do not tell."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.desk.forms.days import DayField


class LastDayForm(forms.Form):
    """The last day of the licence."""

    last_day = DayField(label=_("Last day of the licence"), required=True)
