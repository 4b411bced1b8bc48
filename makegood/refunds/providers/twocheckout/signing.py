"""How 2Checkout and we prove who we are: an HMAC of values, each after its own length in bytes.

See verifone.cloud/docs/2checkout, “API Authentication” (the header of our calls), “Calculate the IPN HASH
signature” (what it sends) and “IPN read receipt response for 2Checkout” (what we answer). One secret key of
the account does all three. Only values are signed, not their names, so whoever catches a genuine message
could give its values other names: nothing that it says may be believed without asking.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime

STRONGEST = "sha3-256"
ALGORITHMS = {"sha3-256": "sha3_256", "sha256": "sha256", "md5": "md5"}
"""As 2Checkout calls each, strongest first, and as Python does."""


def mac(values: Iterable[bytes], *, secret: str, algorithm: str) -> str:
    """The HMAC of `values` in hexadecimal."""
    source = b"".join(str(len(value)).encode() + value for value in values)
    return hmac.new(secret.encode(), source, ALGORITHMS[algorithm]).hexdigest()


def authentication(*, merchant_code: str, secret: str, at: datetime, algorithm: str = STRONGEST) -> str:
    """The value of the header X-Avangate-Authentication of a call made at `at`."""
    date = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    signature = mac([merchant_code.encode(), date.encode()], secret=secret, algorithm=algorithm)
    return f'code="{merchant_code}" date="{date}" hash="{signature}" algo="{algorithm}"'


def receipt(product: bytes, name: bytes, sent: bytes, *, secret: str, algorithm: str, at: datetime) -> str:
    """What must be answered to a message about the first `product` called `name`, dated `sent`."""
    now = at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    signature = mac([product, name, sent, now.encode()], secret=secret, algorithm=algorithm)
    if algorithm == "md5":
        return f"<EPAYMENT>{now}|{signature}</EPAYMENT>"
    return f'<sig algo="{algorithm}" date="{now}">{signature}</sig>'
