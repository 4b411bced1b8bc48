"""What finance types of transfers: accounts, days, and what the bank told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.desk.forms.amounts import AmountField
from makegood.desk.forms.days import DayField
from makegood.desk.forms.money import ConsentForm
from makegood.refunds.transfers.typed import NotACode, NotAnAccount, read_account, read_code

_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class AccountForm(forms.Form):
    """The account of the customer; what it cleans is `account`."""

    name = forms.CharField(
        label=_("Account holder"),
        help_text=_("As the customer writes it. The bank compares it with the name of the account."),
        max_length=140,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Please give the name of the account holder.")},
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        widget=forms.TextInput(_PLAIN),
        error_messages={"required": _("Please give the IBAN.")},
    )
    bic = forms.CharField(
        label=_("BIC"),
        help_text=_("Banks find each other without it."),
        max_length=20,
        required=False,
        widget=forms.TextInput(_PLAIN),
    )

    def clean(self) -> dict[str, Any]:
        """With the `account` that was typed."""
        said = super().clean() or self.cleaned_data
        if {"name", "iban"} <= set(said):
            try:
                said["account"] = read_account(name=said["name"], iban=said["iban"], bic=said.get("bic", ""))
            except NotAnAccount as wrong:
                self.add_error(wrong.field, str(wrong))
        return said


class BySepaForm(AccountForm, ConsentForm):
    """The account, and how the customer agreed to be paid there."""

    field_order = ["consent", "name", "iban", "bic"]


class AgreeForm(forms.Form):
    """A button; `destination` is the key of the account that was on the page."""

    destination = forms.IntegerField(widget=forms.HiddenInput)


class ReturnedForm(forms.Form):
    """What the bank told of a transfer that came back."""

    code = forms.CharField(
        label=_("Code of the bank"),
        help_text=_("Four letters and digits, such as AC04: the account is closed."),
        max_length=20,
        widget=forms.TextInput(_PLAIN),
        error_messages={"required": _("Please give the code of the bank, such as AC04.")},
    )
    amount = AmountField(
        label=_("Amount that came back"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    returned_on = DayField(label=_("Came back on"), required=True)

    def clean_code(self) -> str:
        """As banks write it."""
        try:
            return read_code(self.cleaned_data["code"])
        except NotACode as wrong:
            raise forms.ValidationError(str(wrong)) from None


class GatherForm(forms.Form):
    """The refunds that go into a batch, and the day on which the bank is to pay them."""

    execute_on = DayField(label=_("The bank pays on"), required=True)
    chosen = forms.TypedMultipleChoiceField(label=_("Refunds"), coerce=int, required=False)

    def __init__(self, *args: Any, among: list[int], **said: Any) -> None:
        """`among` are the keys of the refunds on the page and of those that were chosen."""
        super().__init__(*args, **said)
        chosen = self.fields["chosen"]
        if isinstance(chosen, forms.TypedMultipleChoiceField):
            chosen.choices = [(key, key) for key in among]


class ExecutedForm(forms.Form):
    """The day on which the money left our account."""

    executed_on = DayField(label=_("The bank executed it on"), required=True)
