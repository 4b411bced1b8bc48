"""Orders that look like one thing ordered twice are proposed as pairs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from makegood.orders.duplicates import likely_pairs
from makegood.orders.payments import reserve
from tests.people import a_product, ago, an_order, joao, mail_sender, olena, usd, verifier

pytestmark = pytest.mark.django_db


def test_the_same_product_minutes_apart_is_a_likely_pair() -> None:
    first = an_order(olena(), purchased_at=ago(minutes=14))
    second = an_order(olena(), purchased_at=ago(minutes=10))
    (pair,) = likely_pairs(olena())
    assert (pair.order, pair.other, pair.minutes_apart) == (second, first, 4)
    assert pair.reason == "Same product, same price, 4 minutes apart"


def test_another_price_is_told() -> None:
    an_order(olena(), purchased_at=ago(hours=30), amount=usd("79.00"))
    an_order(olena(), purchased_at=ago(hours=4), amount=usd("59.00"))
    assert likely_pairs(olena())[0].reason == "Same product, another price, 26 hours apart"


def test_two_products_or_two_members_are_no_pair() -> None:
    an_order(olena(), mail_sender(), purchased_at=ago(minutes=14))
    an_order(olena(), a_product("mail-sender-pro"), purchased_at=ago(minutes=10))
    an_order(joao(), mail_sender(), purchased_at=ago(minutes=10))
    assert likely_pairs(olena()) == []


def test_three_days_apart_is_near_and_a_minute_more_is_not() -> None:
    an_order(olena(), purchased_at=ago(days=10))
    an_order(olena(), purchased_at=ago(days=7))
    an_order(olena(), purchased_at=ago(days=4) + timedelta(minutes=1))
    assert [pair.minutes_apart for pair in likely_pairs(olena())] == [3 * 24 * 60]


def test_how_near_can_be_said() -> None:
    an_order(olena(), purchased_at=ago(hours=2))
    an_order(olena(), purchased_at=ago(hours=1))
    assert likely_pairs(olena(), within=timedelta(minutes=59)) == []


def test_an_order_and_its_renewal_are_no_pair() -> None:
    purchase = an_order(olena(), verifier(), purchased_at=ago(days=2))
    an_order(olena(), verifier(), purchased_at=ago(days=1), renews=purchase)
    assert likely_pairs(olena()) == []


def test_two_renewals_of_one_order_are_a_pair() -> None:
    purchase = an_order(olena(), verifier(), purchased_at=ago(days=40))
    once = an_order(olena(), verifier(), purchased_at=ago(hours=3), renews=purchase)
    twice = an_order(olena(), verifier(), purchased_at=ago(hours=2), renews=purchase)
    (pair,) = likely_pairs(olena())
    assert (pair.other, pair.order) == (once, twice)


def test_an_order_with_nothing_left_to_refund_is_in_no_pair() -> None:
    refunded = an_order(olena(), purchased_at=ago(minutes=14))
    an_order(olena(), purchased_at=ago(minutes=10))
    reserve(refunded.payments.get().pk, usd("79.00"))
    assert likely_pairs(olena()) == []


def test_three_in_a_row_are_two_pairs_and_the_closest_comes_first() -> None:
    first = an_order(olena(), purchased_at=ago(minutes=60))
    second = an_order(olena(), purchased_at=ago(minutes=30))
    third = an_order(olena(), purchased_at=ago(minutes=25))
    assert [(pair.other, pair.order) for pair in likely_pairs(olena())] == [(second, third), (first, second)]
