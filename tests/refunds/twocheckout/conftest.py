"""2Checkout's stand-in on loopback, and the adapter that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.money import Money
from makegood.refunds.providers.base import Instruction
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.twocheckout.adapter import TwoCheckoutProvider
from makegood.refunds.providers.twocheckout.stand_in import BASE, TwoCheckoutStandIn
from tests.people import NOON
from tests.refunds.scenes import WEBHOOK_SECRET

ORDER = "211153389"


def provider_at(url: str, *, secret: str = WEBHOOK_SECRET, reason: str = "Other") -> TwoCheckoutProvider:
    return TwoCheckoutProvider(url=f"{url}{BASE}", merchant_code="MAKEGOOD1", secret=secret, reason=reason)


def ordered(there: TwoCheckoutStandIn, amount: str = "100.00", currency: str = "USD") -> None:
    there.book.charge([{"id": ORDER, "amount": Money.of(amount, currency).minor, "currency": currency}])


def a_wish(amount: str = "25.00", currency: str = "USD", key: str = "key-1") -> Instruction:
    return Instruction(key, ORDER, Money.of(amount, currency))


@pytest.fixture
def there(tmp_path: Path, manners: Manners) -> Iterator[TwoCheckoutStandIn]:
    """With one order of 100 dollars."""
    with TwoCheckoutStandIn(tmp_path / "2checkout", manners, clock=Clock(frozen=NOON)) as server:
        ordered(server)
        yield server


@pytest.fixture
def provider(there: TwoCheckoutStandIn) -> TwoCheckoutProvider:
    return provider_at(there.url)
