"""Whose address counts as the visitor's, for the limits of signing in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.environment import PROJECT, settings

SHOWN = "from makegood.config import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"


@pytest.mark.parametrize(("behind_proxy", "trusted"), [("true", "1"), ("false", "0")])
def test_only_behind_a_proxy_the_address_that_it_forwards_counts(behind_proxy: str, trusted: str) -> None:
    ours = settings(database_url="postgresql://ann@db/makegood", run="none")
    environment = {**os.environ, **ours, "MAKEGOOD_BEHIND_PROXY": behind_proxy}
    command = [sys.executable, "-c", SHOWN]
    shown = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == trusted
