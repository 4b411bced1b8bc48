"""Looking for requests: words and filters, each of which may be empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.desk.board import DUE_TODAY, UNANSWERED, due_by, end_of_day
from makegood.desk.forms.amounts import AmountField
from makegood.desk.forms.days import DayField
from makegood.desk.standing import STATES
from makegood.money import Money, TooPrecise, UnknownCurrency
from makegood.search.asking import LONGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Choice = tuple[str, str | Promise]
ME, NOBODY = "me", "nobody"
STANDS: list[Choice] = [
    *((value.value, label) for value, label in STATES.items()),
    (DUE_TODAY, _("promised an update by today")),
    (UNANSWERED, _("written after the decision")),
]
MORE = ("product", "ground", "clause", "holder", "since", "until", "least", "most", "currency")
NOT_AN_AMOUNT = _("Please give the amount in digits, for example 79.00.")


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


class SearchForm(forms.Form):
    """A filter of a list. What is no choice of a list is none: an old link goes on working."""

    find = forms.CharField(
        label=_("Words, a name, an address, a reference or an order number"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "data-shortcut": "/"}),
    )
    state = forms.CharField(label=_("Where it stands"), required=False)
    product = forms.CharField(label=_("Product"), required=False)
    ground = forms.CharField(label=_("Ground"), required=False)
    clause = forms.CharField(label=_("Clause the answer rests on"), required=False)
    holder = forms.CharField(label=_("Who examines it"), required=False)
    since = DayField(label=_("Received from"))
    until = DayField(label=_("Received until"))
    least = _amount(_("Price at least"))
    most = _amount(_("Price at most"))
    currency = forms.CharField(
        label=_("Currency"), required=False, widget=forms.TextInput({"placeholder": "USD", "maxlength": 3})
    )

    def __init__(self, typed: Any, *, choices: dict[str, Sequence[Choice]]) -> None:
        super().__init__(typed)
        self._choices = choices = {"state": STANDS, **choices}
        for name, offered in choices.items():
            self.fields[name].widget = forms.Select(choices=[("", _("any")), *offered])

    @property
    def more_is_set(self) -> bool:
        """Whether a filter that is folded away is in use, or wrong."""
        return any(self.data.get(name) or name in self.errors for name in MORE)

    def clean(self) -> dict[str, Any]:
        """Amounts have a currency, and neither amounts nor days end before they begin."""
        told = super().clean() or {}
        for name, offered in self._choices.items():
            if told.get(name) not in {value for value, _label in offered}:
                told[name] = ""
        if told.get("since") and told.get("until") and told["since"] > told["until"]:
            self.add_error("until", _("The last day is before the first."))
        for name in ("since", "until"):
            if name in self.errors:
                # A field for a date shows nothing that is none, and what was typed would be lost.
                self.fields[name].widget.input_type = "text"
        told["currency"] = told.get("currency", "").upper()
        for name in ("least", "most"):
            if told.get(name) is not None:
                self._as_money(name, told)
        least, most = told.get("least"), told.get("most")
        if not self.errors and least is not None and most is not None and least > most:
            self.add_error("most", _("The highest price is below the lowest."))
        return told

    def _as_money(self, name: str, told: dict[str, Any]) -> None:
        amount: Decimal = told[name]
        try:
            told[name] = Money.of(amount, told["currency"])
        except UnknownCurrency:
            self.add_error("currency", _("Please say which currency the amount is in, for example USD."))
        except TooPrecise:
            self.add_error(name, NOT_AN_AMOUNT)

    def wanted(self, *, person: int, at: datetime) -> Q:
        """The filters as a condition on refund requests; the days are those of the active time zone."""
        told, wanted = self.cleaned_data, Q()
        if told["state"] == UNANSWERED:
            wanted &= Q(unanswered_since__isnull=False)
        elif told["state"] == DUE_TODAY:
            wanted &= due_by(end_of_day(at))
        elif told["state"]:
            wanted &= Q(state=told["state"])
        if told["product"]:
            wanted &= Q(product=int(told["product"]))
        if told["ground"]:
            wanted &= Q(ground=told["ground"])
        if told["clause"]:
            wanted &= Q(decided_by__clause=told["clause"])
        if told["holder"] == NOBODY:
            wanted &= Q(holder__isnull=True)
        elif told["holder"]:
            wanted &= Q(holder=person if told["holder"] == ME else int(told["holder"]))
        return wanted & self._when() & self._price()

    def _when(self) -> Q:
        first, last, wanted = self.cleaned_data["since"], self.cleaned_data["until"], Q()
        zone = timezone.get_current_timezone()
        if first:
            wanted &= Q(received_at__gte=datetime.combine(first, time.min, tzinfo=zone))
        if last:
            wanted &= Q(received_at__lt=datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone))
        return wanted

    def _price(self) -> Q:
        least, most, wanted = self.cleaned_data["least"], self.cleaned_data["most"], Q()
        if self.cleaned_data["currency"]:
            wanted &= Q(found_by__currency=self.cleaned_data["currency"])
        if least is not None:
            wanted &= Q(found_by__amount_minor__gte=least.minor)
        if most is not None:
            wanted &= Q(found_by__amount_minor__lte=most.minor)
        return wanted


class ViewForm(forms.Form):
    """The name of a view to be saved; `query` is what it looks for."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        error_messages={"required": _("Please give the view a name.")},
    )
    query = forms.CharField(widget=forms.HiddenInput, max_length=800, required=False)
