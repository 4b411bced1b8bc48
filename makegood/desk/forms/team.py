"""What a lead says about the work of a person."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from makegood.orders.models import Product


class ProductsForm(forms.Form):
    """Which products a person gets first; none of them: all alike."""

    def __init__(
        self,
        typed: QueryDict | None = None,
        *,
        choices: Sequence[Product],
        known: Sequence[Product] = (),
    ) -> None:
        now = {"products": [product.pk for product in known]}
        super().__init__(typed, initial=now)
        self._known = {str(product.pk): product for product in choices}
        self.fields["products"] = forms.MultipleChoiceField(
            label=_("Gets these products first"),
            help_text=_("None chosen: all alike. What nobody took for four hours goes to everybody."),
            required=False,
            choices=[(key, str(product)) for key, product in self._known.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Please choose from the products of the list.")},
        )

    def chosen(self) -> list[Product]:
        """The products that were chosen, once the form is valid."""
        return [self._known[key] for key in self.cleaned_data["products"]]
