"""Amounts go to Stripe and come back exactly, or are refused with a sentence."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from makegood.money import Money
from makegood.refunds.providers.base import Instruction, Said
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.stripe.adapter import StripeProvider
from makegood.refunds.providers.stripe.amounts import NotAtStripe, from_stripe, to_stripe
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn

# docs.stripe.com/currencies gives each of these by name or by an example.
COUNTED = [
    ("12.34", "USD", 1_234),
    ("10.00", "EUR", 1_000),
    ("500", "JPY", 500),
    ("9800", "KRW", 9_800),
    ("655", "XOF", 655),
    ("5", "MGA", 5),
    ("5", "ISK", 500),
    ("3700", "UGX", 370_000),
    ("10.45", "HUF", 1_045),
    ("800.45", "TWD", 80_045),
    ("5.120", "KWD", 5_120),
    ("5.13", "TND", 5_130),
]


@pytest.mark.parametrize(("amount", "currency", "minor"), COUNTED)
def test_an_amount_is_counted_as_stripe_does(amount: str, currency: str, minor: int) -> None:
    money = Money.of(amount, currency)
    assert to_stripe(money) == minor
    assert from_stripe(minor, currency.lower()) == money


# The whole list of the same page.
@pytest.mark.parametrize(
    "currency",
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"],
)
def test_a_currency_without_a_smaller_unit_is_counted_in_whole_ones(currency: str) -> None:
    assert to_stripe(Money.of("700", currency)) == 700
    assert from_stripe(700, currency.lower()) == Money.of("700", currency)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("5.124", "KWD", "steps of 0.010"),
        ("5.50", "MGA", "whole units"),
        ("1.000", "LYD", "does not say"),
        ("1.0000", "CLF", "does not say"),
        ("1", "UYI", "does not say"),
    ],
)
def test_what_stripe_cannot_move_is_refused_with_the_reason(amount: str, currency: str, said: str) -> None:
    with pytest.raises(NotAtStripe, match=said):
        to_stripe(Money.of(amount, currency))


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(4_010, "isk"), (1, "xyz"), (1, None), ("1", "usd"), (True, "usd"), (1.0, "usd"), (2**63, "usd")],
)
def test_what_stripe_cannot_have_meant_is_refused(amount: object, currency: object) -> None:
    with pytest.raises(Malformed):
        from_stripe(amount, currency)


@given(st.integers(1, 10**12), st.sampled_from([each.code for each in Currency]))
def test_no_currency_loses_or_gains_anything(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    try:
        counted = to_stripe(money)
    except NotAtStripe:
        return
    assert from_stripe(counted, currency.lower()) == money


@pytest.mark.parametrize(("amount", "currency", "minor"), COUNTED)
def test_stripe_is_told_its_own_count_and_we_hear_ours(
    stand_in: StripeStandIn,
    provider: StripeProvider,
    http: httpx.Client,
    amount: str,
    currency: str,
    minor: int,
) -> None:
    money = Money.of(amount, currency)
    [charge] = stand_in.book.charge([{"amount": money.minor * 10, "currency": currency}])
    answer = provider.refund(Instruction("key-1", charge.id, money))
    assert (answer.said, answer.amount) == (Said.PENDING, money)
    [listed] = http.get("/v1/refunds", params={"charge": charge.id}).json()["data"]
    assert (listed["amount"], listed["currency"]) == (minor, currency.lower())


def test_an_amount_that_stripe_cannot_move_is_never_sent(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 51_240, "currency": "KWD"}])
    answer = provider.refund(Instruction("key-1", charge.id, Money.of("5.124", "KWD")))
    assert (answer.said, answer.reason) == (
        Said.FAILED,
        "Stripe moves KWD in steps of 0.010 only, not 5.124 KWD.",
    )
    assert stand_in.book.refunds == {}
