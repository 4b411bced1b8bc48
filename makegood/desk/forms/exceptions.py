"""An exception to the policy: an amount for each order, why, and the letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import amount_in_words
from makegood.desk.forms.amounts import AmountField
from makegood.money import Money, TooPrecise, exponent
from makegood.orders.models import Order
from makegood.refund_requests.conversation import MAX_LENGTH

NOT_AN_AMOUNT = gettext_lazy("Please write an amount, such as 20 or 20.50.")


class ExceptionForm(forms.Form):
    """`rooms`: each order with the least and the most that may be given for it, see `exceptions.room_for`."""

    reason = forms.CharField(
        label=gettext_lazy("Why an exception"),
        help_text=gettext_lazy(
            "The second person decides by it, and colleagues and auditors read it. The customer does not."
        ),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Please say why; without a reason there is no exception.")},
    )
    letter = forms.CharField(
        label=gettext_lazy("Letter to the customer"),
        help_text=gettext_lazy(
            "Below it the customer reads that this is an exception and not a right; you need not write that."
        ),
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 14}),
        error_messages={"required": gettext_lazy("The customer needs a letter that explains the decision.")},
    )

    def __init__(self, *args: Any, rooms: Sequence[tuple[Order, Money, Money]], **said: Any) -> None:
        super().__init__(*args, **said)
        self._orders = {f"amount_{place}": order for place, (order, _least, _most) in enumerate(rooms, 1)}
        for name, room in zip(self._orders, rooms, strict=True):
            self.fields[name] = _amount(*room)
        self.order_fields([*self._orders, "reason", "letter"])

    def clean(self) -> dict[str, Any]:
        """With `amounts`: by number of the order."""
        said = super().clean() or self.cleaned_data
        amounts = {}
        for name, order in self._orders.items():
            try:
                if said.get(name) is not None:
                    amounts[order.number] = Money.of(said[name], order.currency)
            except TooPrecise:
                self.add_error(name, str(NOT_AN_AMOUNT))
        return {**said, "amounts": amounts}


def _amount(order: Order, least: Money, most: Money) -> AmountField:
    words = _("Between {least}, which the policy grants, and {most}, which is left of what was paid.")
    return AmountField(
        label=_("Refund for order {number}, in {currency}").format(
            number=order.number, currency=order.currency
        ),
        help_text=words.format(least=amount_in_words(least), most=amount_in_words(most)),
        initial=f"{most.decimal:.{exponent(order.currency)}f}",
        max_digits=14,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_digits", "max_whole_digits", "max_decimal_places"), NOT_AN_AMOUNT
        ),
    )
