"""The key and certificate by which the stand-in for PayPal signs its events, made when it is first needed."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from makegood.refunds.providers.paypal.webhooks import ALGORITHM

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "messageverificationcerts.paypal.example")])
_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs; `certificate` is its public part in PEM."""

    key: RSAPrivateKey
    certificate: bytes

    def sign(
        self, body: bytes, *, webhook_id: str, transmission: str, certificate_url: str
    ) -> Mapping[str, str]:
        """The headers of a delivery of `body` sent now."""
        # The real time: a receiver measures freshness by it, however far the stand-in's story is ahead.
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = f"{transmission}|{moment}|{webhook_id}|{zlib.crc32(body)}".encode()
        signature = self.key.sign(signed, PKCS1v15(), SHA256())
        return {
            "Paypal-Auth-Algo": ALGORITHM,
            "Paypal-Cert-Url": certificate_url,
            "Paypal-Transmission-Id": transmission,
            "Paypal-Transmission-Sig": base64.b64encode(signature).decode(),
            "Paypal-Transmission-Time": moment,
        }


@cache
def identity(of: str) -> Identity:
    """The one of `of`, the same for as long as this process lives."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    began = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + _LIFE)
        .sign(key, SHA256())
    )
    return Identity(key, certificate.public_bytes(Encoding.PEM))
