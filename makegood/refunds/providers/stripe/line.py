"""The line to Stripe, for its SDK: one request at a time, never repeated, never endless, never nonsense."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import stripe

from makegood.refunds.providers.bodies import Malformed, read_object

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LONGEST_CALL = 30.0
"""Seconds for a whole answer, however slowly it drips; far less than a call's lease."""
LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes; a hundred refunds have about two hundred thousand."""

# A switch of the whole module, and the SDK also keeps an id in the home folder for it: neither is wanted.
stripe.enable_telemetry = False


class NoAnswer(stripe.APIConnectionError):
    """Nothing came back, or nothing of Stripe's; `status` None: not even a status."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason, http_status=status, should_retry=False)  # type: ignore[no-untyped-call]


class Line(stripe.HTTPClient):
    """Carries what the SDK asks. It shares nothing between calls, so threads can use one at once.

    What comes back is a JSON object that we can keep, and what a status of 4xx or 5xx says is an error in
    Stripe's form; all else raises NoAnswer, as a cut line does. Nobody else in between can then be
    taken for Stripe.
    """

    name = "httpx"

    def __init__(self, timeout: httpx.Timeout = TIMEOUT) -> None:
        super().__init__()
        self._timeout = timeout

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One request. Raises NoAnswer."""
        try:
            content, response = self._ask(method, url, headers, post_data)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise NoAnswer(type(problem).__name__) from problem
        try:
            _check(content, response.status_code)
        except Malformed as problem:
            raise NoAnswer(str(problem), status=response.status_code) from problem
        return content.decode(), response.status_code, response.headers

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any
    ) -> tuple[bytes, httpx.Response]:
        until = time.monotonic() + LONGEST_CALL
        content = bytearray()
        with (
            httpx.Client(timeout=self._timeout) as client,
            client.stream(method.upper(), url, headers=headers, content=post_data) as response,
        ):
            for piece in response.iter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER or time.monotonic() > until:
                    raise httpx.ReadError("An answer without an end.")
        return bytes(content), response


def _check(content: bytes, status: int) -> None:
    body = read_object(content)
    if not 200 <= status < 300:
        if not isinstance(body.get("error"), dict):
            raise Malformed(f"status {status} without an error of Stripe's")
    elif not isinstance(body.get("object"), str):
        raise Malformed("an answer that is no object of Stripe's")


def client_for(*, secret: str, url: str, timeout: httpx.Timeout = TIMEOUT) -> stripe.StripeClient:
    """The SDK's client for the account of `secret`, at `url` if given; it repeats nothing by itself."""
    return stripe.StripeClient(
        secret,
        http_client=Line(timeout),
        max_network_retries=0,
        base_addresses={"api": url} if url else None,
    )
