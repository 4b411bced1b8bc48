"""Deliveries of PayPal, checked by its own scheme against the certificate that they name.

PayPal signs `transmission id|transmission time|webhook id|CRC-32 of the body` with RSA and SHA-256, and names
the certificate in a header: developer.paypal.com/api/rest/webhooks/rest/, “Self verification”. Its other way,
asking the API whether a delivery is genuine, is not used: it sends the event to PayPal and back through JSON,
which need not leave the bytes alone, costs a call and a token for each delivery, forged ones too, and stops
hearing when the API does. The certificate is fetched once, over https and from PayPal's own hosts only: that
connection is what proves it.

PayPal repeats what was not answered with 2xx up to 25 times in three days, and does not say whether it signs
each repetition anew. So one is taken for as long as PayPal repeats it; an event is stored once however often
it comes, and only makes us ask PayPal.
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from makegood.refunds.providers.base import EventRefused, Notice
from makegood.refunds.providers.bodies import Malformed, read_object
from makegood.refunds.providers.paypal import reading

CERTIFICATES = "/v1/notifications/certs/"
ALGORITHM = "SHA256withRSA"
REPEATED_FOR = timedelta(days=3)
CLOCKS_DIFFER = timedelta(minutes=5)
_CERTIFICATE_PATH = re.compile(re.escape(CERTIFICATES) + r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_LONGEST_CERTIFICATE = 64 * 1024
_MOST_CERTIFICATES = 16
_TIMEOUT = httpx.Timeout(5.0)


class Webhooks:
    """What the PayPal at `url` sends to the webhook `webhook_id`."""

    def __init__(self, *, url: str, webhook_id: str) -> None:
        self._home, self._webhook_id = urlsplit(url), webhook_id

    def read(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Notice:
        """The genuine event in a delivery. Raises EventRefused.

        Its reason is “unverifiable” when the certificate cannot be had now: PayPal should repeat it.
        """
        transmission, sent_at = headers.get("Paypal-Transmission-Id", ""), _sent_at(headers)
        signature = _signature(headers)
        is_signed = transmission and signature and headers.get("Paypal-Auth-Algo") == ALGORITHM
        # Without an id of our webhook, PayPal's signature for anybody else's would be as good.
        if not is_signed or sent_at is None or not self._webhook_id:
            raise EventRefused("unsigned", "The message carries no readable signature.")
        if not at - REPEATED_FOR - CLOCKS_DIFFER <= sent_at <= at + CLOCKS_DIFFER:
            raise EventRefused("replayed", "The message was signed too long ago, or ahead.")
        key = self._key(headers.get("Paypal-Cert-Url", ""), at=at)
        moment = headers["Paypal-Transmission-Time"]
        signed = f"{transmission}|{moment}|{self._webhook_id}|{zlib.crc32(body)}".encode()
        try:
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise EventRefused("forged", "The signature does not belong to this message.") from None
        return _notice(body)

    def _key(self, url: str, *, at: datetime) -> RSAPublicKey:
        if not self._is_of_paypal(url):
            raise EventRefused("forged", "The message names a certificate that is not PayPal's.")
        certificate = _certificates.kept(url) or _certificates.keep(url, _fetched(url))
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise EventRefused("forged", "The message names a certificate that is not valid now.")
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise EventRefused("forged", "The message names a certificate of another kind.")
        return key

    def _is_of_paypal(self, url: str) -> bool:
        """Only where PayPal keeps its certificates; of a stand-in, only where it listens itself."""
        try:
            there = urlsplit(url)
            port = there.port
        except ValueError:
            return False
        if (
            not _CERTIFICATE_PATH.fullmatch(there.path)
            or there.query
            or there.fragment
            or "@" in there.netloc
        ):
            return False
        if not _is_paypal(self._home.hostname):
            return (there.scheme, there.netloc) == (self._home.scheme, self._home.netloc)
        return there.scheme == "https" and _is_paypal(there.hostname) and port in {None, 443}


class _Certificates:
    """Those fetched so far, for all threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, x509.Certificate] = {}

    def kept(self, url: str) -> x509.Certificate | None:
        with self._lock:
            return self._kept.get(url)

    def keep(self, url: str, certificate: x509.Certificate) -> x509.Certificate:
        with self._lock:
            if len(self._kept) >= _MOST_CERTIFICATES:
                self._kept.clear()
            return self._kept.setdefault(url, certificate)


_certificates = _Certificates()


def _is_paypal(host: str | None) -> bool:
    return host == "paypal.com" or (host or "").endswith(".paypal.com")


def _fetched(url: str) -> x509.Certificate:
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
            response = client.get(url)
    except httpx.HTTPError as problem:
        raise _unverifiable() from problem
    if response.status_code == 404:
        raise EventRefused("forged", "The message names a certificate that PayPal does not have.")
    if response.status_code != 200 or len(response.content) > _LONGEST_CERTIFICATE:
        raise _unverifiable()
    try:
        return x509.load_pem_x509_certificate(response.content)
    except ValueError as problem:
        raise _unverifiable() from problem


def _unverifiable() -> EventRefused:
    return EventRefused("unverifiable", "PayPal's certificate cannot be had now. Please send this again.")


def _sent_at(headers: Mapping[str, str]) -> datetime | None:
    try:
        at = datetime.fromisoformat(headers.get("Paypal-Transmission-Time", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _signature(headers: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(headers.get("Paypal-Transmission-Sig", ""), validate=True)
    except (ValueError, binascii.Error):
        return b""


def _notice(body: bytes) -> Notice:
    try:
        event = read_object(body)
        event_id, kind, about = event["id"], event["event_type"], event["resource"]
        words = [event_id, kind, *_about(about)]
    except (Malformed, LookupError, TypeError, AttributeError) as problem:
        raise _malformed() from problem
    if not all(isinstance(word, str) and len(word) <= 255 for word in words) or not event_id or not kind:
        raise _malformed()
    return Notice(*words)


def _about(resource: Mapping[str, Any]) -> tuple[Any, Any, str]:
    """Of which capture and which refund, under which key; all empty where it is about neither."""
    disputed = resource.get("disputed_transactions")
    if isinstance(disputed, list):
        return disputed[0]["seller_transaction_id"], "", ""
    charge_id = reading.charge_of(resource)
    return (charge_id, resource["id"], reading.key_of(resource)) if charge_id else ("", "", "")


def _malformed() -> EventRefused:
    return EventRefused("malformed", "The message is signed but is not an event.")
