"""The letter of a decision, written before anyone types."""

from __future__ import annotations

import pytest

from makegood.notifications.prewritten import decision_letter
from makegood.orders.models import Product, ProductKind
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import Verdict
from tests.cases import a_form, ready_to_decide, send
from tests.people import a_product, a_use, ago, an_order, mei, usd, verifier

pytestmark = pytest.mark.django_db


def test_a_refund_says_how_much_and_what_was_found() -> None:
    answers = answers_of_request(ready_to_decide())
    letter = decision_letter(Verdict.REFUND, answers, [usd("79.00")], signed="Petro", language="en")
    assert letter.startswith("We have examined your request, and you get your money back.")
    assert "we refund $79.00." in letter
    assert "– It cannot be fixed (2(b))" in letter
    assert letter.endswith("Kind regards,\nPetro")


def test_a_refusal_says_which_paragraph_and_why() -> None:
    answers = answers_of_request(ready_to_decide(fixable=True))
    letter = decision_letter(Verdict.DECLINE, answers, [usd("0.00")], signed="Petro", language="en")
    assert "we cannot refund it" in letter
    assert "This speaks against it:\n– It cannot be fixed (2(b)): It can be fixed" in letter
    assert "a bug is found" not in letter


def test_what_the_form_had_to_contain_is_not_told_again() -> None:
    answers = answers_of_request(ready_to_decide())
    letter = decision_letter(Verdict.REFUND, answers, [usd("79.00")], signed="Petro", language="en")
    assert "screenshot" not in letter


def test_of_two_orders_each_gets_its_own_answer() -> None:
    verified, sent = (an_order(mei(), product, purchased_at=ago(days=60)) for product in (verifier(), sms()))
    unused = an_order(mei(), verifier(), purchased_at=ago(days=3), renews=verified, auto_renewal_chosen=True)
    used = an_order(mei(), sms(), purchased_at=ago(days=3), renews=sent, auto_renewal_chosen=True)
    orders = (unused, used)
    asked = send(a_form(*orders, ground="automatic_charge", wanted=orders, pictures=0))
    a_use(used, used_at=ago(days=1), units=30)
    amounts = [usd("79.00"), usd("0.00")]
    letter = decision_letter(
        Verdict.REFUND, answers_of_request(asked), amounts, signed="Petro", language="en"
    )
    assert f"Order {unused.number}, Mail Verifier Online: we refund $79.00." in letter
    assert f"Order {used.number}, SMS Balance: no refund.\nThis speaks against it:" in letter


def sms() -> Product:
    """Another service that renews itself."""
    return a_product("sms-balance", name="SMS Balance", kind=ProductKind.SERVICE, unit="messages")
