"""Where a member begins: orders with until when they can be refunded, requests, and the unsent forms."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from makegood.members.views.home import ORDERS_A_PAGE
from makegood.refund_requests.models import Draft
from tests.cases import a_request
from tests.members.conftest import AtHome
from tests.members.scenes import begin, olenas_order, words
from tests.people import ago, amara, an_order, days_ago, joao, mail_sender, olena, petro


def test_before_signing_in_the_page_tells_what_to_do(client: Client) -> None:
    page = words(client.get("/"))
    for offer in ("Sign in", "Create an account", "Read the refund policy", "Start a free trial"):
        assert offer in page


def test_an_order_says_until_when_it_can_be_refunded(at_home: AtHome) -> None:
    order = olenas_order(21)
    page = words(at_home(olena()).get("/"))
    assert order.number in page
    assert "$79.00" in page
    assert "Refundable until" in page
    assert ", 23:59 Kyiv time" in page


def test_an_order_that_is_too_late_says_when_the_last_day_was(at_home: AtHome) -> None:
    olenas_order(31)
    page = words(at_home(olena()).get("/"))
    assert "The last day to ask was" in page
    assert "Refundable until" not in page


def test_an_order_asked_for_links_to_its_request(at_home: AtHome) -> None:
    refund_request = a_request(olenas_order(), at=timezone.now())
    page = words(at_home(olena()).get("/"))
    assert f"Asked for in {refund_request.reference}" in page
    assert "In the queue" in page


def test_an_order_of_which_all_was_refunded_says_so(at_home: AtHome) -> None:
    order = olenas_order()
    order.payments.update(reserved_minor=7900)
    page = words(at_home(olena()).get("/"))
    assert "Refundable until" not in page
    assert "Refunded" in page


def test_a_member_without_orders_is_told_what_appears_here(at_home: AtHome) -> None:
    assert "No orders yet" in words(at_home(amara()).get("/"))


# A link of the vendor's own pages


def test_a_link_offers_the_form_of_an_order_and_begins_nothing(at_home: AtHome) -> None:
    order, browser = olenas_order(), at_home(olena())
    page = browser.get(f"/refunds/new/?order={order.number}")
    assert page.status_code == 200
    assert "Ask for a refund" in words(page)
    assert order.number in words(page)
    assert "Mail Sender" in words(page)
    assert not Draft.objects.exists()
    [action] = re.findall(r'action="(/refunds/new/[^"]*)"', page.content.decode())
    assert browser.post(action).status_code == 303
    assert Draft.objects.get().named_orders == [order.number]


@pytest.mark.parametrize("order", ["", "?order=", "?order=9999999", "?order=%00", "?order=" + "9" * 5000])
def test_a_link_to_no_order_offers_an_empty_form(at_home: AtHome, order: str) -> None:
    browser = at_home(olena())
    page = browser.get(f"/refunds/new/{order}")
    assert page.status_code == 200
    [action] = re.findall(r'action="(/refunds/new/[^"]*)"', page.content.decode())
    assert action == "/refunds/new/"
    assert browser.post(action).status_code == 303


def test_a_link_says_nothing_of_the_orders_of_others(at_home: AtHome) -> None:
    order = olenas_order()
    page = words(at_home(joao()).get(f"/refunds/new/?order={order.number}"))
    assert "Ask for a refund" in page
    assert order.number not in page
    assert "Mail Sender" not in page


def test_a_link_leads_through_the_sign_in_and_back(client: Client) -> None:
    order = olenas_order()
    answer = client.get(f"/refunds/new/?order={order.number}")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [f"/refunds/new/?order={order.number}"]


def test_nobody_sees_the_orders_of_others(at_home: AtHome) -> None:
    order = olenas_order()
    assert order.number not in words(at_home(joao()).get("/"))


def test_older_orders_are_on_the_next_page(at_home: AtHome) -> None:
    numbers = [olenas_order(days).number for days in range(1, ORDERS_A_PAGE + 3)]
    browser = at_home(olena())
    first = browser.get("/")
    assert numbers[-1] not in words(first)
    older = browser.get(f"/?before={numbers[ORDERS_A_PAGE - 1]}")
    assert all(number in words(older) for number in numbers[ORDERS_A_PAGE:])
    assert numbers[0] not in words(older)


def test_an_unsent_form_is_offered_again(at_home: AtHome) -> None:
    browser = at_home(olena())
    draft = begin(browser, olenas_order())
    for page in ("/", "/refunds/"):
        assert f"/refunds/form/{draft.token}/check/" in browser.get(page).content.decode()


def test_all_requests_are_listed_newest_first(at_home: AtHome) -> None:
    old = a_request(olenas_order(), at=days_ago(2))
    new = a_request(olenas_order(), at=timezone.now())
    page = words(at_home(olena()).get("/refunds/"))
    assert page.index(new.reference) < page.index(old.reference)


def test_a_member_without_requests_is_told_what_appears_there(at_home: AtHome) -> None:
    assert "No requests yet" in words(at_home(amara()).get("/refunds/"))


def test_people_of_the_desk_find_their_way(at_home: AtHome) -> None:
    assert at_home(petro()).get("/")["Location"] == "/desk/"
    assert "Go to the desk" not in words(at_home(olena()).get("/"))


def test_people_of_the_desk_who_bought_something_have_both(at_home: AtHome) -> None:
    an_order(petro(), mail_sender(), purchased_at=ago(days=1))
    assert "Go to the desk" in words(at_home(petro()).get("/"))


@pytest.mark.parametrize("address", ["/?before=%00", "/refunds/?before=R-1%00"])
def test_a_list_begins_anew_after_what_is_no_number(address: str, at_home: AtHome) -> None:
    assert at_home(olena()).get(address).status_code == 200


def test_a_reference_with_a_character_that_no_database_keeps_is_not_there(at_home: AtHome) -> None:
    assert at_home(olena()).get("/refunds/R%00/").status_code == 404


def test_a_form_begun_for_what_is_no_order_number_has_no_order(at_home: AtHome) -> None:
    assert at_home(olena()).post("/refunds/new/?order=94%00").status_code == 303
