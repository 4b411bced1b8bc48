"""The orders of the desk are searched where they are, and as a file of the same orders is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.shop.planting import COLUMNS, SERVICES, Sold
from benchmarks.shop.stories import sold
from makegood.audit.actors import System
from makegood.orders.duplicates import likely_pairs
from makegood.orders.duplicates.found import Found
from makegood.orders.duplicates.live import count_orders, live_duplicates
from makegood.orders.duplicates.searching import NEAR
from makegood.orders.importing import import_orders
from makegood.orders.models import Order, Payment, ProductKind
from makegood.orders.payments import reserve
from makegood.orders.usage import used_since_purchase
from tests.orders.sheets import a_sheet, numbers, pairs_in
from tests.people import NOON, a_member, a_product, a_use, ago, an_order, mail_sender, olena, usd, verifier

pytestmark = pytest.mark.django_db


def test_accounts_of_one_mailbox_are_searched_together() -> None:
    first = an_order(olena(), purchased_at=ago(minutes=14))
    second = an_order(a_member("Olena+shop@example.com"), purchased_at=ago(minutes=10))
    (pair,) = live_duplicates()
    assert (pair.rn, pair.other_rn) == (second.pk, first.pk)
    assert "the e-mail is spelled another way" in pair.reason
    assert likely_pairs(olena()) == []  # nobody is shown the orders of another account


def test_the_likeliest_comes_first_and_what_is_less_likely_is_left_out() -> None:
    an_order(olena(), purchased_at=ago(days=2))
    an_order(olena(), purchased_at=ago(minutes=14))
    an_order(olena(), purchased_at=ago(minutes=14) + timedelta(seconds=9))
    likely, less = live_duplicates()
    assert likely.confidence > less.confidence
    assert [pair.rn for pair in live_duplicates(least_points=likely.points)] == [likely.rn]


def test_the_use_of_a_subscription_counts_wherever_it_was_told() -> None:
    first = an_order(olena(), verifier(), purchased_at=ago(days=40))
    second = an_order(olena(), verifier(), purchased_at=ago(days=40) + timedelta(hours=1))
    renewal = an_order(olena(), verifier(), purchased_at=ago(days=10), renews=first)
    assert "used" not in next(live_duplicates()).reason  # nobody told any use
    a_use(renewal, used_at=ago(days=9))
    assert "one was not used" in next(live_duplicates()).reason
    a_use(second, used_at=ago(days=9))
    assert "both were used" in next(live_duplicates()).reason


def test_equivalent_products_of_the_desk() -> None:
    an_order(olena(), mail_sender(), purchased_at=ago(minutes=14))
    an_order(olena(), a_product("mail-sender-mac"), purchased_at=ago(minutes=10))
    same = {"mail-sender": "ms", "mail-sender-mac": "ms", "not-sold-here": "ms"}
    assert list(live_duplicates()) == []
    assert len(list(live_duplicates(equivalents=same))) == 1


def the_desk_with(orders: Sequence[Sold]) -> None:
    """Bring the orders into the desk as their vendor would, and use and refund what was."""
    for sku in {order.product for order in orders}:
        a_product(sku, kind=ProductKind.SERVICE if sku in SERVICES else ProductKind.SOFTWARE)
    imported = (
        "order_number,email,product,purchased_at,amount,currency,renews,provider,provider_reference,method,"
        "method_label,captured_amount,captured_at"
    )
    lines = [
        f"{o.number},{o.email},{o.product},{o.at.isoformat()},{o.amount},{o.currency},{o.renews},sandbox,"
        f"ch_{o.number},card,{o.means},{o.amount},{o.at.isoformat()}"
        for o in orders
    ]
    file = BytesIO("\n".join([imported, *lines]).encode())
    import_orders(file, name="orders.csv", by=System("a test"), at=NOON)
    known = {order.number: order for order in Order.objects.all()}
    for order in orders:
        if order.refunded:
            payment = Payment.objects.get(order=known[order.number])
            reserve(payment.pk, payment.captured)
        if order.used and order.product in SERVICES:
            a_use(known[order.number], used_at=order.at + timedelta(minutes=1), units=order.used)


def as_the_desk_knows_them(orders: Sequence[Sold]) -> list[str]:
    """Lines of a file that tells neither more nor less than the desk."""
    known = list(Order.objects.select_related("product"))
    used = used_since_purchase(known)
    units = {order.number: used[order.pk].units for order in known if order.product.kind == "service"}
    as_known = (replace(order, ip="", recipient="", used=units.get(order.number)) for order in orders)
    return [order.line(quantity="") for order in as_known]


def said(pairs: Sequence[Found]) -> list[tuple[str, str, timedelta, int, tuple[int, ...], str]]:
    return [
        (pair.order.number, pair.other.number, pair.apart, pair.points, pair.cases, str(pair.order.amount))
        for pair in pairs
    ]


@pytest.mark.parametrize("within", [NEAR, timedelta(days=14)])
def test_postgresql_and_duckdb_find_the_same(tmp_path: Path, within: timedelta) -> None:
    orders = list(sold(2_000, seed=11))
    the_desk_with(orders)
    file = a_sheet(tmp_path, *as_the_desk_knows_them(orders), columns=COLUMNS)
    same = {"mail-sender": "ms", "mail-sender-pro": "ms"}
    live = said(list(live_duplicates(within=within, equivalents=same)))
    assert live == said(pairs_in(file, within=within, equivalents=same))
    assert len(live) > 50
    # Every kind of evidence that the desk has came up, or they would agree on nothing.
    seen = [{cases[place] for *_, cases, _ in live} for place in range(len(live[0][4]))]
    assert sum(len(cases) > 1 for cases in seen) >= 7
    assert count_orders() == len(orders)


def test_a_member_is_shown_what_the_desk_finds() -> None:
    orders = list(sold(300, seed=12))
    the_desk_with(orders)
    found = {(pair.rn, pair.other_rn) for pair in live_duplicates()}
    for member in {order.member for order in Order.objects.select_related("member")}:
        if "+" not in member.email and "gmail" not in member.email.lower():
            mine = {(pair.order.pk, pair.other.pk) for pair in likely_pairs(member)}
            assert mine == {pair for pair in found if Order.objects.get(pk=pair[0]).member_id == member.pk}


def test_numbers_of_orders_are_told_as_they_are_written() -> None:
    an_order(olena(), purchased_at=ago(minutes=14), number="a-1", amount=usd("1.00"))
    an_order(olena(), purchased_at=ago(minutes=10), number="A-2", amount=usd("1.00"))
    assert numbers(list(live_duplicates())) == [("A-2", "a-1")]
