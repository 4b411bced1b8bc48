"""Listens to PostgreSQL, one connection for each process, and notices when it no longer hears."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from typing import Any, NoReturn

import psycopg
import structlog
from psycopg import sql

from makegood.audit.telling import CHANNEL
from makegood.config.streams.hub import Hub

ECHO_EVERY = 20.0
"""So often it calls itself. A connection that was cut, or that a pooler lends to others, has no echo."""
ANSWERS_WITHIN = 10.0
SOONEST, LATEST = 0.5, 30.0
PATIENCE = 15.0
"""So long streams outlive that nothing is heard; then their pages ask from time to time."""

Addresses = Callable[[], dict[str, Any]]
log = structlog.get_logger()


class NoEcho(OSError):
    """What was told on the channel did not come back."""


class Ear:
    """Hands on to `hub` what is told; `database` gives the arguments of a connection, each time anew."""

    def __init__(self, hub: Hub, database: Addresses) -> None:
        self._hub, self._database = hub, database
        self._call = f"echo {secrets.token_hex(8)}"
        self._echoed = False
        self._heard_at = time.monotonic()

    async def listen(self) -> NoReturn:
        """For ever: whenever the connection ends it is made again, later each time."""
        pause = SOONEST
        while True:
            try:
                await self._listen_once()
            except Exception as error:  # whatever it was: nobody else would notice that nothing is heard
                if self._hub.hearing.is_set():
                    pause = SOONEST
                    log.warning("the database is not heard", error=type(error).__name__)
                self._hub.hearing.clear()
            if time.monotonic() - self._heard_at > PATIENCE:
                self._hub.end_all()
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  so that not all come at once
            pause = min(2 * pause, LATEST)

    async def _listen_once(self) -> NoReturn:
        async with asyncio.timeout(ANSWERS_WITHIN):
            connection = await psycopg.AsyncConnection.connect(**self._database(), autocommit=True)
        async with connection:
            await self._tell(connection, sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            while True:
                self._echoed = False
                await self._tell(
                    connection, sql.SQL("NOTIFY {}, {}").format(sql.Identifier(CHANNEL), self._call)
                )
                async for told in connection.notifies(timeout=ECHO_EVERY):
                    self._hear(told.payload)
                if not self._echoed:
                    raise NoEcho

    async def _tell(self, connection: psycopg.AsyncConnection[Any], words: sql.Composed) -> None:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await connection.execute(words)

    def _hear(self, payload: str) -> None:
        self._heard_at = time.monotonic()
        if payload == self._call:
            self._echoed = True
            if not self._hub.hearing.is_set():
                self._hub.heard_again()
        elif not payload.startswith("echo "):  # of another process
            self._hub.hand_on(payload)
