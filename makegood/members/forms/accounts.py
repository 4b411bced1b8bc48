"""Signing up: a name, and a free trial when one was asked for; later, another name; and leaving."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.accounts.speaking import learn_language
from makegood.orders.models import Product
from makegood.orders.trials import products_with_a_trial, start_trial


class SignupForm(forms.Form):
    """What django-allauth asks besides e-mail and password. `trial` is the service to try, by its sku."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    trial = forms.ModelChoiceField(
        queryset=Product.objects.none(),
        to_field_name="sku",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no free trial of this service.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trial"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # tells mypy what is declared above
        field.queryset = products_with_a_trial()
        field.initial = context.request.GET.get("trial", "")

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002  # as allauth calls it
        """Keep the name and start the trial; django-allauth calls this once the account exists."""
        user.name = self.cleaned_data["name"]
        # Until the member says otherwise, moments are told as the desk tells them, which names its zone.
        user.time_zone = settings.MAKEGOOD_DESK_ZONE
        user.save(update_fields=["name", "time_zone"])
        learn_language(user)
        if self.cleaned_data["trial"] is not None:
            start_trial(user, self.cleaned_data["trial"], by=user, at=timezone.now())


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no type when it runs
    """The name by which letters greet."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Please write the name by which we may greet you.")},
    )

    class Meta:
        model = User
        fields = ("name",)


class EraseForm(forms.Form):
    """The address typed once more, so that nobody erases an account by a slip."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": _("Please type your e-mail address to confirm.")},
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of_account = address

    def clean_address(self) -> str:
        """It is the account's own."""
        typed: str = self.cleaned_data["address"]
        if typed.casefold() != self._of_account.casefold():
            raise forms.ValidationError(_("This is not the e-mail address of this account."))
        return typed
