"""The web process, and pages that follow an address."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from makegood.accounts.models import User
from tests.serving import LONGEST, Served, session_of

EVENT_STREAM = {"Accept": "text/event-stream"}


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
        followers.append(Follower(at.url + path, session_of(user)))
        return followers[-1]

    yield begin
    for follower in followers:
        follower.leave()
