"""PayPal's stand-in on loopback, and the adapter that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.money import Money
from makegood.refunds.providers.base import Instruction
from makegood.refunds.providers.paypal.adapter import PayPalProvider
from makegood.refunds.providers.paypal.stand_in import PayPalStandIn
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from tests.people import NOON
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET


def provider_at(url: str, *, secret: str = SECRET, webhook_id: str = WEBHOOK_SECRET) -> PayPalProvider:
    return PayPalProvider(url=url, client_id="the desk", secret=secret, webhook_id=webhook_id)


def captured(paypal: PayPalStandIn, amount: str = "100.00", currency: str = "USD") -> str:
    wanted = {"amount": Money.of(amount, currency).minor, "currency": currency}
    [charge] = paypal.book.charge([wanted])
    return charge.id


def a_wish(paypal: PayPalStandIn, amount: str = "25.00", currency: str = "USD") -> Instruction:
    return Instruction("key-1", captured(paypal, currency=currency), Money.of(amount, currency))


@pytest.fixture
def paypal(tmp_path: Path, manners: Manners) -> Iterator[PayPalStandIn]:
    with PayPalStandIn(tmp_path / "paypal", manners, clock=Clock(frozen=NOON)) as server:
        yield server


@pytest.fixture
def provider(paypal: PayPalStandIn) -> PayPalProvider:
    return provider_at(paypal.url)
