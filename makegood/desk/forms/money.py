"""What finance records of a refund."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.desk.forms.days import DayField
from makegood.refunds.by_hand import Way


class SentForm(forms.Form):
    """In which way the money was sent, on which day, and the reference under which the bank finds it."""

    way = forms.ChoiceField(
        label=_("How it was sent"),
        choices=[(Way.WIRE, _("Bank wire")), (Way.CASH, _("Cash")), (Way.OTHER, _("Another way"))],
    )
    sent_on = DayField(label=_("Sent on"), required=True)

    reference = forms.CharField(
        label=_("Reference of the payment"),
        help_text=_("Under which the bank can find it. Your name and the time are recorded with it."),
        max_length=200,
        error_messages={"required": _("Give the reference under which the bank can find the payment.")},
    )


class ConsentForm(forms.Form):
    """How the customer agreed to be paid another way."""

    consent = forms.CharField(
        label=_("How did the customer agree, and where does the money go?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say how the customer agreed to be paid this way.")},
    )
