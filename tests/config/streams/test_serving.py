"""What the server makes of requests and of the answers of pages, whatever pages these are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from makegood.accounts.following import EXTENSION, FOLLOWS
from makegood.config.streams import serving
from makegood.config.streams.hub import Hub
from makegood.config.streams.serving import CutOff, Message, Receive, Scope, Send, Serving

A_WHILE = 20.0
EVENT_STREAM = (b"accept", b"text/event-stream")


async def never() -> None:
    """Nobody listens to a database here."""


def a_scope(*headers: tuple[bytes, bytes]) -> Scope:
    return {"type": "http", "method": "GET", "path": "/desk/live/", "headers": list(headers)}


def pages_that_let(*follows: str) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Pages that let one follow as told, by one time asked after the other; 404 where that is empty."""
    answers: Iterator[str] = chain(follows, repeat(follows[-1]))

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        let = next(answers) if EXTENSION in scope.get("extensions", {}) else ""
        headers = [(FOLLOWS.lower().encode(), let.encode()), (b"x-frame-options", b"DENY")]
        await send({"type": "http.response.start", "status": 200 if let else 404, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return pages


async def not_yet() -> Message:
    """A client that stays."""
    await asyncio.Event().wait()
    raise AssertionError


def served(
    pages: Callable[[Scope, Receive, Send], Awaitable[None]], *, hears: bool = True
) -> Coroutine[Any, Any, list[Message]]:
    """All that a page is sent which follows, until the server ends it."""

    async def scene() -> list[Message]:
        hub, sent = Hub(), list[Message]()
        if hears:
            hub.hearing.set()

        async def send(message: Message) -> None:
            sent.append(message)

        async with asyncio.timeout(A_WHILE):
            await Serving(pages, hub, never)(a_scope(EVENT_STREAM), not_yet, send)
        assert len(hub) == 0
        return sent

    return scene()


def test_a_right_that_ended_ends_the_stream_though_nothing_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "AUTHORISED_FOR", 0.5)
    monkeypatch.setattr(serving, "HEARTBEAT", 0.05)
    monkeypatch.setattr(serving, "PAUSE", 0.01)
    start, *rest = asyncio.run(served(pages_that_let("7 desk", "7 desk", "")))
    assert (start["status"], (b"x-frame-options", b"DENY") in start["headers"]) == (200, True)
    bodies = [message["body"] for message in rest]
    assert bodies[0].startswith(b"retry: ")
    assert (bodies[1], set(bodies[2:-1]), bodies[-1]) == (b"data: changed\n\n", {b":\n\n"}, b"")
    assert not rest[-1].get("more_body", False)


def test_while_the_database_is_not_heard_pages_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEARD_WITHIN", 0.05)
    start, body = asyncio.run(served(pages_that_let("7 desk"), hears=False))
    assert (start["status"], body["body"]) == (204, b"")


def test_who_may_not_gets_the_answer_of_the_pages() -> None:
    start, _ = asyncio.run(served(pages_that_let("")))
    assert start["status"] == 404


def test_headers_that_could_pass_for_those_of_the_proxy_go_no_further() -> None:
    met: list[tuple[bytes, bytes]] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        met.extend(scope["headers"])

    real, false = (b"x-forwarded-for", b"198.51.100.7"), (b"x_forwarded_for", b"203.0.113.9")
    asyncio.run(Serving(pages, Hub(), never)(a_scope(real, false), not_yet, _ignore))
    assert met == [real]


@pytest.mark.parametrize("parts", [[], [b"half"]])
def test_half_a_request_is_none(parts: list[bytes]) -> None:
    came = iter([{"type": "http.request", "body": part, "more_body": True} for part in parts])

    async def receive() -> Message:
        return next(came, {"type": "http.disconnect"})

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    with pytest.raises(CutOff):
        asyncio.run(Serving(pages, Hub(), never)(a_scope(), receive, _ignore))


async def _ignore(message: Message) -> None:
    """What is sent does not matter here."""
