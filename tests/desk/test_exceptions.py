"""The page on which a lead makes an exception, and who reads of it."""

from __future__ import annotations

import pytest

from makegood.refund_requests import transitions
from makegood.refund_requests.models import Decision, RefundRequest
from makegood.refund_requests.states import State
from tests.cases import approved, now, ready_to_decide
from tests.desk.conftest import Desk
from tests.people import NOON, a_lead, finn, olena, petro, roza

pytestmark = pytest.mark.django_db

SENT = {
    "amount_1": "40.00",
    "reason": "She bought it for a school that closed.",
    "letter": "Dear Olena, we make an exception.",
}


def refused_by_the_policy() -> RefundRequest:
    return ready_to_decide(fixable=True, by=a_lead())


def address(asked: RefundRequest) -> str:
    return f"/desk/requests/{asked.reference}/exception/"


def test_the_page_says_what_may_be_given_and_what_the_customer_reads(at_desk: Desk) -> None:
    body = at_desk(a_lead()).get(address(refused_by_the_policy())).content.decode()
    assert "Between $0.00, which the policy grants, and $79.00" in body
    assert "This is an exception: our refund policy does not grant it." in body
    assert "This speaks against it:" in body


def test_an_exception_goes_to_the_second_person_with_its_reason(at_desk: Desk) -> None:
    asked = refused_by_the_policy()
    assert at_desk(a_lead()).post(address(asked), SENT).status_code == 303
    assert now(asked).state == State.AWAITING_APPROVAL
    shown = at_desk(finn()).get(f"/desk/requests/{asked.reference}/approval/").content.decode()
    assert "She bought it for a school that closed." in shown
    assert "An exception: the policy does not grant this" in shown
    assert "Exception to the policy" in at_desk(finn()).get("/desk/approvals/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"reason": ""}, 422, "Please say why"),
        ({"reason": "Because"}, 409, "at least 5 words"),
        ({"amount_1": "79.01"}, 409, "and no more"),
        ({"amount_1": "40.001"}, 422, "Please write an amount"),
        ({"amount_1": "-3"}, 409, "never less"),
        ({"amount_1": "0"}, 409, "needs no exception"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    at_desk: Desk, wrong: dict[str, str], status: int, said: str
) -> None:
    response = at_desk(a_lead()).post(address(refused_by_the_policy()), SENT | wrong)
    body = response.content.decode()
    assert (response.status_code, said in body, "Dear Olena, we make" in body) == (status, True, True)
    assert not Decision.objects.exists()


def test_who_may_not_is_told_who_can(at_desk: Desk) -> None:
    asked, lead = ready_to_decide(fixable=True), a_lead()
    body = at_desk(petro()).get(f"/desk/requests/{asked.reference}/decide/").content.decode()
    assert f"Exceptions to the policy can be made by: {lead.name}." in body
    assert at_desk(petro()).get(address(asked)).status_code == 404


def test_a_lead_is_led_there_only_where_the_policy_grants_less(at_desk: Desk) -> None:
    asked = refused_by_the_policy()
    body = at_desk(a_lead()).get(f"/desk/requests/{asked.reference}/decide/").content.decode()
    assert address(asked) in body
    granted = ready_to_decide(by=a_lead())
    body = at_desk(a_lead()).get(f"/desk/requests/{granted.reference}/decide/").content.decode()
    assert address(granted) not in body
    assert "needs no exception" in at_desk(a_lead()).get(address(granted)).content.decode()


def test_the_ticket_tells_colleagues_of_the_exception(at_desk: Desk) -> None:
    asked = refused_by_the_policy()
    at_desk(a_lead()).post(address(asked), SENT)
    transitions.approve(asked, by=finn(), at=NOON)
    body = at_desk(roza()).get(f"/desk/requests/{asked.reference}/").content.decode()
    assert "Exception to the policy" in body
    assert "She bought it for a school that closed." in body


def test_the_member_reads_that_it_is_an_exception_but_not_why(at_desk: Desk) -> None:
    asked = refused_by_the_policy()
    at_desk(a_lead()).post(address(asked), SENT)
    transitions.approve(asked, by=finn(), at=NOON)
    body = at_desk(olena()).get(f"/refunds/{asked.reference}/").content.decode()
    assert "This is an exception" in body
    assert "a school that closed" not in body


def test_a_refund_by_the_policy_is_called_no_exception(at_desk: Desk) -> None:
    body = at_desk(olena()).get(f"/refunds/{approved().reference}/").content.decode()
    assert "Our decision" in body
    assert "This is an exception" not in body
