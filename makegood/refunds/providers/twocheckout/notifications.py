"""What 2Checkout tells by itself (IPN): a form with a signature, answered with a signed receipt.

See verifone.cloud/docs/2checkout, “Instant Payment Notification (IPN)” and the pages below it. What is not
answered with the right receipt is sent again, hourly for two days; whether with a new date is not said, so a
message is taken for that long. One is stored once however often it comes, and only makes us ask.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote_to_bytes

from makegood.refunds.providers.base import EventRefused, Notice
from makegood.refunds.providers.twocheckout import signing

REPEATED_FOR = timedelta(days=2)
CLOCKS_DIFFER = timedelta(minutes=5)
SIGNATURES = {"sha3-256": b"SIGNATURE_SHA3_256", "sha256": b"SIGNATURE_SHA2_256", "md5": b"HASH"}
"""The field that holds the signature of each algorithm, the strongest first."""

_ANY_ZONE = timedelta(hours=14)
_ZONE = re.compile(r"GMT([+-])([0-9]{2}):([0-9]{2})", re.ASCII)
_MOMENT = re.compile(r"[0-9]{14}", re.ASCII)

Form = Mapping[bytes, list[bytes]]


def read(body: bytes, *, secret: str, at: datetime) -> Notice:
    """The genuine message in a delivery, with the receipt that it wants. Raises EventRefused."""
    form = fields(body)
    algorithm = next((each for each, name in SIGNATURES.items() if _first(form, name)), "")
    if not algorithm or not secret:
        raise EventRefused("unsigned", "The message carries no readable signature.")
    expected = signing.mac(signed_values(form), secret=secret, algorithm=algorithm).encode()
    if not hmac.compare_digest(expected, _first(form, SIGNATURES[algorithm]).lower()):
        raise EventRefused("forged", "The signature does not belong to this message.")
    _check_age(form, at=at)
    first = [_first(form, name) for name in (b"IPN_PID", b"IPN_PNAME", b"IPN_DATE")]
    answer = signing.receipt(*first, secret=secret, algorithm=algorithm, at=at)
    try:
        words = [_first(form, name).decode() for name in (b"MESSAGE_ID", b"ORDERSTATUS", b"REFNO")]
    except UnicodeDecodeError as problem:
        raise _malformed() from problem
    if not all(0 < len(word) <= 255 and "\0" not in word for word in words):
        raise _malformed()
    message_id, kind, order = words
    # It names the order only: which refund of it changed, and by whose wish, the order itself must tell.
    return Notice(message_id, kind, order, "", "", receipt=answer)


def fields(body: bytes) -> Form:
    """The fields of a form by name, in the order in which they first come; `NAME[0]` belongs to `NAME`."""
    form: dict[bytes, list[bytes]] = {}
    for pair in body.split(b"&"):
        name, _, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"="))
        form.setdefault(name.partition(b"[")[0], []).append(value)
    return form


def signed_values(form: Form) -> list[bytes]:
    """The values that a signature is made of."""
    return [value for name, values in form.items() if name not in SIGNATURES.values() for value in values]


def _check_age(form: Form, *, at: datetime) -> None:
    moment = _first(form, b"IPN_DATE").decode(errors="replace")
    if not _MOMENT.fullmatch(moment):
        raise _malformed()
    zone = _zone(_first(form, b"TIMEZONE_OFFSET").decode(errors="replace"))
    try:
        sent_at = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=zone or UTC)
    except ValueError as problem:
        raise _malformed() from problem
    # Without its zone the moment is known to the day only.
    slack = CLOCKS_DIFFER if zone else _ANY_ZONE
    if not at - REPEATED_FOR - slack <= sent_at <= at + slack:
        raise EventRefused("replayed", "The message was signed too long ago, or ahead.")


def _zone(told: str) -> timezone | None:
    found = _ZONE.fullmatch(told)
    if found is None:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(away if found[1] == "+" else -away) if away <= _ANY_ZONE else None


def _first(form: Form, name: bytes) -> bytes:
    return form.get(name, [b""])[0]


def _malformed() -> EventRefused:
    return EventRefused("malformed", "The message is signed but is not a notification.")
