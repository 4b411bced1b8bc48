"""What a provider sends is kept only when PostgreSQL can keep it, and amounts only when they are amounts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money import Money
from makegood.refunds.providers.bodies import Malformed, read_money, read_object


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b"[" * 9**5,
    ],
)
def test_what_cannot_be_kept_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_object(raw)


@given(st.binary(max_size=200))
def test_whatever_comes_it_is_an_object_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(read_object(raw), dict)
    except Malformed:
        return


def test_an_object_is_read() -> None:
    assert read_object(json.dumps({"a": ["ü", 1, None]}).encode()) == {"a": ["ü", 1, None]}


def test_an_amount_is_read() -> None:
    assert read_money({"amount": 9_800, "currency": "JPY"}) == Money(9_800, "JPY")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(1.0, "USD"), ("1", "USD"), (True, "USD"), (None, "USD"), (2**63, "USD"), (1, "USDOLLAR"), (1, None)],
)
def test_what_is_no_amount_is_refused(amount: object, currency: object) -> None:
    with pytest.raises(Malformed):
        read_money({"amount": amount, "currency": currency})
