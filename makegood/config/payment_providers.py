"""The settings by which payment providers are connected; all empty where one is not."""

from __future__ import annotations

from dataclasses import dataclass

from environs import Env

from makegood.config.addresses import encrypted_address

SETTINGS = (
    "MAKEGOOD_2CHECKOUT_MERCHANT_CODE",
    "MAKEGOOD_2CHECKOUT_REASON",
    "MAKEGOOD_2CHECKOUT_SECRET",
    "MAKEGOOD_2CHECKOUT_URL",
    "MAKEGOOD_PAYPAL_CLIENT_ID",
    "MAKEGOOD_PAYPAL_SECRET",
    "MAKEGOOD_PAYPAL_URL",
    "MAKEGOOD_PAYPAL_WEBHOOK_ID",
)


@dataclass(frozen=True, slots=True)
class PayPal:
    """An app at PayPal and its webhook."""

    url: str
    client_id: str
    secret: str
    webhook_id: str


@dataclass(frozen=True, slots=True)
class TwoCheckout:
    """An account at 2Checkout; `reason` is one of its refund reasons."""

    url: str
    merchant_code: str
    secret: str
    reason: str


def paypal(env: Env) -> PayPal:
    """Raises BadSetting."""
    return PayPal(
        url=encrypted_address(env, "MAKEGOOD_PAYPAL_URL"),
        client_id=env.str("MAKEGOOD_PAYPAL_CLIENT_ID", ""),
        secret=env.str("MAKEGOOD_PAYPAL_SECRET", ""),
        webhook_id=env.str("MAKEGOOD_PAYPAL_WEBHOOK_ID", ""),
    )


def twocheckout(env: Env) -> TwoCheckout:
    """Raises BadSetting."""
    return TwoCheckout(
        url=encrypted_address(env, "MAKEGOOD_2CHECKOUT_URL"),
        merchant_code=env.str("MAKEGOOD_2CHECKOUT_MERCHANT_CODE", ""),
        secret=env.str("MAKEGOOD_2CHECKOUT_SECRET", ""),
        reason=env.str("MAKEGOOD_2CHECKOUT_REASON", ""),
    )
