"""Establishing a fact: the field follows the kind that the policy declares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from makegood.policy import Fact, Kind
from makegood.refund_requests.models import Evidence

YES_NO = (("yes", _("Yes")), ("no", _("No")))
HARD_TO_READ = _("Please answer the question.")


class _Words(TypedDict):
    label: str
    help_text: str
    error_messages: dict[str, str]


class FindingForm(forms.Form):
    """What was found out about one fact, and how; `value` is then JSON as findings keep it.

    `lost`: it cannot be established; `value` is then None, whatever was typed. `pictures`: the keys of those
    of the request's `evidence` that show it.
    """

    def __init__(
        self, typed: QueryDict | None = None, *, fact: Fact, evidence: Sequence[Evidence] = ()
    ) -> None:
        super().__init__(typed, auto_id=f"{fact.name}_%s")
        self.fact = fact
        self.fields["value"] = _field(fact)
        self.fields["lost"] = forms.BooleanField(required=False)
        self.fields["note"] = forms.CharField(
            label=_("How do you know?"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
        )
        self.fields["pictures"] = forms.TypedMultipleChoiceField(
            label=_("Which pictures show it?"),
            required=False,
            coerce=int,
            choices=[(str(one.pk), one.name) for one in evidence],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": _(
                    "One of the pictures is not in this request any more. Please choose again."
                )
            },
        )

    def clean(self) -> dict[str, object]:
        """Take no value, and none that is wrong, of what cannot be established."""
        if self.cleaned_data["lost"]:
            self.errors.pop("value", None)
            self.cleaned_data["value"] = None
        return self.cleaned_data

    def clean_value(self) -> object:
        """The value as JSON: numbers and dates as text, yes and no as a truth."""
        value = self.cleaned_data["value"]
        if self.fact.kind is Kind.YES_NO:
            return value == "yes"
        if isinstance(value, datetime | date):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value


def _field(fact: Fact) -> forms.Field:
    words: _Words = {
        "label": fact.question,
        "help_text": fact.hint,
        "error_messages": {"required": str(HARD_TO_READ)},
    }
    match fact.kind:
        case Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **words)
        case Kind.CHOICE:
            choices = [(choice, choice) for choice in fact.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
        case Kind.NUMBER | Kind.MONEY:
            return forms.DecimalField(max_digits=20, **words)
        case Kind.FILES:
            return forms.IntegerField(min_value=0, max_value=1000, **words)
        case Kind.DATE:
            return forms.DateField(widget=forms.DateInput({"type": "date"}), **words)
        case Kind.MOMENT:
            widget = forms.DateTimeInput({"type": "datetime-local"})
            return forms.DateTimeField(widget=widget, **words)
        case _:
            return forms.CharField(max_length=2000, **words)
