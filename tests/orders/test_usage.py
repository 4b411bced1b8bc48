"""How much a service was used since a moment."""

from __future__ import annotations

import pytest

from makegood.orders.models import Order
from makegood.orders.usage import Use, used_since_purchase, uses_since
from tests.people import NOON, a_use, ago, an_order, olena, verifier

pytestmark = pytest.mark.django_db


def a_subscription() -> tuple[Order, Order]:
    """A purchase of sixty days ago and its renewal of thirty days ago."""
    purchase = an_order(olena(), verifier(), purchased_at=ago(days=60))
    return purchase, an_order(olena(), verifier(), purchased_at=ago(days=30), renews=purchase)


def test_a_service_that_was_never_used_has_no_uses() -> None:
    purchase, _ = a_subscription()
    assert uses_since(purchase, purchase.purchased_at) == 0


def test_letters_sent_at_once_are_as_many_uses() -> None:
    purchase, _ = a_subscription()
    a_use(purchase, used_at=ago(days=50), units=5000)
    assert uses_since(purchase, purchase.purchased_at) == 5000


def test_uses_before_the_renewal_are_not_uses_since_it() -> None:
    purchase, renewal = a_subscription()
    a_use(purchase, used_at=ago(days=31), units=7)
    assert uses_since(renewal, renewal.purchased_at) == 0
    assert uses_since(purchase, purchase.purchased_at) == 7


def test_a_use_after_the_renewal_counts_even_when_reported_under_the_purchase() -> None:
    purchase, renewal = a_subscription()
    a_use(purchase, used_at=ago(days=2), units=3)
    assert uses_since(renewal, renewal.purchased_at) == 3


def test_a_use_under_a_renewal_is_a_use_since_the_purchase() -> None:
    purchase, renewal = a_subscription()
    a_use(renewal, used_at=ago(days=2), units=3)
    assert uses_since(purchase, purchase.purchased_at) == 3


def test_a_use_at_the_very_moment_is_not_after_it() -> None:
    _, renewal = a_subscription()
    a_use(renewal, used_at=renewal.purchased_at)
    assert uses_since(renewal, renewal.purchased_at) == 0


def test_another_order_of_the_same_service_is_another_subscription() -> None:
    purchase, _ = a_subscription()
    twin = an_order(olena(), verifier(), purchased_at=ago(days=60))
    a_use(twin, used_at=NOON)
    assert uses_since(purchase, purchase.purchased_at) == 0


def test_the_use_of_many_orders_is_told_at_once() -> None:
    purchase, renewal = a_subscription()
    twin = an_order(olena(), verifier(), purchased_at=ago(days=60))
    a_use(purchase, used_at=ago(days=50), units=5)
    a_use(purchase, used_at=ago(days=2), units=3)
    assert used_since_purchase([purchase, renewal, twin]) == {
        purchase.pk: Use(8, ago(days=2)),
        renewal.pk: Use(3, ago(days=2)),
        twin.pk: Use(0, None),
    }
