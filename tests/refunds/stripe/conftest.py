"""Stripe's stand-in on loopback, and our adapter that talks to it through Stripe's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.stripe.adapter import StripeProvider
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from tests.people import NOON
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET


@pytest.fixture
def stand_in(tmp_path: Path, manners: Manners) -> Iterator[StripeStandIn]:
    with StripeStandIn(tmp_path / "stripe", manners, clock=Clock(frozen=NOON)) as server:
        yield server


@pytest.fixture
def provider(stand_in: StripeStandIn) -> StripeProvider:
    return StripeProvider(url=stand_in.url, secret=SECRET, webhook_secret=WEBHOOK_SECRET)


@pytest.fixture
def http(stand_in: StripeStandIn) -> Iterator[httpx.Client]:
    """Talks to the stand-in without the SDK."""
    opened = {"Authorization": f"Bearer {SECRET}"}
    with httpx.Client(base_url=stand_in.url, headers=opened, timeout=5) as client:
        yield client
