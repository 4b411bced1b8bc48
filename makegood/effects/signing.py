"""Signatures of Standard Webhooks: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.

See www.standardwebhooks.com, “Signature scheme”. A secret is `whsec_` and its bytes in base64.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification has them."""


class BadSecret(ValueError):
    """It is not a secret of Standard Webhooks."""

    def __init__(self) -> None:
        super().__init__(f"must be {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises BadSecret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret from None
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise BadSecret
    return key


def headers_for(message: str, body: bytes, *, secrets: Sequence[str], at: datetime) -> Mapping[str, str]:
    """The headers of the message called `message`, with one signature for each secret."""
    moment = str(int(at.timestamp()))
    signed = f"{message}.{moment}.".encode() + body
    signatures = [f"v1,{_mac(key_of(secret), signed)}" for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }


def _mac(key: bytes, signed: bytes) -> str:
    return b64encode(hmac.new(key, signed, "sha256").digest()).decode()
