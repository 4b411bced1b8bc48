"""Every stand-in by the name of the provider that it stands for; a provider with one adds its line here."""

from __future__ import annotations

from makegood.refunds.providers.paypal.stand_in import PayPalStandIn
from makegood.refunds.providers.sandbox.frame import StandIn
from makegood.refunds.providers.sandbox.server import SandboxServer
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from makegood.refunds.providers.twocheckout.stand_in import TwoCheckoutStandIn

STAND_INS: dict[str, type[StandIn]] = {
    "2checkout": TwoCheckoutStandIn,
    "paypal": PayPalStandIn,
    "sandbox": SandboxServer,
    "stripe": StripeStandIn,
}
