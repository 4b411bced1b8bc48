"""Whether a delivery really comes from the tracker: each kind signs in its own way, all by HMAC-SHA256.

GitHub: docs.github.com/webhooks, “Validating webhook deliveries”. Jira: developer.atlassian.com, “Webhooks”,
“Secure admin webhooks”. GitLab: docs.gitlab.com, “Webhooks”, “Signing token” (standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from makegood.defects.trackers.links import Tracker

REPLAY_WINDOW = timedelta(minutes=5)
DELIVERY_LENGTH = 200
_HEX = {
    Tracker.GITHUB: ("X-Hub-Signature-256", "X-GitHub-Delivery"),
    Tracker.JIRA: ("X-Hub-Signature", "X-Atlassian-Webhook-Identifier"),
}
_SIGNING_TOKEN = "whsec_"  # noqa: S105  # how the tokens of Standard Webhooks begin


class DeliveryRefused(Exception):
    """The delivery is not genuine, too long, or cannot be read; `reason` is one word for the answer."""

    def __init__(self, reason: str, sentence: str) -> None:
        self.reason = reason
        super().__init__(sentence)


def verify(tracker: Tracker, body: bytes, headers: Mapping[str, str], *, secret: str, at: datetime) -> str:
    """The name of the delivery, once it is known that `secret` signed it. Raises DeliveryRefused.

    Where the time is signed too (GitLab), it must be within five minutes of `at`; the others tell in their
    body when the issue changed.
    """
    delivery = (
        _verified_gitlab(body, headers, secret, at)
        if tracker is Tracker.GITLAB
        else _verified_hex(tracker, body, headers, secret)
    )
    if not delivery or len(delivery) > DELIVERY_LENGTH:
        raise DeliveryRefused("unnamed", "The delivery carries no name of its own.")
    return delivery


def _verified_hex(tracker: Tracker, body: bytes, headers: Mapping[str, str], secret: str) -> str:
    signature, name = (headers.get(header, "") for header in _HEX[tracker])
    _require(["sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()], [signature])
    return name


def _verified_gitlab(body: bytes, headers: Mapping[str, str], secret: str, at: datetime) -> str:
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = f"{name}.{moment}.".encode() + body
    expected = base64.b64encode(hmac.new(_key(secret), signed, "sha256").digest()).decode()
    # While a token is being changed there are several, with spaces between.
    _require([f"v1,{expected}"], headers.get("webhook-signature", "").split())
    seconds = int(moment) if moment.isascii() and moment.isdigit() and len(moment) <= 12 else 0
    if abs(at.timestamp() - seconds) > REPLAY_WINDOW.total_seconds():
        raise DeliveryRefused("replayed", "The delivery was signed more than five minutes ago or ahead.")
    return name


def _key(secret: str) -> bytes:
    if not secret.startswith(_SIGNING_TOKEN):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_SIGNING_TOKEN), validate=True)
    except binascii.Error:
        return secret.encode()


def _require(expected: list[str], given: list[str]) -> None:
    if not any(given):
        raise DeliveryRefused("unsigned", "The delivery carries no signature.")
    # Every candidate is compared, in constant time, so that timing tells nothing about the right one.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given]
    if True not in matches:
        raise DeliveryRefused("forged", "The signature does not belong to this delivery.")
