"""The vendor's shop, as this installation is connected with it, and one careful call to it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from makegood.effects.signing import headers_for

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LONGEST = 20.0
"""Seconds that one call may last in all, however slowly the shop answers."""
KEPT = 1024
"""Bytes of the shop's answer that are read and kept."""


@dataclass(frozen=True)
class Shop:
    """Where the shop is told (`url` "" where it is not) and how; `tokens` open our API to it.

    `secrets` and `tokens` hold one each, or the new one and the old one while they are being changed.
    """

    url: str = ""
    secrets: Sequence[str] = ()
    tokens: Sequence[str] = ()

    @property
    def is_told(self) -> bool:
        """Whether it gets webhooks."""
        return bool(self.url)

    @property
    def asks(self) -> bool:
        """Whether it may read and confirm effects by itself."""
        return bool(self.tokens)

    def knows(self, token: str) -> bool:
        """Whether `token` is one of the shop's; takes as long for a wrong one as for a right one."""
        matches = [hmac.compare_digest(token.encode(), each.encode()) for each in self.tokens]
        return True in matches


@dataclass(frozen=True)
class Reply:
    """What came of a call: `status` None: no answer, for `problem`. `body`: its first kilobyte."""

    status: int | None
    body: str = ""
    problem: str = ""


def call(
    shop: Shop,
    message: str,
    body: bytes,
    *,
    at: datetime,
    clock: Callable[[], float] = time.monotonic,
) -> Reply:
    """Tell the shop once. Redirects are not followed, and no proxy of the environment is asked."""
    headers = {
        **headers_for(message, body, secrets=shop.secrets, at=at),
        "Content-Type": "application/json",
        "User-Agent": "Makegood",
    }
    until = clock() + LONGEST
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
            return _posted(client, shop.url, body, headers, until=until, clock=clock)
    except httpx.HTTPError as error:
        return Reply(None, problem=type(error).__name__)


def _posted(
    client: httpx.Client,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    until: float,
    clock: Callable[[], float],
) -> Reply:
    with client.stream("POST", url, content=body, headers=dict(headers)) as answer:
        kept = b""
        # Raw bytes: a small answer that unpacks into a large one is never unpacked.
        for part in answer.iter_raw():
            kept = (kept + part)[:KEPT]
            if len(kept) >= KEPT or clock() > until:
                break
        words = kept.decode("utf-8", "replace").replace("\x00", "\ufffd")
        return Reply(answer.status_code, words)
