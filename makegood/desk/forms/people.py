"""Roles with their limits, and inviting somebody new."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import Limits, User
from makegood.accounts.roles import LIMITED, RIGHTS, ROLE_NAMES, Right, Role
from makegood.desk.forms.amounts import AmountField
from makegood.money import Money, TooPrecise, UnknownCurrency

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOT_AN_AMOUNT = _("Please give the amount in digits, for example 200.00.")


def _amount(label: StrPromise) -> AmountField:
    return AmountField(
        label=label,
        required=False,
        min_value=0,
        max_digits=14,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_whole_digits", "max_decimal_places"), NOT_AN_AMOUNT
        ),
    )


class LimitsForm(forms.Form):
    """How much a role agrees to alone; what is left empty has no limit."""

    limit = _amount(_("At most for one order"))
    day_limit = _amount(_("At most in one day"))
    currency = forms.CharField(
        label=_("Currency of these amounts"),
        help_text=_("A decision in another currency always needs a second person."),
        required=False,
        max_length=3,
        widget=forms.TextInput({"placeholder": "USD", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, typed: Any = None, *, role: Role, held: Limits | None = None) -> None:
        super().__init__(typed, initial=_as_typed(held) if held else {})
        if role not in LIMITED:
            self.fields.clear()
        elif Right.DECIDE not in RIGHTS[role]:
            del self.fields["day_limit"]  # who only agrees to what others decided is asked for each by itself

    def clean(self) -> dict[str, Any]:
        """Amounts become Money; None is no limit."""
        told = super().clean() or {}
        currency = told.get("currency", "").strip().upper()
        for name in ("limit", "day_limit"):
            amount: Decimal | None = told.get(name)
            told[name] = None if amount is None else self._as_money(name, amount, currency)
        return told

    def _as_money(self, name: str, amount: Decimal, currency: str) -> Money | None:
        try:
            return Money.of(amount, currency)
        except UnknownCurrency:
            if "currency" not in self.errors:
                self.add_error("currency", _("Please say which currency the amount is in, for example USD."))
        except TooPrecise:
            self.add_error(name, NOT_AN_AMOUNT)
        return None

    @property
    def said(self) -> dict[str, Money | None]:
        """`limit` and `day_limit`, once the form is valid."""
        return {name: self.cleaned_data.get(name) for name in ("limit", "day_limit")}


class InviteForm(LimitsForm):
    """Who comes to the desk, and as what."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Please give their name, as colleagues and customers will see it.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=User.email.field.max_length,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "required": _("Please give the address to which the invitation goes."),
            "invalid": _("This is not an e-mail address. It looks like name@example.com."),
        },
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=list(ROLE_NAMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a role."), "invalid_choice": _("Please choose a role.")},
    )
    field_order = ("name", "email", "role", "limit", "day_limit", "currency")

    def __init__(self, typed: Any = None) -> None:
        # All limits stand there; those that the chosen role has no use for are left alone.
        super().__init__(typed, role=Role.REPRESENTATIVE)

    def clean(self) -> dict[str, Any]:
        """A role that agrees to no amount has no limits, whatever was typed."""
        told = super().clean()
        role = told.get("role")
        if role is not None:
            told["role"] = Role(role)
            if told["role"] not in LIMITED:
                told["limit"] = told["day_limit"] = None
            elif Right.DECIDE not in RIGHTS[told["role"]]:
                told["day_limit"] = None
        return told


def _as_typed(held: Limits) -> dict[str, object]:
    amounts = {"limit": held.limit, "day_limit": held.day_limit}
    typed = {name: None if amount is None else str(amount.decimal) for name, amount in amounts.items()}
    return {**typed, "currency": held.limit_currency}
