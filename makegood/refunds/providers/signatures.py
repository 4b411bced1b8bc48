"""Signed webhooks in Stripe's scheme: `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body">`.

See docs.stripe.com/webhooks, "Verify webhook signatures manually".
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta

from makegood.refunds.providers.base import EventRefused

REPLAY_WINDOW = timedelta(seconds=300)
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """The value of the signature header for `body` sent at `at`."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_mac(moment, body, secret)}"


def verify(body: bytes, header: str, *, secret: str, at: datetime) -> None:
    """Check that `header` signs `body` with `secret` and is at most 300 s from `at`. Raises EventRefused.

    Several `v1` are allowed, as a provider sends while a secret is being rotated. Without a secret nothing is
    genuine: everybody can sign with an empty one.
    """
    if not secret:
        raise EventRefused("unexpected", "This provider is not connected, so no message of it is expected.")
    parts = [part.partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    macs = [value for name, _, value in parts if name == "v1"]
    if len(moments) != 1 or not macs or not _TIMESTAMP.fullmatch(moments[0]):
        raise EventRefused("unsigned", "The message carries no readable signature.")
    expected = _mac(moments[0], body, secret).encode()
    # Every candidate is compared, in constant time, so that timing tells nothing about the right one.
    matches = [hmac.compare_digest(expected, mac.encode()) for mac in macs]
    if True not in matches:
        raise EventRefused("forged", "The signature does not belong to this message.")
    if abs(at.timestamp() - int(moments[0])) > REPLAY_WINDOW.total_seconds():
        raise EventRefused("replayed", "The message was signed more than five minutes ago or ahead.")


def _mac(moment: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, "sha256").hexdigest()
