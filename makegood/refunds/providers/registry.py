"""Every provider by name, connected with the settings the caller passes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from makegood.refunds.providers.base import Provider
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.paypal.adapter import PayPalProvider
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sepa.adapter import SepaProvider
from makegood.refunds.providers.stripe.adapter import StripeProvider
from makegood.refunds.providers.twocheckout.adapter import TwoCheckoutProvider


class Connections(Protocol):
    """The settings that adapters need; Django's settings object is one."""

    MAKEGOOD_2CHECKOUT_MERCHANT_CODE: str
    MAKEGOOD_2CHECKOUT_REASON: str
    MAKEGOOD_2CHECKOUT_SECRET: str
    MAKEGOOD_2CHECKOUT_URL: str
    MAKEGOOD_PAYPAL_CLIENT_ID: str
    MAKEGOOD_PAYPAL_SECRET: str
    MAKEGOOD_PAYPAL_URL: str
    MAKEGOOD_PAYPAL_WEBHOOK_ID: str
    MAKEGOOD_SANDBOX_URL: str
    MAKEGOOD_SANDBOX_SECRET: str
    MAKEGOOD_SANDBOX_WEBHOOK_SECRET: str
    MAKEGOOD_STRIPE_URL: str
    MAKEGOOD_STRIPE_SECRET: str
    MAKEGOOD_STRIPE_WEBHOOK_SECRET: str
    MAKEGOOD_SEPA_NAME: str
    MAKEGOOD_SEPA_IBAN: str
    MAKEGOOD_SEPA_BIC: str


class UnknownProvider(LookupError):
    """No adapter has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no payment provider named “{name}”; known are {', '.join(NAMES)}.")


def _sandbox(connections: Connections) -> Provider:
    return SandboxProvider(
        url=connections.MAKEGOOD_SANDBOX_URL,
        secret=connections.MAKEGOOD_SANDBOX_SECRET,
        webhook_secret=connections.MAKEGOOD_SANDBOX_WEBHOOK_SECRET,
    )


def _stripe(connections: Connections) -> Provider:
    return StripeProvider(
        url=connections.MAKEGOOD_STRIPE_URL,
        secret=connections.MAKEGOOD_STRIPE_SECRET,
        webhook_secret=connections.MAKEGOOD_STRIPE_WEBHOOK_SECRET,
    )


def _paypal(connections: Connections) -> Provider:
    return PayPalProvider(
        url=connections.MAKEGOOD_PAYPAL_URL,
        client_id=connections.MAKEGOOD_PAYPAL_CLIENT_ID,
        secret=connections.MAKEGOOD_PAYPAL_SECRET,
        webhook_id=connections.MAKEGOOD_PAYPAL_WEBHOOK_ID,
    )


def _twocheckout(connections: Connections) -> Provider:
    return TwoCheckoutProvider(
        url=connections.MAKEGOOD_2CHECKOUT_URL,
        merchant_code=connections.MAKEGOOD_2CHECKOUT_MERCHANT_CODE,
        secret=connections.MAKEGOOD_2CHECKOUT_SECRET,
        reason=connections.MAKEGOOD_2CHECKOUT_REASON,
    )


def _manual(connections: Connections) -> Provider:
    return ManualProvider()


def _sepa(connections: Connections) -> Provider:
    return SepaProvider()


_ADAPTERS: dict[str, Callable[[Connections], Provider]] = {
    "sandbox": _sandbox,
    "stripe": _stripe,
    "paypal": _paypal,
    "sepa": _sepa,
    "2checkout": _twocheckout,
    "manual": _manual,
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "sandbox": ("MAKEGOOD_SANDBOX_URL", "MAKEGOOD_SANDBOX_SECRET", "MAKEGOOD_SANDBOX_WEBHOOK_SECRET"),
    "stripe": ("MAKEGOOD_STRIPE_SECRET", "MAKEGOOD_STRIPE_WEBHOOK_SECRET"),
    "paypal": (
        "MAKEGOOD_PAYPAL_URL",
        "MAKEGOOD_PAYPAL_CLIENT_ID",
        "MAKEGOOD_PAYPAL_SECRET",
        "MAKEGOOD_PAYPAL_WEBHOOK_ID",
    ),
    "2checkout": (
        "MAKEGOOD_2CHECKOUT_URL",
        "MAKEGOOD_2CHECKOUT_MERCHANT_CODE",
        "MAKEGOOD_2CHECKOUT_SECRET",
        "MAKEGOOD_2CHECKOUT_REASON",
    ),
    "manual": (),
    "sepa": ("MAKEGOOD_SEPA_NAME", "MAKEGOOD_SEPA_IBAN", "MAKEGOOD_SEPA_BIC"),
}
NAMES = tuple(sorted(_ADAPTERS))
LOOK_FIRST = frozenset({"2checkout"})
"""Those that read the address of their webhook before they send anything there, and want to be answered."""


def connect(name: str, connections: Connections) -> Provider:
    """The provider called `name`. Raises UnknownProvider."""
    if name not in _ADAPTERS:
        raise UnknownProvider(name)
    return _ADAPTERS[name](connections)


def needed_by(name: str) -> tuple[str, ...]:
    """The settings without which the provider called `name` cannot be used. Raises UnknownProvider."""
    if name not in _NEEDED:
        raise UnknownProvider(name)
    return _NEEDED[name]
