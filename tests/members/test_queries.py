"""No page costs more with more rows: at most 12 queries each, however much there is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.utils import timezone

from makegood.refund_requests.conversation import write_as_member
from makegood.refunds.states import State as RefundState
from tests.cases import a_request
from tests.members.conftest import AtHome
from tests.members.scenes import (
    TOLD,
    begin,
    olenas_duplicates,
    olenas_order,
    olenas_renewal,
    ready_to_send,
    step,
)
from tests.members.test_downloads import a_release
from tests.members.test_refund_form_facts import disputed, send
from tests.members.test_refund_form_orders import many_orders
from tests.members.test_ticket import approved, moved, refund_of
from tests.people import olena, verifier

AtMost = Callable[[int], AbstractContextManager[object]]
QUERIES = 12


@pytest.mark.parametrize("page", ["/", "/refunds/", "/downloads/", "/trials/", "/policy"])
def test_a_page_of_lists(at_home: AtHome, django_assert_max_num_queries: AtMost, page: str) -> None:
    browser = at_home(olena())
    for days in range(1, 8):
        a_request(olenas_order(days), at=timezone.now())
        olenas_renewal(days)
        begin(browser)
    a_release()
    verifier()
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(page).status_code == 200


@pytest.mark.parametrize("name", ["reason", "order", "what-happened", "check"])
def test_a_page_of_the_form(at_home: AtHome, django_assert_max_num_queries: AtMost, name: str) -> None:
    browser = at_home(olena())
    for days in range(1, 8):
        olenas_renewal(days)
    draft = ready_to_send(browser, olenas_order())
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(step(draft, name)).status_code == 200


@pytest.mark.parametrize("name", ["reason", "order", "check"])
def test_a_form_for_several_automatic_charges(
    at_home: AtHome, django_assert_max_num_queries: AtMost, name: str
) -> None:
    browser = at_home(olena())
    charges = [olenas_renewal(days) for days in range(1, 8)]
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "automatic_charge"})
    browser.post(step(draft, "order"), {"orders": [charge.number for charge in charges]})
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(step(draft, name)).status_code == 200


@pytest.mark.parametrize("name", ["order", "which"])
def test_a_form_for_duplicates(at_home: AtHome, django_assert_max_num_queries: AtMost, name: str) -> None:
    browser = at_home(olena())
    first, second = olenas_duplicates()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    browser.post(step(draft, "order"), {"pair": f"{first.number}+{second.number}"})
    browser.post(step(draft, "which"), {"order": second.number})
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(step(draft, name)).status_code == 200


def test_a_ticket_in_the_queue(at_home: AtHome, django_assert_max_num_queries: AtMost) -> None:
    refund_request = a_request(olenas_order(), at=timezone.now())
    for number in range(6):
        write_as_member(refund_request, body=f"{number}", token=uuid4(), by=olena(), at=timezone.now())
    browser = at_home(olena())
    with django_assert_max_num_queries(QUERIES):
        browser.get(f"/refunds/{refund_request.reference}/")


def test_a_ticket_with_its_refund(at_home: AtHome, django_assert_max_num_queries: AtMost) -> None:
    refund_request = approved()
    refund = refund_of(refund_request)
    moved(refund, RefundState.SENDING)
    moved(refund, RefundState.SUCCEEDED, succeeded_at=timezone.now())
    browser = at_home(olena())
    with django_assert_max_num_queries(QUERIES):
        browser.get(f"/refunds/{refund_request.reference}/")


@pytest.mark.parametrize("ground", ["defect", "duplicate", "automatic_charge"])
def test_the_orders_of_somebody_with_five_hundred(
    at_home: AtHome, django_assert_max_num_queries: AtMost, ground: str
) -> None:
    many_orders(500)
    for days in range(1, 8):
        olenas_renewal(days)
    browser = at_home(olena())
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": ground})
    for address in ("", "?q=70002", "?before=NW-7000100"):
        with django_assert_max_num_queries(QUERIES):
            assert browser.get(step(draft, "order") + address).status_code == 200


@pytest.mark.parametrize("name", ["reason", "order", "facts", "what-happened", "check"])
def test_a_form_that_disputes_a_record(
    at_home: AtHome, django_assert_max_num_queries: AtMost, name: str
) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    draft = disputed(browser, order)
    browser.post(step(draft, "what-happened"), TOLD)
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(step(draft, name)).status_code == 200


def test_a_ticket_that_disputes_a_record(at_home: AtHome, django_assert_max_num_queries: AtMost) -> None:
    browser, order = at_home(olena()), olenas_order(40)
    send(browser, disputed(browser, order))
    address = f"/refunds/{olena().refund_requests.get().reference}/"
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(address).status_code == 200
