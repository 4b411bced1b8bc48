"""Amounts as PayPal writes them: decimal strings in major units, without decimals in three currencies.

See developer.paypal.com/api/rest/reference/currency-codes/: HUF, JPY and TWD take no decimals there, though
ISO 4217 gives the forint and the new Taiwan dollar two, and payments are kept here by ISO 4217.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from makegood.money import Money, TooPrecise, UnknownCurrency
from makegood.refunds.providers.bodies import Malformed

WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)


class NotPayable(ValueError):
    """PayPal has no way to write this amount."""

    def __init__(self, amount: Money) -> None:
        super().__init__(f"PayPal takes no decimals of {amount.currency}, and {amount} has some.")


def write(amount: Money) -> dict[str, str]:
    """`amount` as an object of the API. Raises NotPayable."""
    value = amount.decimal
    if amount.currency in WITHOUT_DECIMALS:
        if value != value.to_integral_value():
            raise NotPayable(amount)
        value = value.quantize(Decimal(1))
    return {"currency_code": amount.currency, "value": str(value)}


def read(body: Mapping[str, Any], name: str) -> Money:
    """The amount called `name` in `body`, exactly. Raises Malformed."""
    told = body.get(name)
    value = told.get("value") if isinstance(told, dict) else None
    currency = told.get("currency_code") if isinstance(told, dict) else None
    if not isinstance(value, str) or not isinstance(currency, str) or not _DECIMAL.fullmatch(value):
        raise Malformed(f"no readable {name}")
    try:
        return Money.of(value, currency)
    except (UnknownCurrency, TooPrecise) as problem:
        raise Malformed(str(problem)) from problem
