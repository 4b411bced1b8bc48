"""Sending the form: by the policy document, complete, once, and refused in words where it cannot succeed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.orders.models import Order, Product
from makegood.policy import Outcome
from makegood.refund_requests import drafting, policies, transitions
from makegood.refund_requests.assessing import answer_draft
from makegood.refund_requests.models import Assessment, Draft, Evidence, NamedOrder, RefundRequest
from makegood.refund_requests.policies import NoPolicyInForce
from makegood.refund_requests.submitting import (
    AlreadyAsked,
    CannotSucceed,
    DraftGone,
    NotComplete,
    submit,
)
from tests import cases
from tests.people import NOON, a_use, ago, an_order, joao, later, olena, verifier

pytestmark = pytest.mark.django_db


def an_order_of_olena(
    *,
    days: float = 21,
    product: Product | None = None,
    renews: Order | None = None,
    auto_renewal_chosen: bool | None = None,
) -> Order:
    return an_order(
        olena(),
        product,
        purchased_at=ago(days=days),
        renews=renews,
        auto_renewal_chosen=auto_renewal_chosen,
    )


def test_a_sent_form_is_a_request_in_the_queue_with_all_that_was_told() -> None:
    order = an_order_of_olena()
    draft = cases.a_form(order, pictures=2)
    refund_request = cases.send(draft)
    assert (refund_request.member, refund_request.state, refund_request.queued_at) == (
        olena(),
        "waiting",
        NOON,
    )
    assert refund_request.answers["description"] == "It stops after 400 letters"
    assert Evidence.objects.filter(refund_request=refund_request, draft=None).count() == 2
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_answer_of_the_policy_is_kept_with_its_version_and_facts() -> None:
    kept = Assessment.objects.get(refund_request=cases.a_request())
    assert (kept.outcome, kept.policy_version) == ("needs_review", cases.the_policy())
    assert kept.facts["received_on"] == "2026-11-23"
    conditions = [condition["id"] for clause in kept.trace["clauses"] for condition in clause["conditions"]]
    assert "1(a)" in conditions


def test_it_is_recorded_as_submitted_by_the_member() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    assert (event.actor_id, event.at, event.details["ground"]) == (olena().pk, NOON, "defect")


def test_the_same_form_sent_again_is_the_same_request() -> None:
    draft = cases.a_form(an_order_of_olena())
    assert cases.send(draft) == cases.send(draft, at=later(minutes=5))
    assert RefundRequest.objects.count() == 1


# Day 0 is 2 November 2026 in Kyiv, where the policy counts its days.
BOUGHT = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)
LAST_MOMENT_OF_DAY_30 = datetime(2026, 12, 2, 21, 59, 59, tzinfo=UTC)
FIRST_MOMENT_OF_DAY_31 = datetime(2026, 12, 2, 22, 0, 0, tzinfo=UTC)


def test_the_last_second_of_day_30_counts() -> None:
    draft = cases.a_form(an_order(olena(), purchased_at=BOUGHT))
    assert cases.send(draft, at=LAST_MOMENT_OF_DAY_30).received_at == LAST_MOMENT_OF_DAY_30


def test_the_first_second_of_day_31_is_refused_with_the_paragraph() -> None:
    draft = cases.a_form(an_order(olena(), purchased_at=BOUGHT))
    with pytest.raises(CannotSucceed) as refused:
        cases.send(draft, at=FIRST_MOMENT_OF_DAY_31)
    assert "1(a)" in refused.value.answers[0].answer.decided_by
    assert Draft.objects.filter(pk=draft.pk).exists(), "nothing typed is lost"


def test_a_day_is_a_day_of_the_policys_zone_even_where_the_clock_was_changed() -> None:
    # Bought at half past midnight in Kyiv on the day before its clocks went back an hour.
    bought = datetime(2026, 10, 23, 21, 30, tzinfo=UTC)
    draft = cases.a_form(an_order(olena(), purchased_at=bought))
    at = datetime(2026, 11, 23, 21, 59, tzinfo=UTC)
    assert cases.send(draft, at=at).received_at == at


@pytest.mark.parametrize("lacking", ["description", "steps", "screenshots"])
def test_a_form_that_lacks_what_the_policy_asks_says_what(lacking: str) -> None:
    draft = cases.a_form(an_order_of_olena(), pictures=0 if lacking == "screenshots" else 1)
    drafting.tell(draft, answers={lacking: ""}, at=NOON)
    with pytest.raises(NotComplete) as refused:
        cases.send(draft)
    assert refused.value.missing == (lacking,)


def test_a_form_without_a_ground_or_an_order_says_so() -> None:
    cases.the_policy()
    empty = drafting.start(by=olena(), at=NOON)
    with pytest.raises(NotComplete) as refused:
        cases.send(empty)
    assert refused.value.missing == ("ground",)
    drafting.choose_ground(empty, ground="duplicate", at=NOON)
    with pytest.raises(NotComplete) as refused:
        cases.send(empty)
    assert "order" in refused.value.missing


def test_a_duplicate_needs_both_order_numbers() -> None:
    draft = cases.a_form(an_order_of_olena(), ground="duplicate", pictures=0)
    with pytest.raises(NotComplete) as refused:
        cases.send(draft)
    assert "order" in refused.value.missing


def test_of_a_duplicate_only_the_order_to_refund_is_wanted() -> None:
    good, again = an_order_of_olena(days=3), an_order_of_olena(days=2)
    refund_request = cases.send(cases.a_form(good, again, ground="duplicate", wanted=(again,), pictures=0))
    rows = NamedOrder.objects.filter(refund_request=refund_request).order_by("pk")
    assert list(rows.values_list("order__number", "wanted")) == [(good.number, False), (again.number, True)]


def test_a_used_duplicate_service_is_refused_at_the_form() -> None:
    good, again = (an_order_of_olena(days=days, product=verifier()) for days in (3, 2))
    a_use(again, used_at=ago(days=1), units=40)
    draft = cases.a_form(good, again, ground="duplicate", wanted=(again,), pictures=0)
    with pytest.raises(CannotSucceed) as refused:
        cases.send(draft)
    assert "3(b)" in refused.value.answers[0].answer.decided_by


def test_an_automatic_charge_used_since_is_refused_and_an_unused_one_is_taken() -> None:
    bought = an_order_of_olena(days=40, product=verifier(), auto_renewal_chosen=True)
    unused = an_order_of_olena(days=10, product=verifier(), renews=bought, auto_renewal_chosen=True)
    assert (
        cases.send(cases.a_form(unused, ground="automatic_charge", pictures=0)).ground == "automatic_charge"
    )
    used = an_order_of_olena(days=5, product=verifier(), renews=bought, auto_renewal_chosen=True)
    a_use(used, used_at=ago(days=1), units=3)
    with pytest.raises(CannotSucceed):
        cases.send(cases.a_form(used, ground="automatic_charge", pictures=0))


def test_an_order_in_an_open_request_is_not_asked_for_twice() -> None:
    order = an_order_of_olena()
    first = cases.a_request(order)
    with pytest.raises(AlreadyAsked, match=first.reference):
        cases.send(cases.a_form(order))


def test_a_withdrawn_request_lets_the_order_be_asked_for_again() -> None:
    order = an_order_of_olena()
    transitions.withdraw(cases.a_request(order), by=olena(), at=NOON)
    assert cases.send(cases.a_form(order)).state == "waiting"


def test_the_order_that_stays_may_be_named_in_another_request() -> None:
    good, again, third = (an_order_of_olena(days=days) for days in (4, 3, 2))
    cases.send(cases.a_form(good, again, ground="duplicate", wanted=(again,), pictures=0))
    another = cases.send(cases.a_form(good, third, ground="duplicate", wanted=(third,), pictures=0))
    assert another.state == "waiting"


def test_somebody_elses_form_is_not_there() -> None:
    draft = cases.a_form(an_order_of_olena())
    with pytest.raises(DraftGone):
        submit(draft.token, by=joao(), at=NOON)
    assert not RefundRequest.objects.exists()


def test_somebody_elses_order_is_never_found_by_its_number() -> None:
    joaos = an_order(joao(), purchased_at=ago(days=2))
    draft = cases.a_form(an_order_of_olena())
    drafting.name_orders(draft, named=[joaos.number], wanted=[joaos.number], at=NOON)
    with pytest.raises(NotComplete) as refused:
        cases.send(draft)
    assert "order" in refused.value.missing


def test_without_a_policy_in_force_nothing_is_guessed() -> None:
    order = an_order(olena(), purchased_at=datetime(2009, 12, 31, tzinfo=UTC))
    draft = cases.a_form(order)
    with pytest.raises(NoPolicyInForce, match="31 December 2009"):
        cases.send(draft)


def test_a_reference_already_given_is_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = cases.a_request()
    drawn = iter([first.reference, first.reference, "R-0000-02"])
    monkeypatch.setattr("makegood.refund_requests.submitting.new_reference", lambda: next(drawn))
    assert cases.a_request().reference == "R-0000-02"


# One rule for the form and for sending it


def publish_instead(words: dict[str, str]) -> None:
    """The policy with some words replaced, in force for the orders of these tests."""
    text = cases.POLICY.read_text()
    for old, new in words.items():
        assert old in text
        text = text.replace(old, new)
    text = text.replace('version: "2026-11"', 'version: "2"')
    text = text.replace("2010-01-01", ago(days=60).date().isoformat())
    policies.publish(text=text, by=System("a test"), at=NOON)


def with_a_record_that_is_needed() -> None:
    """Who asks because of a bug needs an order that was no automatic charge: nobody can send that."""
    bugs = "- a description of the bugs found."
    publish_instead({bugs: f"- an order made by you. `NOT is_renewal`\n{bugs}"})


def test_what_only_our_records_could_meet_is_refused_at_the_form_as_it_is_when_it_is_sent() -> None:
    bought = an_order_of_olena(days=40, product=verifier(), auto_renewal_chosen=True)
    renewal = an_order_of_olena(days=10, product=verifier(), renews=bought, auto_renewal_chosen=True)
    draft = cases.a_form(renewal)
    with_a_record_that_is_needed()
    [live] = answer_draft(draft, at=NOON)
    assert live.answer.outcome == Outcome.INELIGIBLE
    assert live.refusing is live
    assert live.cannot_succeed
    with pytest.raises(CannotSucceed):
        cases.send(draft)


def test_what_the_member_can_still_send_refuses_nothing_yet() -> None:
    draft = cases.a_form(an_order_of_olena(), pictures=1)
    publish_instead(
        {"at least 1 screenshot": "at least 2 screenshots", "screenshots >= 1": "screenshots >= 2"}
    )
    [live] = answer_draft(draft, at=NOON)
    assert live.answer.outcome == Outcome.INELIGIBLE
    assert (live.refusing, live.cannot_succeed) == (None, False)


def test_while_no_order_is_chosen_the_order_can_still_bring_what_is_needed() -> None:
    with_a_record_that_is_needed()
    draft = drafting.choose_ground(drafting.start(by=olena(), at=NOON), ground="defect", at=NOON)
    [live] = answer_draft(draft, at=NOON)
    assert not live.cannot_succeed


def test_where_records_are_disputed_the_answer_if_the_member_is_right_refuses_too() -> None:
    order = an_order_of_olena(days=40)
    said = {"purchased_on": {"says": ago(days=35).date().isoformat(), "why": "My invoice has another day."}}
    draft = drafting.dispute(cases.a_form(order), said=said, of=order.number, at=NOON)
    [live] = answer_draft(draft, at=NOON)
    assert live.if_so is not None
    assert live.refusing is live.if_so
