"""A product as its owner fills it in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.desk.product_words import LABELS
from makegood.orders.models import Product, ProductKind
from makegood.orders.products import Terms

LONGEST_TRIAL = 3650  # days; longer ones are a typing error
LARGEST_QUOTA = 1_000_000_000


class ProductForm(forms.Form):
    """What it is; once valid, `terms` says it. `edition` is the one that was on the page."""

    name = forms.CharField(
        label=LABELS["name"], help_text=_("As customers read it."), max_length=Product.name.field.max_length
    )
    kind = forms.ChoiceField(
        label=LABELS["kind"],
        help_text=_("Software is installed, a service is used online."),
        choices=ProductKind.choices,
    )
    summary = forms.CharField(
        label=LABELS["summary"],
        help_text=_("Shown where it can be tried."),
        max_length=Product.summary.field.max_length,
        required=False,
    )
    unit = forms.CharField(
        label=LABELS["unit"],
        help_text=_("Of a service, such as messages."),
        max_length=Product.unit.field.max_length,
        required=False,
    )
    trial_days = forms.IntegerField(
        label=LABELS["trial_days"],
        help_text=_("Of a service; empty where there is no free trial. Trials that run keep their days."),
        min_value=1,
        max_value=LONGEST_TRIAL,
        required=False,
    )
    trial_quota = forms.IntegerField(
        label=LABELS["trial_quota"],
        help_text=_("Empty where it is not limited. Trials that run keep what they began with."),
        min_value=1,
        max_value=LARGEST_QUOTA,
        required=False,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    @property
    def terms(self) -> Terms:
        """What was filled in; call once the form is valid."""
        told = {name: self.cleaned_data[name] for name in LABELS}
        return Terms(**{**told, "kind": ProductKind(told["kind"])})


class NewProductForm(ProductForm):
    """A product that is not there yet."""

    sku = forms.SlugField(
        label=_("Code"),
        help_text=_("As your shop's orders name it, such as mail-sender; it cannot change."),
        max_length=Product.sku.field.max_length,
    )
    field_order = ("sku", *LABELS)
