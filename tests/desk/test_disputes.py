"""Disputes at the desk: a list to be answered, one page for each, and a signal wherever the request shows."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from makegood.refund_requests.models import RefundRequest
from makegood.refunds import disputes, opening
from makegood.refunds.models import Dispute, Refund
from makegood.refunds.providers.base import ChargedDispute, DisputeState
from tests import cases, paying
from tests.desk.conftest import Desk
from tests.desk.scenes import held_by_petro
from tests.people import NOON, finn, later, petro, usd

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(at_desk: Desk) -> Client:
    """Finn's browser."""
    return at_desk(finn())


def disputed(
    refund_request: RefundRequest, state: DisputeState = DisputeState.OPEN, *, number: int = 1
) -> Dispute:
    """The customer's bank acts on the one payment of the request, and we have looked."""
    payment = cases.order_of(refund_request).payments.get()
    listed = ChargedDispute("dp_1", usd("79.00"), state, "fraudulent", NOON, NOON + timedelta(days=9))
    return disputes.found(payment, listed, by=paying.BANK, at=later(minutes=number))


def body_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_says_what_to_do_and_by_when(finance: Client) -> None:
    disputed(held_by_petro())
    body = body_of(finance, "/desk/money/disputes/")
    assert "1 dispute is undecided" in body
    assert "open; the bank has the money" in body
    assert "1 dispute is undecided" in body_of(finance, "/desk/money/")


def test_nothing_disputed_is_said_in_words(finance: Client) -> None:
    assert "No disputes" in body_of(finance, "/desk/money/disputes/")


def test_what_ended_stands_below(finance: Client) -> None:
    request = held_by_petro()
    disputed(request)
    dispute = disputed(request, DisputeState.WON, number=2)
    assert "Ended, newest first" in body_of(finance, "/desk/money/disputes/")
    body = body_of(finance, f"/desk/money/disputes/{dispute.pk}/")
    assert "won; the money is ours" in body
    assert body.count("fraudulent") == 2  # each word of the provider


def test_its_page_shows_the_books_the_refunds_and_the_request(finance: Client) -> None:
    request = cases.approved()
    refund = a_refund_of(request)
    dispute = disputed(request)
    body = body_of(finance, f"/desk/money/disputes/{dispute.pk}/")
    assert "disputes_open" in body
    assert f"/desk/money/{refund.pk}/" in body
    assert f"/desk/requests/{request.reference}/" in body


def test_releasing_during_a_dispute_is_refused_in_words(finance: Client) -> None:
    request = cases.approved()
    refund = a_refund_of(request)
    disputed(request)
    response = finance.post(f"/desk/money/{refund.pk}/release/")
    assert response.status_code == 409
    assert "Until it ends, nothing is refunded" in response.content.decode()


def test_the_ticket_and_the_lists_say_that_one_is_open(at_desk: Desk) -> None:
    request = held_by_petro()
    desk = at_desk(petro())
    assert "dispute open" not in body_of(desk, "/desk/")
    disputed(request)
    assert "dispute open" in body_of(desk, "/desk/")
    assert "dispute open" in body_of(desk, "/desk/requests/")
    assert "so that it is not paid twice" in body_of(desk, f"/desk/requests/{request.reference}/")
    disputed(request, DisputeState.WON, number=2)
    assert "dispute open" not in body_of(desk, "/desk/requests/")


def test_finance_downloads_the_evidence(finance: Client) -> None:
    dispute = disputed(cases.approved())
    assert "Download the evidence" in body_of(finance, f"/desk/money/disputes/{dispute.pk}/")
    response = finance.post(f"/desk/money/disputes/{dispute.pk}/evidence/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert ZipFile(BytesIO(response.content)).testzip() is None


def test_the_member_is_told_why_they_wait(client: Client) -> None:
    request = cases.approved()
    a_refund_of(request)
    disputed(request)
    client.force_login(request.member)
    body = body_of(client, f"/refunds/{request.reference}/")
    assert "if your bank does not pay you, we do" in body


def a_refund_of(request: RefundRequest) -> Refund:
    """Approved and not sent yet."""
    order = cases.order_of(request)
    return opening.open(
        payment=order.payments.get(),
        amount=order.amount,
        reference=request.reference,
        decision_round=request.round,
        by=paying.BANK,
        at=NOON,
    )
