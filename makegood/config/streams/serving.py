"""The web application: the pages, by WSGI in threads, and what pages follow, as streams beside them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from makegood.accounts.following import EVENT_STREAM, EXTENSION, FOLLOWS
from makegood.config.streams.hub import Hub, Stream

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

HEARTBEAT = 20.0
"""A comment so often: proxies close what is silent for a minute."""
AUTHORISED_FOR = 40.0
"""So long, and until the next heartbeat, a stream outlives a right that ends without an event."""
PAUSE = 1.0
"""What happens within it is told once."""
BACK_AFTER_MS = 3000
HEARD_WITHIN = 3.0
FOLLOWS_HEADER = FOLLOWS.lower().encode()
OURS = (
    (b"content-type", EVENT_STREAM.encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would gather it
)
CHANGED = b"data: changed\n\n"
SILENCE = b":\n\n"


class CutOff(ConnectionResetError):
    """The client went away before it had sent all of its request."""


class Serving:
    """The ASGI application. `pages` answers every request; what it lets a page follow becomes a stream.

    `listen` is run for as long as the server is.
    """

    def __init__(self, pages: Application, hub: Hub, listen: Callable[[], Awaitable[None]]) -> None:
        self._pages, self._hub, self._listen = pages, hub, listen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(_with_plain_headers(scope), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def end_streams(self) -> None:
        """The server is asked to end: nobody waits for a stream."""
        self._hub.end_for_good()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _wants_stream(scope):
            await self._follow(scope, receive, send)
        else:
            await self._pages(scope, _whole(receive), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        listening = asyncio.ensure_future(self._listen())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        await send({"type": "lifespan.shutdown.complete"})

    async def _follow(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._ask(scope)
        stream = await self._open(answer.follows) if answer.follows else None
        if stream is None:
            await _send_whole(answer if not answer.follows else NOT_NOW, send)
            return
        leaving = asyncio.ensure_future(_until_gone(receive, stream))
        try:
            headers = [*answer.plain_headers(), *OURS]
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
            await self._tell(scope, stream, answer.follows, send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._hub.close(stream)
            leaving.cancel()

    async def _open(self, follows: str) -> Stream | None:
        """None: not now, for there are too many, or the database is not heard."""
        person, _, subject = follows.partition(" ")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hub.hearing.wait(), HEARD_WITHIN)
        return self._hub.open(int(person), subject) if self._hub.hearing.is_set() else None

    async def _tell(self, scope: Scope, stream: Stream, follows: str, send: Send) -> None:
        back_after = round(BACK_AFTER_MS * random.uniform(1, 2))  # noqa: S311  so that not all come at once
        await _write(send, b"retry: %d\n\n" % back_after)
        asked_at = time.monotonic() - random.uniform(0, AUTHORISED_FOR / 2)  # noqa: S311
        while not stream.ended:
            if stream.doubted or time.monotonic() - asked_at > AUTHORISED_FOR:
                stream.doubted, asked_at = False, time.monotonic()
                if (await self._ask(scope)).follows != follows:
                    return
            if stream.changed:
                stream.changed = False
                await _write(send, CHANGED)
                await stream.rest(PAUSE)
            elif not await stream.wakes(HEARTBEAT):
                await _write(send, SILENCE)

    async def _ask(self, scope: Scope) -> Answer:
        """What the pages answer to this address now: whether this person may follow what is there."""
        answer = Answer()
        extensions = {**scope.get("extensions", {}), EXTENSION: {}}
        await self._pages({**scope, "extensions": extensions}, _no_body, answer.take)
        return answer


@dataclass
class Answer:
    """An answer of the pages, whole; `follows` is empty unless it lets a page follow something."""

    status: int = 0
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """Gather what the pages send."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    @property
    def follows(self) -> str:
        """Who follows what."""
        found = (value for name, value in self.headers if name == FOLLOWS_HEADER)
        return next(found, b"").decode() if self.status == HTTPStatus.OK else ""

    def plain_headers(self) -> list[Header]:
        """Those that a stream keeps: of safety, none of its length, its kind or its caching."""
        ours = {name for name, _ in OURS} | {b"content-length", FOLLOWS_HEADER}
        return [(name, value) for name, value in self.headers if name not in ours]


NOT_NOW = Answer(HTTPStatus.NO_CONTENT, [(b"cache-control", b"no-store")])
"""A page that gets it opens no stream, and asks from time to time."""


def _with_plain_headers(scope: Scope) -> Scope:
    """Without those that WSGI could not tell from a proxy's own: X_Forwarded_For from X-Forwarded-For."""
    headers = cast("list[Header]", scope["headers"])
    return {**scope, "headers": [(name, value) for name, value in headers if b"_" not in name]}


def _wants_stream(scope: Scope) -> bool:
    """As EventSource asks (HTML, section 9.2.2): everything else is a page."""
    headers = cast("list[Header]", scope["headers"])
    return scope["method"] == "GET" and (b"accept", EVENT_STREAM.encode()) in headers


def _whole(receive: Receive) -> Receive:
    """Raises CutOff where a request ends too early: else half a form or a file would pass for a whole."""
    is_whole = False

    async def next_part() -> Message:
        nonlocal is_whole
        message = await receive()
        if message["type"] == "http.disconnect" and not is_whole:
            raise CutOff
        is_whole = not message.get("more_body", False)
        return message

    return next_part


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _until_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _send_whole(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _write(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
