"""The web process as `makegood serve` runs it, on the database of the tests, and pages that follow."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest
from django.db import connection
from django.test import Client

from makegood.accounts.models import User

LONGEST = 30.0
EVENT_STREAM = {"Accept": "text/event-stream"}


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
        self.address = f"http://127.0.0.1:{self.port}"

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
                httpx.get(f"{self.address}/healthz").raise_for_status()
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


class Follower:
    """A page that follows an address; `said` are the lines of the stream, None when it ended."""

    def __init__(self, address: str, session: str) -> None:
        self.said: queue.Queue[str | None] = queue.Queue()
        self.client = httpx.Client(timeout=LONGEST, cookies={"session": session})
        self._stack = ExitStack()
        self.answer = self._stack.enter_context(self.client.stream("GET", address, headers=EVENT_STREAM))
        self._reading = threading.Thread(target=self._read, daemon=True)
        if self.answer.status_code == httpx.codes.OK:
            self._reading.start()

    def hears(self, *, within: float = LONGEST) -> str | None:
        """The next event, or None if the stream ends; fails when neither comes."""
        until = time.monotonic() + within
        while True:
            line = self.said.get(timeout=max(until - time.monotonic(), 0.001))
            if line is None or line.startswith("data"):
                return line

    def hears_nothing(self, *, for_seconds: float) -> bool:
        """Whether no event comes."""
        try:
            self.hears(within=for_seconds)
        except queue.Empty:
            return True
        return False

    def leave(self) -> None:
        """Cut the connection."""
        line = self.answer.extensions["network_stream"].get_extra_info("socket")
        with suppress(OSError):  # it was cut before
            line.shutdown(socket.SHUT_RDWR)
        if self._reading.is_alive():
            self._reading.join(LONGEST)
        self._stack.close()
        self.client.close()

    def _read(self) -> None:
        try:
            for line in self.answer.iter_lines():
                self.said.put(line)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            pass
        self.said.put(None)


@pytest.fixture(scope="package")
def served(django_db_setup: None) -> Iterator[Served]:
    """It serves, for all tests of this folder."""
    served = Served()
    served.start()
    yield served
    served.stop()


@pytest.fixture
def served_once(transactional_db: None) -> Iterator[Served]:
    """One that a test may stop, or start as it likes."""
    served = Served()
    yield served
    if served.running.poll() is None:
        served.stop()


@pytest.fixture
def follow(transactional_db: None, served: Served) -> Iterator[Callable[..., Follower]]:
    """`follow(petro(), "/desk/live/")`: a page of somebody who is signed in."""
    followers: list[Follower] = []

    def begin(user: User, path: str, at: Served = served) -> Follower:
        followers.append(Follower(at.address + path, session_of(user)))
        return followers[-1]

    yield begin
    for follower in followers:
        follower.leave()
