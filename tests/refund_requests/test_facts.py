"""What the rows tell a policy."""

from __future__ import annotations

import pytest

from makegood.refund_requests.facts import Case, facts_of
from tests.people import NOON, ago, an_order, olena, verifier
from tests.policy.documents import refund_policy

pytestmark = pytest.mark.django_db


def test_a_renewal_that_records_no_choice_has_the_one_made_at_its_purchase() -> None:
    buyer, service = olena(), verifier()
    purchase = an_order(buyer, service, purchased_at=ago(days=60), auto_renewal_chosen=True)
    first = an_order(buyer, service, purchased_at=ago(days=30), renews=purchase)
    second = an_order(buyer, service, purchased_at=ago(days=1), renews=first)
    assert second.renewal_was_chosen() is True


def test_a_choice_recorded_nowhere_is_not_known() -> None:
    buyer, service = olena(), verifier()
    purchase = an_order(buyer, service, purchased_at=ago(days=60))
    renewal = an_order(buyer, service, purchased_at=ago(days=1), renews=purchase)
    assert renewal.renewal_was_chosen() is None


def test_an_answer_of_another_kind_was_not_told_to_this_version() -> None:
    policy = refund_policy()
    case = Case(ground="defect", received_at=NOON, answers={"screenshots": "many", "steps": "I pressed Send"})
    assert facts_of(case, policy).get("screenshots") is None
    assert facts_of(case, policy)["steps"] == "I pressed Send"


def test_nobody_answers_for_our_engineers_or_our_records() -> None:
    policy = refund_policy()
    case = Case(ground="defect", received_at=NOON, answers={"bug_confirmed": True, "fixable": False})
    assert not {"bug_confirmed", "fixable"} & set(facts_of(case, policy))


def test_a_customer_cannot_give_a_fact_up_by_the_words_for_it() -> None:
    policy = refund_policy()
    case = Case(ground="defect", received_at=NOON, answers={"steps": "cannot be established"})
    assert policy.values(facts_of(case, policy))["steps"] == "Cannot be established"


def test_the_same_words_were_not_told_to_a_version_that_asks_for_another_kind() -> None:
    policy = refund_policy()
    case = Case(ground="defect", received_at=NOON, answers={"screenshots": "cannot be established"})
    assert policy.values(facts_of(case, policy))["screenshots"] is None
