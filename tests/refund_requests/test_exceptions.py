"""An exception to the policy: only ever more, for a reason, with a second person, and kept for good."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from makegood.accounts.models import User
from makegood.money import Money
from makegood.orders.payments import reserve
from makegood.privacy.erasing import erase
from makegood.refund_requests import exceptions, transitions
from makegood.refund_requests.deciding import OwnDecision, ToBeEstablished
from makegood.refund_requests.exceptions import (
    LessThanGranted,
    MayNotMakeExceptions,
    MoreThanLeft,
    NoException,
    TooFewWords,
)
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.limits import OverLimit
from makegood.refund_requests.models import Decision, RefundRequest, Verdict
from makegood.refund_requests.states import State
from tests import cases
from tests.people import NOON, a_lead, ago, an_order, finn, later, ola, olena, petro, usd

pytestmark = pytest.mark.django_db

WHY = "She bought it for a school that closed."


def refused_by_the_policy(by: User | None = None) -> RefundRequest:
    """Held by the lead, and by the policy not to be refunded, because it can be fixed."""
    return cases.ready_to_decide(fixable=True, by=by or a_lead())


def an_exception(
    asked: RefundRequest, amount: str = "79.00", *, reason: str = WHY, by: User | None = None
) -> Decision:
    given: dict[str, Money] = {cases.order_of(asked).number: usd(amount)}
    return exceptions.make_exception(
        asked, amounts=given, reason=reason, letter=cases.LETTER, by=by or a_lead(), at=NOON
    )


def test_a_lead_refunds_what_the_policy_refuses_and_a_second_person_agrees() -> None:
    asked = refused_by_the_policy()
    decision = an_exception(asked, "40.00")
    assert (decision.amount, decision.is_exception, decision.exception_reason) == (usd("40.00"), True, WHY)
    assert cases.now(asked).state == State.AWAITING_APPROVAL
    transitions.approve(asked, by=finn(), at=later(hours=1))
    assert cases.now(asked).state == State.APPROVED


def test_an_exception_below_every_limit_still_needs_a_second_person() -> None:
    assert an_exception(refused_by_the_policy(ola()), "0.01", by=ola()).needs_approval


def test_nobody_agrees_to_their_own_exception() -> None:
    asked = refused_by_the_policy(ola())
    an_exception(asked, by=ola())
    with pytest.raises(OwnDecision):
        transitions.approve(asked, by=ola(), at=NOON)


def test_the_second_person_needs_the_limit() -> None:
    order = an_order(olena(), purchased_at=ago(days=21), amount=usd("9000.00"))
    asked = cases.ready_to_decide(order, fixable=True, by=a_lead())
    an_exception(asked, "9000.00")
    with pytest.raises(OverLimit):
        transitions.approve(asked, by=finn(), at=NOON)


def test_a_representative_makes_none_and_is_told_who_can() -> None:
    a_lead()
    with pytest.raises(MayNotMakeExceptions, match=a_lead().name):
        an_exception(refused_by_the_policy(petro()), by=petro())


def test_only_who_holds_it_makes_one() -> None:
    with pytest.raises(NotYours):
        an_exception(refused_by_the_policy(petro()))


@pytest.mark.parametrize("reason", ["", "   ", "Because she asked nicely"])
def test_a_reason_of_a_few_words_is_none(reason: str) -> None:
    with pytest.raises(TooFewWords):
        an_exception(refused_by_the_policy(), reason=reason)


def test_more_than_is_left_is_never_given() -> None:
    asked = refused_by_the_policy()
    reserve(cases.order_of(asked).payments.get().pk, usd("30.00"))
    with pytest.raises(MoreThanLeft, match="49"):
        an_exception(asked, "49.01")
    assert an_exception(asked, "49.00").amount == usd("49.00")


@pytest.mark.parametrize("amount", ["-1.00", "-79.00"])
def test_never_less_than_the_policy_grants(amount: str) -> None:
    with pytest.raises(LessThanGranted):
        an_exception(refused_by_the_policy(), amount)


def test_what_the_policy_grants_in_full_needs_no_exception() -> None:
    with pytest.raises(NoException):
        an_exception(cases.ready_to_decide(by=a_lead()), "78.00")


def test_what_the_policy_grants_is_no_exception() -> None:
    with pytest.raises(NoException):
        an_exception(refused_by_the_policy(), "0.00")


def test_while_the_policy_has_no_answer_there_is_none_to_except_from() -> None:
    with pytest.raises(ToBeEstablished):
        an_exception(cases.taken(cases.a_request(), by=a_lead()))


def test_postgresql_keeps_no_exception_without_a_reason_or_a_second_person() -> None:
    asked = refused_by_the_policy()
    plain = {
        "refund_request": asked,
        "round": 1,
        "verdict": Verdict.REFUND,
        "amount_minor": 1,
        "currency": "USD",
        "letter": "x",
        "author": a_lead(),
        "at": NOON,
    }
    for wrong in (
        {"is_exception": True, "exception_reason": "", "needs_approval": True},
        {"is_exception": True, "exception_reason": WHY, "needs_approval": False},
        {"is_exception": False, "exception_reason": WHY, "needs_approval": True},
    ):
        with pytest.raises(IntegrityError, match="an_exception_has"), transaction.atomic():
            Decision.objects.create(**plain, **wrong)


def test_an_erased_person_leaves_no_reason() -> None:
    asked = refused_by_the_policy()
    an_exception(asked)
    transitions.approve(asked, by=finn(), at=later(hours=1))
    transitions.settle(asked, by=finn(), at=later(hours=2))
    erase(olena(), at=later(days=1))
    decision = Decision.objects.get()
    assert (decision.is_exception, "school" in decision.exception_reason) == (True, False)


def test_exceptions_are_counted_off_their_own_index() -> None:
    an_exception(refused_by_the_policy())
    cases.approved()
    found = exceptions.exceptions_between(NOON, later(hours=1))
    assert [each.author for each in found] == [a_lead()]
    assert not exceptions.exceptions_between(later(hours=1), later(hours=2))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "exceptions_by_time" in found.explain()
