"""Which order: numbers as people type them, and finding one order among five hundred without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from makegood.members.orders_shown import A_PAGE, as_number
from makegood.orders.models import Order
from makegood.refund_requests.models import Draft
from tests.members.conftest import AtHome
from tests.members.scenes import begin, olenas_order, olenas_renewal, step, words
from tests.people import a_payment, a_product, an_order, days_ago, joao, mail_sender, olena


def many_orders(count: int) -> list[Order]:
    """The newest first; none has a payment, which the page does not need."""
    member, product, first = olena(), mail_sender(), days_ago(1)
    return Order.objects.bulk_create(
        Order(
            number=f"NW-{7_000_000 + number}",
            member=member,
            product=product,
            purchased_at=first - timedelta(hours=number),
            amount_minor=79_00,
            currency="USD",
        )
        for number in range(count)
    )


def on_ground(browser: Client, ground: str) -> Draft:
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": ground})
    return draft


@pytest.mark.parametrize("typed", ["{}", " {} ", "#{}", "№ {}", "9 4 {}", "nw-{}", "# NW-{}"])
def test_a_number_is_read_as_people_type_it(at_home: AtHome, typed: str) -> None:
    browser = at_home(olena())
    first = an_order(olena(), number="NW-8123", purchased_at=days_ago(3))
    second = an_order(olena(), number="8124", purchased_at=days_ago(2))
    third = an_order(olena(), number="948124", purchased_at=days_ago(2))
    meant = {"nw-{}": first, "# NW-{}": first, "9 4 {}": third}.get(typed, second)
    other = second if meant != second else first
    draft = on_ground(browser, "duplicate")
    number = typed.format("8123" if meant == first else "8124")
    browser.post(step(draft, "order"), {"pair": "other", "first": number, "second": other.number})
    assert Draft.objects.get().named_orders == [meant.number, other.number]


def test_a_number_is_only_what_people_put_around_it() -> None:
    assert as_number("\u200e # 94 12 031\ufeff") == "9412031"


def test_the_number_of_somebody_else_is_answered_as_one_that_is_not_there(at_home: AtHome) -> None:
    theirs = an_order(joao(), number="8125", purchased_at=days_ago(3))
    own = olenas_order(3)
    browser = at_home(olena())
    draft = on_ground(browser, "duplicate")
    pages = [
        browser.post(step(draft, "order"), {"pair": "other", "first": number, "second": own.number})
        for number in (theirs.number, "8126")
    ]
    said = [words(page).replace("8125", "N").replace("8126", "N") for page in pages]
    assert said[0] == said[1]
    assert "There is no order “N” under your e-mail address." in said[0]
    assert "You find the number under “My orders”" in said[0]
    assert [page.status_code for page in pages] == [422, 422]


def test_the_same_number_typed_in_two_ways_is_one_order(at_home: AtHome) -> None:
    browser = at_home(olena())
    an_order(olena(), number="NW-8123", purchased_at=days_ago(3))
    draft = on_ground(browser, "duplicate")
    answer = browser.post(step(draft, "order"), {"pair": "other", "first": "NW-8123", "second": "# nw-8123"})
    assert "These are one and the same order." in words(answer)


def test_a_few_orders_need_no_search(at_home: AtHome) -> None:
    olenas_order()
    browser = at_home(olena())
    page = browser.get(step(on_ground(browser, "defect"), "order")).content.decode()
    assert "Find an order" not in page


def test_the_order_that_the_form_began_with_comes_first(at_home: AtHome) -> None:
    orders = many_orders(5)
    a_payment(orders[3], captured_at=days_ago(1))
    browser = at_home(olena())
    draft = on_ground(browser, "defect")
    browser.post(step(draft, "order"), {"order": orders[3].number})
    page = browser.get(step(draft, "order")).content.decode()
    assert re.findall(r'name="order"\s+value="([^"]+)"', page) == [
        orders[at].number for at in (3, 0, 1, 2, 4)
    ]


def test_orders_are_shown_page_by_page_and_what_was_chosen_stays(at_home: AtHome) -> None:
    orders = many_orders(2 * A_PAGE + 1)
    a_payment(orders[A_PAGE], captured_at=days_ago(1))
    browser = at_home(olena())
    draft = on_ground(browser, "defect")
    first = browser.get(step(draft, "order")).content.decode()
    assert (orders[A_PAGE - 1].number in first, orders[A_PAGE].number in first) == (True, False)
    older = browser.post(step(draft, "order"), {"order": orders[0].number, "show": orders[A_PAGE - 1].number})
    assert older.status_code == 303
    second = browser.get(older["Location"]).content.decode()
    assert all(order.number in second for order in (orders[0], orders[A_PAGE], orders[2 * A_PAGE - 1]))
    assert orders[1].number not in second
    chosen = browser.post(older["Location"], {"order": orders[A_PAGE].number})
    assert chosen["Location"] == step(draft, "what-happened")
    assert Draft.objects.get().named_orders == [orders[A_PAGE].number]


@pytest.mark.parametrize("searched", ["7000033", "# nw-70000 33", "mail send", "MAIL SENDER"])
def test_an_order_is_found_by_number_and_by_product(at_home: AtHome, searched: str) -> None:
    orders = many_orders(60)
    fax = an_order(olena(), a_product("fax-online", name="Fax"), purchased_at=days_ago(0.5))
    browser = at_home(olena())
    draft = on_ground(browser, "defect")
    found = browser.post(step(draft, "order"), {"q": searched, "show": ""})
    page = browser.get(found["Location"]).content.decode()
    assert fax.number not in page
    assert orders[33 if "33" in searched else 0].number in page


def test_what_is_not_found_is_said(at_home: AtHome) -> None:
    many_orders(30)
    browser = at_home(olena())
    page = browser.get(step(on_ground(browser, "defect"), "order") + "?q=typewriter%00")
    assert "None of your orders has this in its number or product." in words(page)
    assert "Show my newest orders" in words(page)


def test_the_orders_of_somebody_else_are_not_searched(at_home: AtHome) -> None:
    theirs = an_order(joao(), number="8125", purchased_at=days_ago(3))
    many_orders(30)
    browser = at_home(olena())
    draft = on_ground(browser, "defect")
    for address in ("?q=8125", f"?before={theirs.number}"):
        page = browser.get(step(draft, "order") + address).content.decode()
        assert 'type="radio"' not in page if "q=" in address else 'type="radio"' in page
        assert re.search(r'type="radio"[^>]*value="8125"', page) is None


def test_charges_of_several_pages_are_one_request(at_home: AtHome) -> None:
    charges = [olenas_renewal(days) for days in range(1, A_PAGE + 3)]
    browser = at_home(olena())
    draft = on_ground(browser, "automatic_charge")
    older = browser.post(
        step(draft, "order"), {"orders": [charges[0].number], "show": charges[A_PAGE - 1].number}
    )
    both = {charges[0].number, charges[A_PAGE].number}
    browser.post(older["Location"], {"orders": list(both)})
    assert set(Draft.objects.get().wanted_orders) == both


def test_searching_goes_back_to_the_last_page_afterwards(at_home: AtHome) -> None:
    many_orders(30)
    browser = at_home(olena())
    draft = on_ground(browser, "defect")
    found = browser.post(step(draft, "order") + "?from=check", {"q": "7000003", "show": ""})
    assert "from=check" in found["Location"]
