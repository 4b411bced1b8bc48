"""The proofs of 2Checkout, against the examples that its documentation works out."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta, timezone

from makegood.refunds.providers.twocheckout import signing


def test_the_signature_of_a_login_is_that_of_the_documentation() -> None:
    """docs.2checkout.com, “Authentication” of the Channel Manager API."""
    values = [b"AVANGATE", b"2010-05-13 12:12:12"]
    signed = signing.mac(values, secret="SECRET_KEY", algorithm="md5")
    assert signed == "bf763db7d333e9c3038698cf59ada3e6"


def test_the_receipt_is_that_of_the_documentation() -> None:
    """knowledgecenter.2checkout.com, “IPN read receipt response”."""
    at = datetime(2005, 3, 3, 12, 34, 34, tzinfo=UTC)
    words = (b"1", b"Software program", b"20050303123434")
    receipt = signing.receipt(*words, secret="AABBCCDDEEFF", algorithm="md5", at=at)
    assert receipt == "<EPAYMENT>20050303123434|7bf97ed39681027d0c45aa45e3ea98f0</EPAYMENT>"


def test_the_stronger_algorithms_sign_the_same_words_and_answer_in_their_own_form() -> None:
    at = datetime(2005, 3, 3, 12, 34, 34, tzinfo=UTC)
    words = (b"1", b"Software program", b"20050303123434")
    assert signing.receipt(*words, secret="AABBCCDDEEFF", algorithm="sha256", at=at) == (
        '<sig algo="sha256" date="20050303123434">'
        "ea6f44c39b3d204b59500998fcb9221c92744d9721a94b45fc6d5cda99980176</sig>"
    )
    assert signing.receipt(*words, secret="AABBCCDDEEFF", algorithm="sha3-256", at=at) == (
        '<sig algo="sha3-256" date="20050303123434">'
        "85180497aaaa4844a278b52b1ce257d2820dbf5857470a5f678fef2266d0d4a8</sig>"
    )


def test_a_call_is_dated_in_utc_whatever_zone_we_live_in() -> None:
    at = datetime(2020, 6, 18, 11, 5, 46, tzinfo=timezone(timedelta(hours=3)))
    header = signing.authentication(merchant_code="YOURCODE123", secret="s", at=at)
    signed = signing.mac([b"YOURCODE123", b"2020-06-18 08:05:46"], secret="s", algorithm="sha3-256")
    assert header == f'code="YOURCODE123" date="2020-06-18 08:05:46" hash="{signed}" algo="sha3-256"'


def test_lengths_are_those_of_bytes_and_nothing_has_the_length_nought() -> None:
    signed = signing.mac(["ü".encode(), b"", b"0"], secret="s", algorithm="sha256")
    assert signed == hmac.new(b"s", "2ü010".encode(), "sha256").hexdigest()
