"""The tax within an order's amount, for credit notes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from makegood.orders.models import Order
from tests.orders.test_importing_orders import COLUMNS, PURCHASE, bring, problems
from tests.people import mail_sender, verifier

pytestmark = pytest.mark.django_db

WITH_TAX = COLUMNS + ",tax_amount,tax_rate"


@pytest.fixture(autouse=True)
def _products() -> None:
    mail_sender()
    verifier()


def test_the_tax_within_the_amount_comes_in() -> None:
    bring(PURCHASE + ",13.17,20", columns=WITH_TAX)
    order = Order.objects.get()
    assert (order.tax_minor, order.tax_rate) == (1317, Decimal(20))


def test_a_tax_that_was_not_known_is_added_later() -> None:
    bring(PURCHASE)
    assert Order.objects.get().tax_minor is None
    imported = bring(PURCHASE + ",13.17,20", columns=WITH_TAX)
    assert (imported.new, imported.known, Order.objects.get().tax_minor) == (0, 1, 1317)
    bring(PURCHASE + ",13.17,20.000", columns=WITH_TAX)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (",13.17,", "line 2, tax_rate: It is empty, but tax_amount is not; a tax needs both."),
        (",,20", "line 2, tax_amount: It is empty, but tax_rate is not; a tax needs both."),
        (",79.01,20", "line 2, tax_amount: It is more than the amount, which the tax is a part of."),
        (",13.17,200", "“200” is not a rate in percent from 0 to 100"),
        (",13.175,20", "more than the 2 decimal places"),
    ],
)
def test_a_tax_that_cannot_be_is_a_problem(cells: str, words: str) -> None:
    assert words in problems(PURCHASE + cells, columns=WITH_TAX)[0]


def test_another_tax_of_a_known_order_is_a_problem() -> None:
    bring(PURCHASE + ",13.17,20", columns=WITH_TAX)
    told = problems(PURCHASE + ",12.61,19", columns=WITH_TAX)
    assert len(told) == 2
    assert "13.17" in told[0]
