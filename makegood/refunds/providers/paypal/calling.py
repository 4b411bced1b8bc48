"""Calls PayPal through its own SDK, and hears what it said word for word.

The SDK makes the requests: addresses, headers, the access token. Its reading is not used: it turns bodies
into objects in which a missing field and an unknown word look alike, and it reads them with jsonpickle, which
makes any object that a body names. So each body is taken down before the SDK reads it, and one that names
objects is refused there.

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
from typing import Any

import httpx
from paypalserversdk.configuration import Configuration, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.http.http_call_back import HttpCallBack
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from makegood.refunds.providers.bodies import Malformed, read_object

TIMEOUT_SECONDS = 10.0
BEFORE_ITS_END_SECONDS = 60
"""How long before its end a token is asked for anew: longer than any call lasts."""

_TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105 (an address)
_TAG = "py/"
"""How the names of jsonpickle's own fields begin."""


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

    def ask(self, operation: Callable[[PaypalServersdkClient], object]) -> Heard:
        """Make one call of the SDK. Raises Silence."""
        ear = _Ear()
        client = self._client(ear)
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
        ear = _Ear()
        client = self._client(ear)
        with closing(client.config.http_client.session):
            try:
                has_one = client.oauth_2.is_valid()
            except Exception as problem:
                raise Silence(f"no access token: {type(problem).__name__}") from problem
        token = _tokens.kept(self._whose)
        if not has_one or token is None:
            raise Silence("no access token")
        return str(token.access_token)

    def _client(self, ear: _Ear) -> PaypalServersdkClient:
        credentials = ClientCredentialsAuthCredentials(
            self._client_id,
            self._secret,
            o_auth_token=_tokens.kept(self._whose),
            o_auth_on_token_update=lambda token: _tokens.keep(self._whose, token),
            o_auth_clock_skew=BEFORE_ITS_END_SECONDS,
        )
        there = _At(self.url, timeout=self._timeout, credentials=credentials, ear=ear)
        return PaypalServersdkClient(config=there)


class _Ear(HttpCallBack):  # type: ignore[misc]  # the SDK has no types
    """Takes down what was said last, before the SDK reads it."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self.was_about_token = False

    def on_before_request(self, request: Any) -> None:
        self.heard, self.was_about_token = None, str(request.query_url).endswith(_TOKEN_PATH)

    def on_after_response(self, response: Any) -> None:
        self.heard = Heard(int(response.status_code), str(response.text).encode(errors="replace"))
        try:
            body = self.heard.body()
        except Malformed:
            return
        if _names_objects(body):
            raise Malformed("a body that names objects to be made")


class _At(Configuration):  # type: ignore[misc]  # the SDK has no types
    """The SDK's configuration with an address of ours: it knows two, and neither is a stand-in's."""

    def __init__(self, url: str, *, timeout: float, credentials: object, ear: _Ear) -> None:
        self._url = url
        super().__init__(
            timeout=timeout,
            max_retries=0,  # whether a call is repeated is decided by the sender, who looks first
            http_call_back=ear,
            client_credentials_auth_credentials=credentials,
        )
        # An answer from where we were sent on would not be PayPal's.
        self.http_client.session.max_redirects = 0

    def get_base_uri(self, server: Server = Server.DEFAULT) -> str:  # noqa: ARG002 (the SDK's)
        """Where every call goes."""
        return self._url


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


def _names_objects(value: Any) -> bool:
    if isinstance(value, dict):
        return any(key.startswith(_TAG) or _names_objects(each) for key, each in value.items())
    return isinstance(value, list) and any(_names_objects(each) for each in value)
