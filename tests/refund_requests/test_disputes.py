"""A disputed record is unknown until a representative finds out; the policy decides by what was found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.orders.models import Order
from makegood.policy import Outcome, Policy, decide
from makegood.policy.facts import UNKNOWN
from makegood.refund_requests import drafting, findings, policies, transitions
from makegood.refund_requests.assessing import answer_draft, answers_of_request
from makegood.refund_requests.deciding import ToBeEstablished
from makegood.refund_requests.disputes import standing
from makegood.refund_requests.facts import Case, facts_of
from makegood.refund_requests.findings import facts_to_establish, record_finding
from makegood.refund_requests.models import DisputedFact, Draft, RefundRequest, Verdict
from makegood.refund_requests.policies import NoPolicyInForce
from makegood.refund_requests.submitting import CannotSucceed, NotComplete
from tests.cases import POLICY, a_form, a_picture_of, event_of, found_to_be_a_defect, send, taken, the_policy
from tests.people import NOON, a_use, ago, an_order, olena, petro, verifier

pytestmark = pytest.mark.django_db
WHY = "My invoice has another day on it."
TOO_LATE, IN_TIME = ago(days=40), ago(days=20)
SAID = {"purchased_on": {"says": IN_TIME.date().isoformat(), "why": WHY}}


def a_late_order() -> Order:
    return an_order(olena(), purchased_at=TOO_LATE)


def a_disputing_form(order: Order | None = None, *, pictures: int = 1) -> Draft:
    order = order or a_late_order()
    return drafting.dispute(a_form(order, pictures=pictures), said=SAID, of=order.number, at=NOON)


def a_review_of_facts() -> RefundRequest:
    return send(a_disputing_form())


def found(asked: RefundRequest, value: object) -> None:
    record_finding(asked, fact="purchased_on", value=value, note="The invoice.", by=petro(), at=NOON)


@pytest.fixture
def policy() -> Policy:
    return Policy.parse(POLICY.read_text())


def test_a_disputed_fact_is_unknown_to_the_policy(policy: Policy) -> None:
    case = Case(ground="defect", received_at=NOON, order=a_late_order())
    assert decide(policy, facts_of(case, policy)).outcome is Outcome.INELIGIBLE
    disputing = Case(ground="defect", received_at=NOON, order=case.order, disputed=SAID)
    assert facts_of(disputing, policy)["purchased_on"] is UNKNOWN
    assert decide(policy, facts_of(disputing, policy)).outcome is Outcome.NEEDS_REVIEW


@pytest.mark.parametrize(
    "said",
    [
        {"received_on": {"says": "2026-11-01", "why": WHY}},
        {"description": {"says": "Another", "why": WHY}},
        {"bug_confirmed": {"says": True, "why": WHY}},
        {"no_such_fact": {"says": True, "why": WHY}},
        {"purchased_on": {"says": "yesterday", "why": WHY}},
        {"purchased_on": {"says": IN_TIME.date().isoformat(), "why": "I know."}},
        {"purchased_on": {"says": None, "why": WHY}},
        {"purchased_on": {"says": TOO_LATE.date().isoformat(), "why": WHY}},
        {"is_renewal": {"says": True, "why": WHY}},
    ],
)
def test_what_is_no_dispute_changes_nothing(policy: Policy, said: dict[str, dict[str, object]]) -> None:
    """Not a record, not a value, no reason, no difference, or not looked at on this ground."""
    recorded = facts_of(Case(ground="defect", received_at=NOON, order=a_late_order()), policy)
    assert standing(said, recorded, policy, ground="defect") == {}


def test_a_request_that_the_records_refuse_is_accepted_as_a_review_of_facts() -> None:
    with pytest.raises(CannotSucceed):
        send(a_form(a_late_order()))
    asked = a_review_of_facts()
    row = DisputedFact.objects.get(refund_request=asked)
    assert (row.recorded, row.says) == (TOO_LATE.date().isoformat(), IN_TIME.date().isoformat())
    assert event_of(asked, Action.SUBMITTED).details["disputed"] == ["purchased_on"]


def test_it_is_not_accepted_where_the_policy_refuses_even_so() -> None:
    order = a_late_order()
    late_too = {"purchased_on": {"says": ago(days=35).date().isoformat(), "why": WHY}}
    draft = drafting.dispute(a_form(order), said=late_too, of=order.number, at=NOON)
    with pytest.raises(CannotSucceed):
        send(draft)


def test_a_record_of_the_order_needs_a_picture_that_shows_it() -> None:
    order = an_order(olena(), verifier(), purchased_at=TOO_LATE)
    other = an_order(olena(), verifier(), purchased_at=TOO_LATE)
    draft = a_form(order, other, ground="duplicate", pictures=0)
    draft = drafting.dispute(draft, said=SAID, of=order.number, at=NOON)
    with pytest.raises(NotComplete) as incomplete:
        send(draft)
    assert incomplete.value.missing == ("facts",)
    a_picture_of(draft)
    assert send(draft).state == "waiting"


def test_it_cannot_be_decided_before_somebody_found_out() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    assert "purchased_on" in {fact.name for fact in facts_to_establish(asked)}
    for verdict in Verdict:
        with pytest.raises(ToBeEstablished):
            transitions.decide(asked, verdict=verdict, letter="Dear", by=petro(), at=NOON)


def test_a_record_that_is_confirmed_refuses_with_the_paragraph() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    found(asked, TOO_LATE.date().isoformat())
    [live] = answers_of_request(asked)
    assert (live.answer.outcome, live.answer.decided_by) == (Outcome.INELIGIBLE, ("1(a)",))
    transitions.decide(asked, verdict=Verdict.DECLINE, letter="Dear", by=petro(), at=NOON)


def test_a_record_that_was_wrong_gives_the_refund() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    found(asked, IN_TIME.date().isoformat())
    [live] = answers_of_request(asked)
    assert live.answer.outcome is Outcome.ELIGIBLE
    transitions.decide(asked, verdict=Verdict.REFUND, letter="Dear", by=petro(), at=NOON)


def test_what_cannot_be_found_out_is_left_to_a_person() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    found(asked, None)
    [live] = answers_of_request(asked)
    assert (live.answer.outcome, live.answer.looked_for) == (Outcome.NEEDS_REVIEW, ())
    transitions.decide(asked, verdict=Verdict.REFUND, letter="Dear", by=petro(), at=NOON)


def test_a_finding_can_be_corrected() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    found(asked, TOO_LATE.date().isoformat())
    found(asked, IN_TIME.date().isoformat())
    assert answers_of_request(asked)[0].answer.outcome is Outcome.ELIGIBLE


def test_a_record_that_an_import_puts_right_is_disputed_no_longer() -> None:
    asked = found_to_be_a_defect(taken(a_review_of_facts()))
    Order.objects.update(purchased_at=IN_TIME)
    [live] = answers_of_request(asked)
    assert (live.disputed, live.answer.outcome) == ({}, Outcome.ELIGIBLE)


def test_the_policy_of_the_day_that_was_found_decides() -> None:
    the_policy()
    since = (IN_TIME - timedelta(days=5)).date()
    newer = POLICY.read_text().replace('"2026-11"', '"newer"').replace("2010-01-01", since.isoformat())
    policies.publish(text=newer, by=System("a test"), at=NOON)
    draft = a_disputing_form()
    [live] = answer_draft(draft, at=NOON)
    assert live.if_so is not None
    assert (live.version.version, live.if_so.version.version) == ("2026-11", "newer")
    asked = found_to_be_a_defect(taken(send(draft)))
    found(asked, IN_TIME.date().isoformat())
    assert answers_of_request(asked)[0].version.version == "newer"


def test_a_day_before_every_policy_is_not_recorded() -> None:
    asked = taken(a_review_of_facts())
    with pytest.raises(NoPolicyInForce):
        found(asked, "1999-01-01")
    assert not asked.findings.exists()


def test_a_use_that_was_not_the_members_is_found_out() -> None:
    service = verifier()
    orders = [an_order(olena(), service, purchased_at=ago(days=3, minutes=n)) for n in (4, 0)]
    a_use(orders[1], used_at=ago(days=1), units=3)
    draft = a_form(*orders, ground="duplicate", wanted=(orders[1],), pictures=0)
    said = {"uses_since": {"says": "0", "why": "These were your own tests."}}
    asked = taken(send(drafting.dispute(draft, said=said, of=orders[1].number, at=NOON)))
    assert {fact.name for fact in findings.facts_to_establish(asked)} == {"uses_since"}
    record_finding(asked, fact="uses_since", value="3", note="", by=petro(), at=NOON)
    assert answers_of_request(asked)[0].answer.decided_by == ("3(b)",)


def test_what_was_disputed_is_never_changed() -> None:
    a_review_of_facts()
    with pytest.raises(DatabaseError), transaction.atomic():
        DisputedFact.objects.update(says="2026-11-23")
    with pytest.raises(DatabaseError), transaction.atomic():
        DisputedFact.objects.all().delete()


def test_a_dispute_about_an_order_that_was_changed_meanwhile_is_not_kept() -> None:
    order, other = a_late_order(), a_late_order()
    draft = a_form(order)
    drafting.name_orders(draft, named=[other.number], wanted=[other.number], at=NOON)
    assert drafting.dispute(draft, said=SAID, of=order.number, at=NOON).disputed == {}
