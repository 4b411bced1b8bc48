"""Deciding: the verdict, and the letter that the member reads."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.conversation import MAX_LENGTH
from makegood.refund_requests.models import Verdict


class DecisionForm(forms.Form):
    """The verdict that the page was opened with, and its letter."""

    verdict = forms.ChoiceField(choices=Verdict.choices, widget=forms.HiddenInput)
    letter = forms.CharField(
        label=_("Letter to the customer"),
        help_text=_(
            "Written from the policy and what was found. Change what you like; nothing else is sent."
        ),
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 18}),
        error_messages={"required": _("The customer needs a letter that explains the decision.")},
    )
