"""Starts the embedded PostgreSQL of a test run; pytest loads this before anything reads the settings."""

from __future__ import annotations

import os
import shutil

import psycopg
import pytest

from makegood.cli import embedded
from tests.environment import VAR, settings


def _prepare() -> None:
    # Named after the first process: two runs side by side share no database, all workers of one run do.
    run = os.environ.setdefault("PYTEST_RUN", str(os.getpid()))
    given = os.environ.get("TEST_DATABASE_URL")
    os.environ.update(settings(database_url=given or _embedded(run), run=run))
    (VAR / f"data-{run}" / "static").mkdir(
        parents=True, exist_ok=True
    )  # nothing is collected, but WhiteNoise looks


def _embedded(run: str) -> str:
    with psycopg.connect(embedded.start(VAR / "postgres"), autocommit=True) as connection:
        # What these tests write need not outlive the machine. A killed client still loses nothing.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET max_connections = 200")
        connection.execute("SELECT pg_reload_conf()")
    return embedded.address(VAR / "postgres", f"run_{run}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the files the run made, when its first process ends."""
    run = os.environ["PYTEST_RUN"]
    if run == str(os.getpid()):
        shutil.rmtree(VAR / f"data-{run}", ignore_errors=True)


_prepare()
