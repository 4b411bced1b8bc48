"""Calls PayPal through its own SDK, and hears what it said word for word.

The SDK makes the requests: addresses, headers, the access token. Its reading is not used: it turns bodies
into objects in which a missing field and an unknown word look alike. So each body is taken down before the
SDK reads it (`sdk`).

The access token lasts hours (developer.paypal.com/api/rest/authentication/). It is kept for the process until
shortly before its end, so that not every call asks for another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx

from makegood.refunds.providers.bodies import read_object

if TYPE_CHECKING:
    from makegood.refunds.providers.paypal.sdk import Ear

TIMEOUT_SECONDS = 10.0
BEFORE_ITS_END_SECONDS = 60
"""How long before its end a token is asked for anew: longer than any call lasts."""


class Silence(Exception):
    """PayPal was not heard: no line, no answer in time, or no access token."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What PayPal said to one call."""

    status: int
    raw: bytes
    took: timedelta = timedelta()

    def body(self) -> Mapping[str, Any]:
        """The JSON object. Raises Malformed."""
        return read_object(self.raw)


class Caller:
    """Who calls the PayPal at `url` as the app `client_id`, which proves itself with `secret`."""

    def __init__(self, *, url: str, client_id: str, secret: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.url = url.rstrip("/")
        self._client_id, self._secret, self._timeout = client_id, secret, timeout

    def ask(self, operation: Callable[[Any], object]) -> Heard:
        """Make one call of the SDK. Raises Silence."""
        client, ear = self._connected()
        started = time.monotonic()
        with closing(client.config.http_client.session):
            try:
                operation(client)
            except Exception as problem:
                # Whatever the SDK makes of an answer, only the answer counts; without one, PayPal may have
                # done what it was asked for, and the kind of failure tells nothing about that.
                if ear.heard is None:
                    raise Silence(f"{type(problem).__name__}: {problem}"[:200]) from problem
        if ear.heard is None or ear.was_about_token:
            raise Silence(f"no access token, status {ear.heard.status if ear.heard else 'none'}")
        return Heard(ear.heard.status, ear.heard.raw, timedelta(seconds=time.monotonic() - started))

    def read(self, path: str, query: Mapping[str, str]) -> Heard:
        """Read an address that the SDK has no call for. Raises Silence."""
        started = time.monotonic()
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        try:
            with httpx.Client(timeout=self._timeout) as client:
                response = client.get(f"{self.url}{path}", params=dict(query), headers=headers)
        except httpx.HTTPError as problem:
            raise Silence(type(problem).__name__) from problem
        return Heard(response.status_code, response.content, timedelta(seconds=time.monotonic() - started))

    def forget_token(self) -> None:
        """Ask for another before the next call."""
        _tokens.forget(self._whose)

    @property
    def _whose(self) -> tuple[str, str]:
        return self.url, self._client_id

    def _token(self) -> str:
        client, _ = self._connected()
        with closing(client.config.http_client.session):
            try:
                has_one = client.oauth_2.is_valid()
            except Exception as problem:
                raise Silence(f"no access token: {type(problem).__name__}") from problem
        token = _tokens.kept(self._whose)
        if not has_one or token is None:
            raise Silence("no access token")
        return str(token.access_token)

    def _connected(self) -> tuple[Any, Ear]:
        """A client of the SDK, and what hears what it is told."""
        # The SDK is hundreds of modules and takes seconds to load; most processes never call PayPal.
        from makegood.refunds.providers.paypal.sdk import connected

        return connected(
            self.url,
            client_id=self._client_id,
            secret=self._secret,
            timeout=self._timeout,
            ends_early=BEFORE_ITS_END_SECONDS,
            token=_tokens.kept(self._whose),
            keep=lambda token: _tokens.keep(self._whose, token),
        )


class _Tokens:
    """The access token of each app, for all threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Any] = {}

    def kept(self, whose: tuple[str, str]) -> Any:
        with self._lock:
            return self._kept.get(whose)

    def keep(self, whose: tuple[str, str], token: Any) -> None:
        # Where PayPal gives none, the SDK hands over whatever it said instead.
        if hasattr(token, "expiry"):
            with self._lock:
                self._kept[whose] = token

    def forget(self, whose: tuple[str, str]) -> None:
        with self._lock:
            self._kept.pop(whose, None)


_tokens = _Tokens()
