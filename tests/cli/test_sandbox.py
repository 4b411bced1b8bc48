"""`makegood sandbox --as NAME`: each stand-in as a program of its own, which needs no installation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from makegood.refunds.providers.sandbox.stand_ins import STAND_INS

SECRETS = ("--secret", "opens it", "--webhook-secret", "signs its events")


def command(name: str, data: Path, *more: str) -> list[str]:
    arguments = ["sandbox", "--as", name, "--port", "0", "--data", str(data), *more]
    return [sys.executable, "-m", "makegood.cli", *arguments]


def without_settings() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKEGOOD_", "DJANGO_", "DATABASE_"))
    }


@contextmanager
def running(name: str, data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program and the line that it says once it listens."""
    started = subprocess.Popen(
        command(name, data, *SECRETS), env=without_settings(), stdout=subprocess.PIPE, text=True
    )
    with started:
        try:
            assert started.stdout is not None
            yield started, started.stdout.readline().strip()
        finally:
            started.kill()


@pytest.mark.parametrize("name", sorted(STAND_INS))
def test_it_serves_until_it_is_told_to_stop(name: str, tmp_path: Path) -> None:
    with running(name, tmp_path) as (started, said):
        told, _, url = said.rpartition(" ")
        assert told == f"A stand-in for the payment provider “{name}” listens on"
        opened = {"Authorization": "Bearer opens it"}
        charges = {"charges": [{"amount": 100, "currency": "USD"}]}
        assert httpx.post(f"{url}/_control/charges", json=charges).status_code == 401
        assert httpx.post(f"{url}/_control/charges", json=charges, headers=opened).status_code == 201
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=10) == 0


def test_without_secrets_it_says_which(tmp_path: Path) -> None:
    done = subprocess.run(
        command("sandbox", tmp_path), env=without_settings(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "MAKEGOOD_SANDBOX_SECRET and MAKEGOOD_SANDBOX_WEBHOOK_SECRET" in done.stderr
