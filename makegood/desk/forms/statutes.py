"""Asking for a statute to be switched on or off, and answering that."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from makegood.accounts.countries import is_country

LONGEST_REASON = 2000


class SwitchForm(forms.Form):
    """For which countries, on or off, and why."""

    is_on = forms.TypedChoiceField(
        label=_("For customers in these countries"),
        choices=[("on", _("switch it on")), ("off", _("switch it off"))],
        coerce=lambda said: said == "on",
    )
    countries = forms.CharField(
        label=_("Countries"),
        help_text=_("Their codes of two letters with spaces between them, such as DE FR."),
        max_length=1000,
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Please say why.")},
    )

    def clean_countries(self) -> list[str]:
        """The codes, each once."""
        codes = sorted(set(self.cleaned_data["countries"].replace(",", " ").upper().split()))
        wrong = [code for code in codes if not is_country(code)]
        if wrong:
            said = _now("No country has this code: {codes}.").format(codes=", ".join(wrong))
            raise forms.ValidationError(said)
        return codes


class AnswerSwitchForm(forms.Form):
    """Agreeing, or why not."""

    reason = forms.CharField(
        label=_("If you do not agree: why"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
