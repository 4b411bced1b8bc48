"""A listener notices that it no longer hears, says so, and listens again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.db import connection

from makegood.accounts.following import DESK
from makegood.config.streams import listening
from makegood.config.streams.hub import Hub
from makegood.config.streams.listening import Ear

pytestmark = pytest.mark.django_db(transaction=True)

A_WHILE = 20.0


def database() -> dict[str, Any]:
    arguments = connection.get_connection_params()
    return {name: arguments[name] for name in arguments if name not in {"context", "cursor_factory"}}


async def until_deaf(hub: Hub) -> None:
    while hub.hearing.is_set():
        await asyncio.sleep(0.02)


def test_without_an_echo_it_is_deaf_and_ends_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a pooler that lends the connection to others: LISTEN works, and nothing comes."""
    monkeypatch.setattr(listening, "ECHO_EVERY", 0.3)
    monkeypatch.setattr(listening, "PATIENCE", 0.5)
    monkeypatch.setattr(listening, "SOONEST", 0.05)
    hub, arguments = Hub(), database()

    async def scene() -> None:
        hearing = asyncio.ensure_future(Ear(hub, lambda: arguments).listen())
        await asyncio.wait_for(hub.hearing.wait(), A_WHILE)
        stream = hub.open(1, DESK)
        assert stream is not None
        monkeypatch.setattr(Ear, "_hear", lambda *_: None)
        async with asyncio.timeout(A_WHILE):
            await until_deaf(hub)
            while not stream.ended:
                await asyncio.sleep(0.02)
        monkeypatch.undo()
        await asyncio.wait_for(hub.hearing.wait(), A_WHILE)
        hearing.cancel()

    asyncio.run(scene())


def test_a_database_that_is_not_there_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SOONEST", 0.05)
    right = database()
    tried = 0

    def arguments() -> dict[str, Any]:
        nonlocal tried
        tried += 1
        return right if tried > 2 else {**right, "port": "1", "host": "127.0.0.1"}

    async def scene() -> None:
        hub = Hub()
        hearing = asyncio.ensure_future(Ear(hub, arguments).listen())
        await asyncio.wait_for(hub.hearing.wait(), A_WHILE)
        hearing.cancel()

    asyncio.run(scene())
    assert tried == 3
