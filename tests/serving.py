"""The web process as `makegood serve` runs it, on the database of the tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from django.db import connection
from django.test import Client

from makegood.accounts.models import User

LONGEST = 60.0


def session_of(user: User) -> str:
    """The cookie of somebody who is signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies["session"].value


class Served:
    """One web process, of one worker."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, *more: str) -> None:
        """Start it, and return when it answers."""
        at = connection.settings_dict
        database = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
        if at["PORT"]:
            database += f"&port={at['PORT']}"
        command = [sys.executable, "-m", "gunicorn", "--config", "python:makegood.config.gunicorn"]
        self.running = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "--workers", "1", *more],
            env={**os.environ, "DATABASE_URL": database},
        )
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/healthz").raise_for_status()
            except httpx.TransportError:
                assert self.running.poll() is None, "it ended"
                time.sleep(0.1)
            else:
                return
        pytest.fail("it does not answer")

    def stop(self) -> float:
        """Ask it to end; how many seconds that took."""
        began = time.monotonic()
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(LONGEST)
        return time.monotonic() - began
