"""A sandbox provider on loopback, the adapter that talks to it, and refunds to try them on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from makegood.refunds.providers.base import Provider
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sandbox.adapter import SandboxProvider
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.server import Manners, SandboxServer
from makegood.refunds.verifying import problems
from tests.people import NOON
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET, Scene


@pytest.fixture
def manners() -> Manners:
    return Manners(secret=SECRET, webhook_secret=WEBHOOK_SECRET)


@pytest.fixture
def sandbox(tmp_path: Path, manners: Manners) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path / "sandbox", manners, clock=Clock(frozen=NOON)) as server:
        yield server


@pytest.fixture
def provider(sandbox: SandboxServer) -> SandboxProvider:
    return SandboxProvider(
        url=sandbox.url, secret=SECRET, webhook_secret=WEBHOOK_SECRET, timeout=httpx.Timeout(5)
    )


@pytest.fixture
def manual() -> ManualProvider:
    return ManualProvider()


@pytest.fixture
def scene(transactional_db: None, sandbox: SandboxServer, provider: SandboxProvider) -> Iterator[Scene]:
    """A world with a provider; when a test leaves it, every invariant must hold in it."""
    scene = Scene(sandbox, provider)
    yield scene
    if scene.is_to_be_verified:
        providers: dict[str, Provider] = {"sandbox": provider}
        wrong = list(problems(at=scene.now + timedelta(minutes=1), providers=providers))
        assert not wrong, "\n".join(map(str, wrong))
