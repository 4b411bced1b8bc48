"""Amounts as PayPal writes them are read and written exactly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money import Money
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.paypal import amounts


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(1, "USD"), "0.01"),
        (Money(10_000, "EUR"), "100.00"),
        (Money(9_800, "JPY"), "9800"),
        (Money(980_000, "HUF"), "9800"),
        (Money(100, "TWD"), "1"),
        (Money(1_234, "TND"), "1.234"),
    ],
)
def test_an_amount_is_written_as_paypal_wants_it(amount: Money, written: str) -> None:
    assert amounts.write(amount) == {"currency_code": amount.currency, "value": written}


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["USD", "EUR", "JPY", "TND"]))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert amounts.read({"amount": amounts.write(amount)}, "amount") == amount


@pytest.mark.parametrize("minor", [1, 50, 99, 101])
@pytest.mark.parametrize("currency", ["HUF", "TWD"])
def test_decimals_where_paypal_has_none_cannot_be_written(minor: int, currency: str) -> None:
    with pytest.raises(amounts.NotPayable):
        amounts.write(Money(minor, currency))


@pytest.mark.parametrize(
    "told",
    [
        None,
        "1.00",
        {"value": "1.00"},
        {"value": 1.0, "currency_code": "USD"},
        {"value": "1.005", "currency_code": "USD"},
        {"value": "1.0", "currency_code": "JPYEN"},
        {"value": "9.5", "currency_code": "JPY"},
        {"value": "-1.00", "currency_code": "USD"},
        {"value": "1e3", "currency_code": "USD"},
        {"value": "١", "currency_code": "USD"},
        {"value": "", "currency_code": "USD"},
        {"value": "1.00", "currency_code": None},
    ],
)
def test_what_is_no_amount_is_refused(told: object) -> None:
    with pytest.raises(Malformed):
        amounts.read({"amount": told}, "amount")
