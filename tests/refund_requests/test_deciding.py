"""Deciding: by the policy's answer, within limits, with a second person above them, kept for good."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from makegood.money import Money
from makegood.orders.models import Order
from makegood.orders.payments import reserve
from makegood.refund_requests import findings, queries, transitions
from makegood.refund_requests.deciding import NothingLeft, OwnDecision, PolicyDisagrees, ToBeEstablished
from makegood.refund_requests.findings import AlreadyDecided, NotAFact
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.limits import OverLimit
from makegood.refund_requests.models import Approval, Assessment, Decision, DecisionLine, Finding, Verdict
from makegood.refund_requests.states import State
from tests import cases
from tests.people import (
    NOON,
    ago,
    an_order,
    finn,
    later,
    marta,
    ola,
    olena,
    petro,
    roza,
    usd,
)

pytestmark = pytest.mark.django_db


def ordered(amount: str, *, currency: str = "USD") -> Order:
    return an_order(olena(), purchased_at=ago(days=21), amount=Money.of(amount, currency))


# By the policy


def test_a_refund_is_of_the_policys_amount_with_a_line_for_each_order() -> None:
    decision = cases.refunded_by(cases.ready_to_decide(), by=petro())
    line = DecisionLine.objects.get(decision=decision)
    assert (decision.amount, line.amount, line.assessment.outcome) == (usd("79.00"), usd("79.00"), "eligible")


def test_what_was_refunded_before_is_not_refunded_again() -> None:
    ready = cases.ready_to_decide()
    reserve(cases.order_of(ready).payments.get().pk, usd("39.50"))
    assert cases.refunded_by(ready, by=petro()).amount == usd("39.50")


def test_when_nothing_is_left_there_is_nothing_to_decide() -> None:
    ready = cases.ready_to_decide()
    reserve(cases.order_of(ready).payments.get().pk, usd("79.00"))
    with pytest.raises((NothingLeft, PolicyDisagrees)):
        cases.refunded_by(ready, by=petro())


def test_while_an_engineers_verdict_is_missing_nobody_decides_either_way() -> None:
    held = cases.taken(cases.a_request())
    for verdict in Verdict:
        with pytest.raises(ToBeEstablished) as refused:
            transitions.decide(held, verdict=verdict, letter="Because", by=petro(), at=NOON)
        assert "Can it be fixed?" in refused.value.questions


def test_a_refund_that_the_policy_refuses_is_refused_to_staff_too() -> None:
    with pytest.raises(PolicyDisagrees, match="refuses this refund"):
        cases.refunded_by(cases.ready_to_decide(fixable=True), by=petro())


def test_a_refund_that_the_policy_grants_cannot_be_declined() -> None:
    with pytest.raises(PolicyDisagrees, match="grants this refund"):
        transitions.decide(cases.ready_to_decide(), verdict=Verdict.DECLINE, letter="No", by=petro(), at=NOON)


def test_a_declined_request_keeps_a_decision_of_zero() -> None:
    decision = Decision.objects.get(refund_request=cases.declined())
    assert (decision.verdict, decision.amount, decision.needs_approval) == ("decline", usd("0.00"), False)


def test_a_later_finding_corrects_an_earlier_one_and_both_are_kept() -> None:
    ready = cases.ready_to_decide(fixable=True)
    findings.record_finding(ready, fact="fixable", value=False, note="No fix", by=marta(), at=later(hours=1))
    assert cases.refunded_by(ready, by=petro()).amount == usd("79.00")
    assert list(Finding.objects.filter(fact="fixable").order_by("pk").values_list("value", flat=True)) == [
        True,
        False,
    ]


def test_what_cannot_be_established_is_not_waited_for_and_a_person_decides() -> None:
    held = cases.taken(cases.a_request())
    findings.record_finding(held, fact="bug_confirmed", value=None, note="", by=marta(), at=NOON)
    with pytest.raises(ToBeEstablished, match="Can it be fixed"):
        cases.refunded_by(held, by=petro())
    findings.record_finding(held, fact="fixable", value=None, note="", by=marta(), at=NOON)
    assert cases.refunded_by(held, by=petro()).amount == usd("79.00")


def test_each_finding_asks_the_policy_anew() -> None:
    ready = cases.ready_to_decide()
    outcomes = (
        Assessment.objects.filter(refund_request=ready).order_by("pk").values_list("outcome", flat=True)
    )
    assert list(outcomes) == ["needs_review", "needs_review", "eligible"]


def test_a_representative_cannot_give_an_engineers_verdict() -> None:
    held = cases.taken(cases.a_request())
    with pytest.raises(NotAFact):
        findings.record_finding(held, fact="fixable", value=False, note="", by=petro(), at=NOON)


@pytest.mark.parametrize("fact", ["purchased_on", "amount_paid", "no_such_fact", "description"])
def test_what_the_policy_asks_of_nobody_at_the_desk_is_not_established(fact: str) -> None:
    held = cases.taken(cases.a_request())
    with pytest.raises(NotAFact):
        findings.record_finding(held, fact=fact, value="2030-01-01", note="", by=marta(), at=NOON)


def test_nothing_is_established_after_the_decision() -> None:
    with pytest.raises(AlreadyDecided):
        findings.record_finding(cases.approved(), fact="fixable", value=True, note="", by=marta(), at=NOON)


# Limits


def test_up_to_the_limit_one_person_decides() -> None:
    decision = cases.refunded_by(cases.ready_to_decide(ordered("200.00")), by=petro())
    assert (decision.needs_approval, cases.now(decision.refund_request).state) == (False, State.APPROVED)


def test_a_cent_above_the_limit_waits_for_a_second_person() -> None:
    decision = cases.refunded_by(cases.ready_to_decide(ordered("200.01")), by=petro())
    assert (decision.needs_approval, cases.now(decision.refund_request).state) == (
        True,
        State.AWAITING_APPROVAL,
    )


def test_a_limit_says_nothing_of_another_currency_so_a_second_person_looks() -> None:
    assert cases.refunded_by(
        cases.ready_to_decide(ordered("1.00", currency="EUR")), by=petro()
    ).needs_approval


def test_parts_of_one_order_count_together_towards_the_limit() -> None:
    order = ordered("300.00")
    payment = order.payments.get()
    reserve(payment.pk, usd("150.00"))
    first = cases.refunded_by(cases.ready_to_decide(order), by=petro())
    transitions.settle(first.refund_request, by=petro(), at=NOON)
    again = cases.refunded_by(cases.ready_to_decide(order, by=roza()), by=roza())
    assert (first.amount, first.needs_approval) == (usd("150.00"), False)
    assert (again.amount, again.needs_approval) == (usd("150.00"), True)


def test_what_a_person_decides_within_24_hours_counts_together() -> None:
    representative = petro()
    representative.staff_roles.update(day_limit_minor=usd("100.00").minor)
    first, soon, next_day = cases.ready_to_decide(), cases.ready_to_decide(), cases.ready_to_decide()
    assert not cases.refunded_by(first, by=representative).needs_approval
    assert cases.refunded_by(soon, by=representative, at=later(hours=23)).needs_approval
    assert not cases.refunded_by(next_day, by=representative, at=later(hours=24)).needs_approval


def test_the_day_of_one_person_is_not_the_day_of_another() -> None:
    for person in (petro(), roza()):
        person.staff_roles.update(day_limit_minor=usd("100.00").minor)
        assert not cases.refunded_by(cases.ready_to_decide(by=person), by=person).needs_approval


def test_the_owner_has_no_limit() -> None:
    assert not cases.refunded_by(cases.ready_to_decide(ordered("9000.00"), by=ola()), by=ola()).needs_approval


# The second person


def test_the_second_person_approves() -> None:
    decision = transitions.approve(cases.awaiting_approval(), by=finn(), at=later(hours=1))
    assert (decision.refund_request.state, decision.approval.approver) == (State.APPROVED, finn())


def test_a_returned_decision_is_made_anew_in_a_new_round_at_its_place() -> None:
    decided = cases.awaiting_approval()
    back = transitions.return_decision(decided, by=finn(), at=NOON, reason="Only half was used")
    assert (back.state, back.round, back.queued_at) == (State.WAITING, 2, NOON)
    again = cases.refunded_by(cases.taken(back, by=roza()), by=roza())
    assert (again.round, again.needs_approval) == (2, True)


def test_the_maker_is_not_the_second_person() -> None:
    petro().staff_roles.create(role="finance")
    with pytest.raises(OwnDecision):
        transitions.approve(cases.awaiting_approval(), by=petro(), at=NOON)
    with pytest.raises(OwnDecision):
        transitions.return_decision(cases.awaiting_approval(), by=petro(), at=NOON, reason="Me")


def test_a_representative_has_no_right_to_be_the_second_person() -> None:
    with pytest.raises(OverLimit):
        transitions.approve(cases.awaiting_approval(), by=roza(), at=NOON)


def test_the_second_person_has_a_limit_too() -> None:
    dear = cases.refunded_by(cases.ready_to_decide(ordered("2000.01")), by=petro()).refund_request
    with pytest.raises(OverLimit, match=r"\$2,000\.01"):
        transitions.approve(dear, by=finn(), at=NOON)
    assert transitions.approve(dear, by=ola(), at=NOON).amount == usd("2000.01")


def test_a_decision_awaits_those_who_may_agree_and_did_not_make_it() -> None:
    petro().staff_roles.create(role="finance")
    decided = cases.awaiting_approval()
    assert decided in queries.requests_awaiting_approval_by(finn())
    assert decided not in queries.requests_awaiting_approval_by(petro())
    assert decided not in queries.requests_awaiting_approval_by(roza())


def test_who_decided_an_earlier_round_may_agree_to_the_next() -> None:
    petro().staff_roles.create(role="finance")
    back = transitions.return_decision(cases.awaiting_approval(), by=finn(), at=NOON, reason="Look again")
    cases.refunded_by(cases.taken(back, by=roza()), by=roza())
    assert back in queries.requests_awaiting_approval_by(petro())


# Held by PostgreSQL


def test_postgresql_itself_refuses_an_approval_by_the_maker() -> None:
    decision = Decision.objects.get(refund_request=cases.awaiting_approval())
    insert = (
        "INSERT INTO refund_requests_approval (decision_id, approver_id, approved, reason, at) "
        "VALUES (%s, %s, true, '', now())"
    )
    with pytest.raises(IntegrityError, match="maker of a decision"), transaction.atomic():
        connection.cursor().execute(insert, [decision.pk, decision.author_id])
    connection.cursor().execute(insert, [decision.pk, finn().pk])
    assert Approval.objects.get().approver == finn()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["decision", "decisionline", "approval", "assessment", "finding"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_decided_is_never_changed_or_deleted(table: str, change: str) -> None:
    transitions.approve(cases.awaiting_approval(), by=finn(), at=NOON)
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete|truncate)"), transaction.atomic():
        connection.cursor().execute(change.format(f"refund_requests_{table}"))


def test_one_round_has_one_decision() -> None:
    decision = Decision.objects.get(refund_request=cases.approved())
    with pytest.raises(IntegrityError, match="one_decision_a_round"), transaction.atomic():
        Decision.objects.create(
            refund_request=decision.refund_request,
            round=1,
            verdict=Verdict.DECLINE,
            amount_minor=0,
            currency="USD",
            letter="No",
            author=roza(),
            at=NOON,
            needs_approval=False,
        )


def test_a_member_of_staff_who_left_approves_nothing() -> None:
    decided, person = cases.awaiting_approval(), finn()
    person.is_active = False
    person.save()
    with pytest.raises((OverLimit, NotYours)):
        transitions.approve(decided, by=finn(), at=NOON)
