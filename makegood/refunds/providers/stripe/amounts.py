"""Amounts as Stripe counts them, which is not always as ISO 4217 does.

See docs.stripe.com/currencies, “Zero-decimal currencies”, “Three-decimal currencies” and “Special cases”.
"""

from __future__ import annotations

from decimal import Decimal

from makegood.money import Money, TooPrecise, UnknownCurrency, exponent
from makegood.refunds.providers.bodies import Malformed

_ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
"""One of them, MGA, has two places in ISO 4217."""
_THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_WHOLE_BUT_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
"""They have no smaller part any more; for old integrations' sake Stripe goes on counting hundredths."""
_USUAL_PLACES = 2
_LARGEST = 2**63 - 1


class NotAtStripe(Exception):
    """Stripe cannot move this amount; its sentence says why."""


def to_stripe(money: Money) -> int:
    """`money` in the unit that Stripe counts `money.currency` in. Raises NotAtStripe."""
    currency = money.currency
    places = _places(currency)
    scaled = money.decimal.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise NotAtStripe(f"Stripe moves {currency} in whole units only, not {money}.")
    if currency in _THREE_DECIMAL and scaled % 10:
        raise NotAtStripe(f"Stripe moves {currency} in steps of 0.010 only, not {money}.")
    return int(scaled)


def from_stripe(amount: object, currency: object) -> Money:
    """What Stripe says as `amount` of `currency` (in lower case). Raises Malformed."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not isinstance(currency, str):
        raise Malformed("no readable amount")
    if abs(amount) > _LARGEST:
        raise Malformed("an amount beyond all money")
    code = currency.upper()
    try:
        return Money.of(Decimal(amount).scaleb(-_places(code)), code)
    except (UnknownCurrency, TooPrecise, NotAtStripe) as problem:
        raise Malformed(str(problem)) from problem


def _places(currency: str) -> int:
    """Decimal places of Stripe's unit. Raises NotAtStripe, UnknownCurrency."""
    if currency in _ZERO_DECIMAL:
        return 0
    if currency in _THREE_DECIMAL:
        return 3
    if currency in _WHOLE_BUT_IN_HUNDREDTHS or exponent(currency) == _USUAL_PLACES:
        return _USUAL_PLACES
    raise NotAtStripe(f"Stripe does not say how it counts {currency}.")
