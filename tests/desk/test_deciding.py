"""Deciding, and the second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from makegood.refund_requests import transitions
from makegood.refund_requests.models import Decision, Verdict
from makegood.refund_requests.states import State
from tests.cases import a_form, awaiting_approval, now, ready_to_decide, send, taken
from tests.desk.conftest import Desk
from tests.desk.scenes import held_by_petro
from tests.people import (
    a_payment,
    a_use,
    ago,
    an_order,
    finn,
    mei,
    ola,
    olena,
    petro,
    roza,
    usd,
    verifier,
)

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answered

pytestmark = pytest.mark.django_db


def test_the_letter_is_written_from_the_clauses_before_anyone_types(at_desk: Desk) -> None:
    ready = ready_to_decide()
    body = at_desk(petro()).get(f"/desk/requests/{ready.reference}/decide/").content.decode()
    assert "Refund $79.00 to Olena?" in body
    assert "we refund $79.00" in body
    assert "It cannot be fixed (2(b))" in body
    assert "You may decide this alone" in body


def test_the_amount_comes_with_its_arithmetic(at_desk: Desk) -> None:
    order = an_order(olena(), purchased_at=ago(days=21), paid=False)
    payment = a_payment(order, captured_at=ago(days=21))
    payment.reserved_minor = 2000
    payment.save()
    ready = ready_to_decide(order)
    body = at_desk(petro()).get(f"/desk/requests/{ready.reference}/decide/").content.decode()
    assert "$79.00 paid − $20.00 refunded or on its way = $59.00" in body


def test_above_the_limit_it_says_beforehand_that_a_second_person_is_needed(at_desk: Desk) -> None:
    ready = ready_to_decide(an_order(olena(), purchased_at=ago(days=21), amount=usd("450.00")))
    body = at_desk(petro()).get(f"/desk/requests/{ready.reference}/decide/").content.decode()
    assert "This is beyond what you may decide alone." in body


def test_a_refund_is_decided_with_the_letter_as_edited(at_desk: Desk) -> None:
    ready = ready_to_decide()
    response = _decide(at_desk, ready.reference, letter="Dear Olena, here it is.")
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/requests/{ready.reference}/")
    decision = Decision.objects.get()
    assert (decision.letter, decision.amount, decision.author) == (
        "Dear Olena, here it is.",
        usd("79.00"),
        petro(),
    )
    assert now(ready).state == State.APPROVED


def test_what_the_policy_refuses_can_only_be_declined(at_desk: Desk) -> None:
    ready = ready_to_decide(fixable=True)
    body = at_desk(petro()).get(f"/desk/requests/{ready.reference}/decide/").content.decode()
    assert "Decline this request?" in body
    assert _decide(at_desk, ready.reference).status_code == 409
    assert _decide(at_desk, ready.reference, verdict=Verdict.DECLINE).status_code == 303
    assert now(ready).state == State.DECLINED


def test_against_the_policy_it_is_refused_in_words_and_the_letter_is_kept(at_desk: Desk) -> None:
    ready = ready_to_decide()
    response = _decide(at_desk, ready.reference, verdict=Verdict.DECLINE, letter="Sorry, no.")
    body = response.content.decode()
    assert response.status_code == 409
    assert "the policy grants this refund, so it cannot be declined" in body
    assert "Sorry, no." in body
    assert Decision.objects.count() == 0


def test_while_facts_are_open_it_names_them_and_offers_nothing(at_desk: Desk) -> None:
    held = held_by_petro()
    body = at_desk(petro()).get(f"/desk/requests/{held.reference}/decide/").content.decode()
    assert "Not yet: something is still to be established" in body
    assert "Could you reproduce the bug?" in body
    assert 'name="letter"' not in body
    refused = _decide(at_desk, held.reference, letter="Never mind the engineers")
    assert refused.status_code == 409
    assert "Still to be established" in refused.content.decode()
    assert "Never mind the engineers" in refused.content.decode()


def test_a_letter_without_words_is_the_same_page(at_desk: Desk) -> None:
    ready = ready_to_decide()
    response = _decide(at_desk, ready.reference, letter="  ")
    assert response.status_code == 422
    assert "The customer needs a letter" in response.content.decode()
    assert now(ready).state == State.EXAMINING


def test_where_the_policy_leaves_it_to_a_person_both_ways_are_open(at_desk: Desk) -> None:
    first = an_order(mei(), verifier(), purchased_at=ago(days=60))
    renewal = an_order(mei(), verifier(), purchased_at=ago(days=10), renews=first, auto_renewal_chosen=False)
    a_use(renewal, used_at=ago(days=1))
    held = taken(send(a_form(renewal, ground="automatic_charge", pictures=0)))
    address = f"/desk/requests/{held.reference}/decide/"
    client = at_desk(petro())
    body = client.get(address).content.decode()
    assert "The policy leaves this to you" in body
    assert 'name="letter"' not in body
    assert "cannot refund" in client.get(f"{address}?verdict=decline").content.decode()
    assert _decide(at_desk, held.reference, verdict=Verdict.DECLINE).status_code == 303


def test_a_second_decision_is_refused_and_nothing_typed_is_lost(at_desk: Desk) -> None:
    ready = ready_to_decide()
    assert _decide(at_desk, ready.reference).status_code == 303
    again = _decide(at_desk, ready.reference, letter="My second thoughts")
    assert again.status_code == 409
    assert "You do not hold" in again.content.decode()
    assert "My second thoughts" in again.content.decode()
    assert Decision.objects.count() == 1


def test_only_the_holder_decides(at_desk: Desk) -> None:
    ready = ready_to_decide()
    response = at_desk(roza()).post(
        f"/desk/requests/{ready.reference}/decide/", {"verdict": "refund", "letter": "Mine now"}
    )
    assert response.status_code == 409
    assert "Petro Bondar has it now" in response.content.decode()
    assert "Mine now" in response.content.decode()


def test_the_amount_cannot_be_sent_along(at_desk: Desk) -> None:
    ready = ready_to_decide()
    at_desk(petro()).post(
        f"/desk/requests/{ready.reference}/decide/",
        {"verdict": "refund", "letter": "As much as you like", "amount": "9999", "amount_minor": "999900"},
    )
    assert Decision.objects.get().amount == usd("79.00")


def test_the_second_person_sees_everything_and_approves(at_desk: Desk) -> None:
    waiting = awaiting_approval()
    client = at_desk(finn())
    listed = client.get("/desk/approvals/").content.decode()
    assert waiting.reference in listed
    assert "$450.00" in listed
    body = client.get(f"/desk/requests/{waiting.reference}/approval/").content.decode()
    assert "Petro Bondar wants to refund $450.00" in body
    assert "We have looked at it with care." in body
    assert client.post(f"/desk/requests/{waiting.reference}/approval/approve/").status_code == 303
    assert now(waiting).state == State.APPROVED


def test_returning_needs_a_reason_and_starts_a_new_round(at_desk: Desk) -> None:
    waiting = awaiting_approval()
    address = f"/desk/requests/{waiting.reference}/approval/return/"
    empty = at_desk(finn()).post(address, {"reason": ""})
    assert (empty.status_code, now(waiting).state) == (422, State.AWAITING_APPROVAL)
    assert at_desk(finn()).post(address, {"reason": "Ask for the invoice first"}).status_code == 303
    assert (now(waiting).state, now(waiting).round) == (State.WAITING, 2)
    body = at_desk(petro()).get(f"/desk/requests/{waiting.reference}/").content.decode()
    assert "Ask for the invoice first" in body


def test_nobody_agrees_to_their_own_decision(at_desk: Desk) -> None:
    order = an_order(olena(), purchased_at=ago(days=21), amount=usd("450.00"))
    ready = ready_to_decide(order, by=ola())
    ola().staff_roles.update(limit_minor=10_000, limit_currency="USD")
    transitions.decide(ready, verdict=Verdict.REFUND, letter="Yes", by=ola(), at=timezone.now())
    address = f"/desk/requests/{ready.reference}/approval/"
    assert (
        "Check the decision" not in at_desk(ola()).get(f"/desk/requests/{ready.reference}/").content.decode()
    )
    body = at_desk(ola()).get(address).content.decode()
    assert "You made this decision yourself" in body
    assert f'action="{address}approve/"' not in body
    response = at_desk(ola()).post(f"{address}approve/")
    assert response.status_code == 409
    assert "You made this decision yourself" in response.content.decode()
    assert now(ready).state == State.AWAITING_APPROVAL


@pytest.mark.parametrize("limit", [(10_000, "USD"), (1_000_000, "EUR")])
def test_nobody_agrees_to_more_than_their_limit(at_desk: Desk, limit: tuple[int, str]) -> None:
    waiting = awaiting_approval()
    minor, currency = limit
    finn().staff_roles.update(limit_minor=minor, limit_currency=currency)
    response = at_desk(finn()).post(f"/desk/requests/{waiting.reference}/approval/approve/")
    assert response.status_code == 409
    assert "Your limit does not cover $450.00" in response.content.decode()
    assert now(waiting).state == State.AWAITING_APPROVAL


def test_who_agrees_to_a_decision_that_somebody_has_just_returned_is_told(at_desk: Desk) -> None:
    waiting = awaiting_approval()
    transitions.return_decision(
        waiting, by=ola(), at=timezone.now(), reason="The picture shows another program."
    )
    address = f"/desk/requests/{waiting.reference}/approval/approve/"
    response = at_desk(finn()).post(address, follow=True)
    assert response.redirect_chain == [(f"/desk/requests/{waiting.reference}/", 303)]
    assert "this has moved on meanwhile" in response.content.decode()


def test_a_second_approval_is_refused_in_words(at_desk: Desk) -> None:
    waiting = awaiting_approval()
    address = f"/desk/requests/{waiting.reference}/approval/approve/"
    assert at_desk(finn()).post(address).status_code == 303
    again = at_desk(ola()).post(address)
    assert again.status_code == 409
    assert "this has moved on meanwhile" in again.content.decode()


def _decide(at_desk: Desk, reference: str, *, verdict: str = "refund", letter: str = "As found.") -> Answered:
    return at_desk(petro()).post(
        f"/desk/requests/{reference}/decide/", {"verdict": verdict, "letter": letter}
    )


def test_a_decision_about_what_was_withdrawn_meanwhile_says_so_and_keeps_the_letter(at_desk: Desk) -> None:
    ready = ready_to_decide()
    transitions.withdraw(ready, by=olena(), at=timezone.now())
    typed = {"verdict": "refund", "letter": "You get it all back, and our apologies."}
    answer = at_desk(petro()).post(f"/desk/requests/{ready.reference}/decide/", typed)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "What happened last: Withdrawn by the customer, " in body
    assert "You get it all back, and our apologies." in body
    assert not Decision.objects.exists()
