"""Refunds that should have arrived by now, and the letters by which a bank finds them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from makegood.refunds.models import Refund
from tests import cases, paying
from tests.desk.conftest import Desk
from tests.people import days_ago, finn

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(at_desk: Desk) -> Client:
    """Finn's browser."""
    return at_desk(finn())


def sent(days: float) -> Refund:
    """A card refund that left so many days ago and has not arrived."""
    request = cases.approved()
    return paying.sent(request, at=days_ago(days))


def body_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_late_is_what_passed_its_latest_day(finance: Client) -> None:
    refund = sent(40)
    assert f"/desk/money/{refund.pk}/#letters" in body_of(finance, "/desk/money/overdue/")


def test_what_still_has_its_days_is_not_late(finance: Client) -> None:
    sent(2)
    assert "Nothing is late" in body_of(finance, "/desk/money/overdue/")


def test_what_arrived_is_not_late_and_needs_no_letter(finance: Client) -> None:
    refund = sent(40)
    Refund.objects.filter(pk=refund.pk).update(state="settled", settled_at=refund.succeeded_at)
    assert "Nothing is late" in body_of(finance, "/desk/money/overdue/")
    assert "Letters for the bank" not in body_of(finance, f"/desk/money/{refund.pk}/")


def test_both_letters_name_the_amount_the_days_and_the_trace(finance: Client) -> None:
    refund = sent(40)
    body = body_of(finance, f"/desk/money/{refund.pk}/")
    assert body.count(f"Trace reference (ARN): {paying.TRACE}") == 2
    assert "Please trace it by the reference below" in body
    assert "We confirm to the bank of our customer" in body
    assert body.count("Amount: $79.00") == 2


def test_they_speak_the_language_of_the_customer(finance: Client) -> None:
    refund = sent(40)
    member = refund.payment.order.member
    member.language = "de"
    member.save(update_fields=["language"])
    assert re.search(r'id="letter-bank"\s+lang="de"', body_of(finance, f"/desk/money/{refund.pk}/"))


@pytest.mark.parametrize("whom", ["bank", "customer"])
def test_each_is_there_as_pdf(finance: Client, whom: str) -> None:
    refund = sent(40)
    response = finance.get(f"/desk/money/{refund.pk}/letters/{whom}/")
    assert response.content.startswith(b"%PDF")
    assert f'filename="{refund.reference}-{whom}.pdf"' in response["Content-Disposition"]


def test_there_is_none_before_it_left(finance: Client) -> None:
    refund = paying.begun(cases.approved(), at=days_ago(1) - timedelta(hours=1))
    assert finance.get(f"/desk/money/{refund.pk}/letters/bank/").status_code == 404
