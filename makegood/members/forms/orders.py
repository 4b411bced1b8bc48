"""Which orders it is about: one, two of which one is to be refunded, or the automatic charges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import day_in_words, list_in_words, number_in_words
from makegood.members.my_orders import MyOrder, order_line
from makegood.members.orders_shown import LONGEST
from makegood.orders.duplicates import Pair
from makegood.orders.usage import Use

FindNumbers = Callable[[Iterable[str]], Mapping[str, str]]

OTHER = "other"
PROPOSALS = "my-orders"
"""The id of the list on the page from which a browser completes a number."""

NOT_YOURS = gettext_lazy(
    "There is no order “{number}” under your e-mail address. You find the number under “My orders” and in "
    "the letter that came with your purchase."
)
CHOOSE = {
    "required": gettext_lazy("Please choose an order."),
    "invalid_choice": gettext_lazy("Please choose one of your orders."),
}


class OneOrderForm(forms.Form):
    """One of the member's orders."""

    order = forms.ChoiceField(
        label=gettext_lazy("Which order is it about?"), widget=forms.RadioSelect, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, mine: Sequence[MyOrder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "order", [(my.order.number, _option(my)) for my in mine])

    @property
    def named(self) -> list[str]:
        """The one order."""
        return [self.cleaned_data["order"]]

    @property
    def wanted(self) -> list[str]:
        """The one order."""
        return self.named


class RenewalsForm(forms.Form):
    """One or several automatic charges, all in one currency."""

    orders = forms.MultipleChoiceField(
        label=gettext_lazy("Which automatic charges do you want back?"),
        help_text=gettext_lazy("Choose one or several."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Please choose at least one automatic charge."),
            "invalid_choice": gettext_lazy("Please choose among your automatic charges."),
        },
    )

    def __init__(self, *args: Any, mine: Sequence[MyOrder], used: Mapping[int, Use], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currencies = {my.order.number: my.order.currency for my in mine}
        _offer(self, "orders", [(my.order.number, _renewal(my, used[my.order.pk])) for my in mine])

    def clean_orders(self) -> list[str]:
        """The orders chosen. Refuses two currencies, because one request is one amount."""
        chosen: list[str] = self.cleaned_data["orders"]
        currencies = sorted({self.currencies[number] for number in chosen})
        if len(currencies) > 1:
            raise forms.ValidationError(
                _(
                    "These were paid in {currencies}. Please ask for each currency in a request of its own."
                ).format(currencies=list_in_words(currencies))
            )
        return chosen

    @property
    def named(self) -> list[str]:
        """The charges chosen."""
        return list(self.cleaned_data["orders"])

    @property
    def wanted(self) -> list[str]:
        """All of them."""
        return self.named


class PairForm(forms.Form):
    """Two orders: a likely pair, or any two of the member's own by their numbers, which `mine` propose.

    `find` gives the member's own number for each as it was typed.
    """

    pair = forms.ChoiceField(
        label=gettext_lazy("Which two orders are the same?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose the two orders."),
            "invalid_choice": gettext_lazy("Please choose the two orders."),
        },
    )
    first = forms.CharField(label=gettext_lazy("Number of one order"), required=False, max_length=LONGEST)
    second = forms.CharField(
        label=gettext_lazy("Number of the other order"), required=False, max_length=LONGEST
    )

    def __init__(
        self,
        *args: Any,
        mine: Sequence[MyOrder],
        pairs: Sequence[Pair],
        named: Sequence[str],
        find: FindNumbers,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _chosen_before(pairs, named)
        super().__init__(*args, **kwargs)
        self.pairs = {_value(pair): pair for pair in pairs}
        if pairs:
            options = [(value, _pair(pair)) for value, pair in self.pairs.items()]
            _offer(self, "pair", [*options, (OTHER, _("Two other orders"))])
        else:
            del self.fields["pair"]
        self.find = find
        self.proposals = [(my.order.number, f"{my.order.product}, {order_line(my.order)}") for my in mine]
        for name in ("first", "second"):
            self.fields[name].depends = True  # type: ignore[attr-defined]  # on the pair, for the label
            self.fields[name].widget.attrs |= {
                "list": PROPOSALS,
                "autocomplete": "off",
                "spellcheck": "false",
            }

    def clean(self) -> dict[str, Any]:
        """When no likely pair is meant, two different orders are needed."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if "pair" in self.fields and told.get("pair") != OTHER:
            return told
        typed = {name: told[name] for name in ("first", "second") if told.get(name)}
        own = self.find(typed.values())
        for name in ("first", "second"):
            if name not in typed and name not in self.errors:
                self.add_error(name, _("Please type the number of the order."))
            elif name in typed and typed[name] not in own:
                self.add_error(name, NOT_YOURS.format(number=typed[name]))
        told |= {name: own[number] for name, number in typed.items() if number in own}
        if not self.errors and told["first"] == told["second"]:
            self.add_error("second", _("These are one and the same order. Please name two different ones."))
        return told

    @property
    def named(self) -> list[str]:
        """Both numbers."""
        pair = self.pairs.get(self.cleaned_data.get("pair", OTHER))
        if pair is not None:
            return [pair.other.number, pair.order.number]
        return [self.cleaned_data["first"], self.cleaned_data["second"]]

    @property
    def wanted(self) -> list[str]:
        """None yet: the next page asks which."""
        return []


class WhichForm(forms.Form):
    """Which of the two orders is to be refunded."""

    order = forms.ChoiceField(
        label=gettext_lazy("Which one shall we refund?"),
        help_text=gettext_lazy("You keep the other one."),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, mine: Sequence[MyOrder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.both = [my.order.number for my in mine]
        _offer(self, "order", [(my.order.number, _option(my)) for my in mine])

    @property
    def named(self) -> list[str]:
        """Both numbers, as before."""
        return self.both

    @property
    def wanted(self) -> list[str]:
        """The one chosen."""
        return [self.cleaned_data["order"]]


OrdersForm = OneOrderForm | RenewalsForm | PairForm | WhichForm
"""Each way to choose orders tells, once valid, the numbers `named` and those of them `wanted`."""


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # tells mypy what this module declared
    field.choices = list(choices)


def _option(my: MyOrder) -> SafeString:
    hints = [order_line(my.order), my.standing]
    return _two_lines(str(my.order.product), " · ".join(hint for hint in hints if hint))


def _renewal(my: MyOrder, use: Use) -> SafeString:
    chosen = {
        True: _("automatic renewal was chosen when buying"),
        False: _("our records show no choice of automatic renewal"),
        None: _("our records do not tell whether automatic renewal was chosen"),
    }[my.order.renewal_was_chosen()]
    used = _("not used since")
    if use.last_at is not None:
        used = _("used since: {count}, last on {day}").format(
            count=number_in_words(use.units), day=day_in_words(timezone.localtime(use.last_at).date())
        )
    hints = [order_line(my.order), chosen, used, my.standing]
    return _two_lines(str(my.order.product), " · ".join(hint for hint in hints if hint))


def _pair(pair: Pair) -> SafeString:
    words = _("{product}: orders {one} and {other}").format(
        product=pair.order.product, one=pair.other.number, other=pair.order.number
    )
    return _two_lines(words, pair.reason)


def _two_lines(words: str, hint: str) -> SafeString:
    return format_html('{}<span class="option__hint">{}</span>', words, hint)


def _value(pair: Pair) -> str:
    return f"{pair.other.number}+{pair.order.number}"


def _chosen_before(pairs: Sequence[Pair], named: Sequence[str]) -> dict[str, str]:
    for pair in pairs:
        if named and {pair.order.number, pair.other.number}.issuperset(named):
            return {"pair": _value(pair)}
    first, second = [*named, "", ""][:2]
    return {"pair": OTHER, "first": first, "second": second} if first else {}
