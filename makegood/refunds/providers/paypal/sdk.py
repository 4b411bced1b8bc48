"""PayPal's SDK at any address, and what it is told, taken down before it reads it.

It reads bodies with jsonpickle, which makes any object that a body names: one that names objects is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paypalserversdk.configuration import Configuration, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.http.http_call_back import HttpCallBack
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.paypal.calling import Heard

_TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105 (an address)
_TAG = "py/"
"""How the names of jsonpickle's own fields begin."""


def connected(
    url: str,
    *,
    client_id: str,
    secret: str,
    timeout: float,
    ends_early: int,
    token: Any,
    keep: Callable[[Any], None],
) -> tuple[PaypalServersdkClient, Ear]:
    """A client for the PayPal at `url`, which begins with `token` (None: it asks for one and has it kept).

    A token is taken to end `ends_early` seconds before it does.
    """
    ear = Ear()
    credentials = ClientCredentialsAuthCredentials(
        client_id,
        secret,
        o_auth_token=token,
        o_auth_on_token_update=keep,
        o_auth_clock_skew=ends_early,
    )
    there = _At(url, timeout=timeout, credentials=credentials, ear=ear)
    return PaypalServersdkClient(config=there), ear


class Ear(HttpCallBack):  # type: ignore[misc]  # the SDK has no types
    """Takes down what was said last, before the SDK reads it."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self.was_about_token = False

    def on_before_request(self, request: Any) -> None:
        """What was heard before says nothing about this request."""
        self.heard, self.was_about_token = None, str(request.query_url).endswith(_TOKEN_PATH)

    def on_after_response(self, response: Any) -> None:
        """Take the answer down. Raises Malformed for one that the SDK must not read."""
        self.heard = Heard(int(response.status_code), str(response.text).encode(errors="replace"))
        try:
            body = self.heard.body()
        except Malformed:
            return
        if _names_objects(body):
            raise Malformed("a body that names objects to be made")


class _At(Configuration):  # type: ignore[misc]  # the SDK has no types
    """The SDK's configuration with an address of ours: it knows two, and neither is a stand-in's."""

    def __init__(self, url: str, *, timeout: float, credentials: object, ear: Ear) -> None:
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


def _names_objects(value: Any) -> bool:
    if isinstance(value, dict):
        return any(key.startswith(_TAG) or _names_objects(each) for key, each in value.items())
    return isinstance(value, list) and any(_names_objects(each) for each in value)
