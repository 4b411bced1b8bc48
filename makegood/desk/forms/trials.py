"""Changing a free trial by hand."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from makegood.desk.forms.days import DayField

LONGEST_REASON = 500


class EndForm(forms.Form):
    """Why it ends now."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The customer reads it."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Please say why.")},
    )


class ExtendForm(forms.Form):
    """The last day, and why."""

    last_day = DayField(label=_("Last day"), required=True)
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, error_messages={"required": _("Please say why.")}
    )

    @property
    def until(self) -> datetime:
        """The end of the last day where the desk is; call once the form is valid."""
        following = self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(following, time(), tzinfo=timezone.get_current_timezone())
