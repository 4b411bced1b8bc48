"""A disputed record at the desk: both sides beside the control, and in the letter."""

from __future__ import annotations

import pytest

from makegood.notifications.prewritten import decision_letter
from makegood.orders.models import Order
from makegood.refund_requests import drafting
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import Finding, RefundRequest, Verdict
from tests.cases import a_form, found_to_be_a_defect, send, taken
from tests.desk.conftest import Desk
from tests.members.scenes import words
from tests.people import NOON, ago, an_order, marta, olena, petro, usd

pytestmark = pytest.mark.django_db
WHY = "My invoice has another day on it."
RECORDED, SAID = "2026-10-14", "2026-11-03"
SIDES = f"Olena says 3 November 2026, our records say 14 October 2026. Olena writes: “{WHY}”"


@pytest.fixture
def asked() -> RefundRequest:
    """Held by Petro, everything established but the day of the purchase."""
    order = an_order(olena(), purchased_at=ago(days=40))
    said = {"purchased_on": {"says": SAID, "why": WHY}}
    draft = drafting.dispute(a_form(order), said=said, of=order.number, at=NOON)
    return found_to_be_a_defect(taken(send(draft)))


def find(at_desk: Desk, asked: RefundRequest, value: str) -> int:
    address = f"/desk/requests/{asked.reference}/findings/purchased_on/"
    return at_desk(petro()).post(address, {"value": value, "note": "Asked the shop."}).status_code


def letter(asked: RefundRequest, verdict: Verdict, amount: str) -> str:
    return decision_letter(verdict, answers_of_request(asked), [usd(amount)], signed="Petro", language="en")


def test_both_sides_stand_beside_the_control(at_desk: Desk, asked: RefundRequest) -> None:
    page = at_desk(petro()).get(f"/desk/requests/{asked.reference}/")
    assert SIDES in words(page)
    assert 'action="/desk/requests/' in page.content.decode()
    assert "/findings/purchased_on/" in page.content.decode()
    assert "and not 14 October 2026 as our records said then." in words(page)
    assert "Not in our orders" not in words(page)


def test_those_who_do_not_hold_it_read_the_sides_only(at_desk: Desk, asked: RefundRequest) -> None:
    page = at_desk(marta()).get(f"/desk/requests/{asked.reference}/")
    assert SIDES in words(page)
    assert "/findings/purchased_on/" not in page.content.decode()
    address = f"/desk/requests/{asked.reference}/findings/purchased_on/"
    assert at_desk(marta()).post(address, {"value": SAID}).status_code == 404


def test_the_record_confirmed_is_a_refusal_whose_letter_says_so(at_desk: Desk, asked: RefundRequest) -> None:
    assert find(at_desk, asked, RECORDED) == 303
    said = letter(asked, Verdict.DECLINE, "0.00")
    assert "You say 3 November 2026, our record says 14 October 2026. We found: 14 October 2026." in said
    assert "(1(a))" in said


def test_the_record_corrected_is_a_refund_whose_letter_says_so(at_desk: Desk, asked: RefundRequest) -> None:
    assert find(at_desk, asked, SAID) == 303
    assert "We found: 3 November 2026." in letter(asked, Verdict.REFUND, "79.00")
    page = words(at_desk(petro()).get(f"/desk/requests/{asked.reference}/"))
    assert "When was it purchased? 2026-11-03" in page
    assert SIDES in page


def test_what_cannot_be_found_is_said_in_the_letter(at_desk: Desk, asked: RefundRequest) -> None:
    address = f"/desk/requests/{asked.reference}/findings/purchased_on/"
    assert at_desk(petro()).post(address, {"lost": "on"}).status_code == 303
    assert "We could not find out which is right." in letter(asked, Verdict.REFUND, "79.00")


def test_a_day_before_every_policy_is_refused_in_a_sentence(at_desk: Desk, asked: RefundRequest) -> None:
    address = f"/desk/requests/{asked.reference}/findings/purchased_on/"
    answer = at_desk(petro()).post(address, {"value": "1999-01-01"})
    assert "No published policy was in force on 1 January 1999." in words(answer)
    assert not Finding.objects.filter(fact="purchased_on").exists()


def test_a_record_that_an_import_puts_right_needs_no_finding(at_desk: Desk, asked: RefundRequest) -> None:
    Order.objects.update(purchased_at=ago(days=20))
    page = at_desk(petro()).get(f"/desk/requests/{asked.reference}/")
    assert SIDES not in words(page)
    assert "/findings/purchased_on/" not in page.content.decode()
    assert "and not 14 October 2026 as our records said then." in words(page)
