"""What today's policy would say of a request that an older one governs; it changes nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.orders.payments import reserve
from makegood.policy import Answer
from makegood.refund_requests import exceptions, findings, policies, replaying
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.models import Assessment, Decision, PolicyVersion, RefundRequest
from makegood.refund_requests.replaying import Change
from tests.cases import (
    LETTER,
    POLICY,
    a_request,
    approved,
    declined,
    now,
    order_of,
    ready_to_decide,
    refunded_by,
    taken,
)
from tests.desk.conftest import Desk
from tests.people import NOON, a_lead, aud, marta, petro, usd

pytestmark = pytest.mark.django_db

CANNOT_BE_FIXED = "- it cannot be fixed. `NOT fixable`"
FACTS = "\n| `fixable` | yes/no |"


def today(*changed: tuple[str, str]) -> PolicyVersion:
    """Version 2026-12, in force for years now, so that it is today's whenever the test runs."""
    text = POLICY.read_text("utf-8").partition("\n## Examples")[0]
    for old, new in (
        ('version: "2026-11"', 'version: "2026-12"'),
        ("in_force_from: 2010-01-01", "in_force_from: 2026-11-22"),
        *changed,
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return policies.publish(text=text, by=System("a test"), at=NOON)


def shown(at_desk: Desk, asked: RefundRequest, version: str = "2026-12") -> str:
    address = f"/desk/requests/{asked.reference}/replay/?version={version}"
    return " ".join(at_desk(aud()).get(address).content.decode().split())


def test_by_a_policy_that_says_the_same_nothing_differs(at_desk: Desk) -> None:
    asked = approved()
    today()
    body = shown(at_desk, asked)
    assert body.count("The outcome and the amount are the same by both.") == 2
    assert "Comes out otherwise" not in body


def test_another_outcome_is_named_with_the_condition_that_makes_it(at_desk: Desk) -> None:
    asked = approved()
    today((CANNOT_BE_FIXED, "- we answered within a year. `fixable`"))
    body = shown(at_desk, asked)
    assert "By the policy: refund $79.00 (§ 2)" in body
    assert "By the policy: no refund (§ 2(b))" in body
    assert "The outcome differs." in body
    assert "Reads otherwise; the other version: “it cannot be fixed” (met)." in body


def test_another_amount_is_named(at_desk: Desk) -> None:
    asked = approved()
    today(("`min(amount_paid, refundable_amount)`", "`min(amount_paid, refundable_amount) / 2`"))
    body = shown(at_desk, asked)
    assert "The outcome is the same, the amount differs." in body
    assert "By the policy: refund $39.50" in body


def test_a_condition_that_is_gone_and_one_that_is_new_are_named(at_desk: Desk) -> None:
    asked = declined()
    today((CANNOT_BE_FIXED, "- nobody chose its renewal. `NOT auto_renewal_chosen OR NOT fixable`"))
    found = replaying.replay(_decided(asked), policies.published()[0])
    assert Change.REWORDED in {each.change for each in found.conditions}
    today_again = POLICY.read_text("utf-8").partition("\n## Examples")[0]
    gone = (
        today_again.replace(f"{CANNOT_BE_FIXED}\n", "")
        .replace('version: "2026-11"', 'version: "2027-01"')
        .replace("in_force_from: 2010-01-01", "in_force_from: 2026-11-23")
    )
    policies.publish(text=gone, by=System("a test"), at=NOON)
    body = shown(at_desk, asked, "2027-01")
    assert "No longer in the policy; by the other version: not met." in body
    assert "The outcome differs." in body


def test_a_fact_that_was_never_kept_is_asked_for_instead_of_an_answer(at_desk: Desk) -> None:
    asked = approved()
    words = "Does it happen on another computer, too? | | unknown | there, too / on this one only |"
    new_fact = f"\n| `on_two` | yes/no | engineer | {words}"
    today(
        (CANNOT_BE_FIXED, f"{CANNOT_BE_FIXED}\n- it happens on another computer, too. `on_two`"),
        (FACTS, f"{new_fact}{FACTS}"),
    )
    body = shown(at_desk, asked)
    assert "Version 2026-12 cannot answer from this." in body
    assert "It would need to know: “Does it happen on another computer, too?”" in body
    assert "Not in the other version." in body


def test_what_was_found_since_is_told_apart_from_what_was_kept(at_desk: Desk) -> None:
    asked = declined()
    version = today()
    kept = replaying.replay(_decided(asked), version)
    assert (kept.after.answer.outcome, kept.is_the_same) == ("ineligible", True)
    assessment = Assessment.objects.order_by("-pk")[0]
    body = shown(at_desk, asked)
    assert body.index("From what was known at the decision") < body.index("From what is known now")
    assert Assessment.objects.order_by("-pk")[0] == assessment


def test_money_that_went_back_since_does_not_count(at_desk: Desk) -> None:
    asked = approved()
    reserve(order_of(asked).payments.get().pk, usd("79.00"))
    today()
    assert shown(at_desk, asked).count("By the policy: refund $79.00 (§ 2)") == 4


def test_what_is_not_decided_yet_is_asked_by_what_is_known_now(at_desk: Desk) -> None:
    asked = ready_to_decide()
    today((CANNOT_BE_FIXED, "- we answered within a year. `fixable`"))
    body = shown(at_desk, asked)
    assert "The outcome differs." in body
    assert "From what was known at the decision" not in body


def test_of_an_exception_it_says_that_more_was_given(at_desk: Desk) -> None:
    asked = ready_to_decide(fixable=True, by=a_lead())
    exceptions.make_exception(
        asked,
        amounts={order_of(asked).number: usd("40.00")},
        reason="She bought it for a school that closed.",
        letter=LETTER,
        by=a_lead(),
        at=NOON,
    )
    today()
    assert "It was decided as an exception" in shown(at_desk, asked)


def test_looking_changes_nothing(at_desk: Desk) -> None:
    asked = approved()
    today((CANNOT_BE_FIXED, "- we answered within a year. `fixable`"))
    before = (Decision.objects.count(), Assessment.objects.count(), Event.objects.count(), now(asked).state)
    shown(at_desk, asked)
    assert before == (
        Decision.objects.count(),
        Assessment.objects.count(),
        Event.objects.count(),
        now(asked).state,
    )


def test_it_costs_no_more_than_a_page_may(at_desk: Desk) -> None:
    asked = approved()
    today()
    desk = at_desk(aud())
    with CaptureQueriesContext(
        connection,
    ) as asked_of_postgresql:
        desk.get(f"/desk/requests/{asked.reference}/replay/")
    assert len(asked_of_postgresql) <= 12


def test_a_version_that_is_none_is_not_found(at_desk: Desk) -> None:
    assert at_desk(aud()).get(f"/desk/requests/{approved().reference}/replay/?version=1").status_code == 404


def _decided(asked: RefundRequest) -> LiveAnswer:
    line = Decision.objects.get(refund_request=asked).lines.select_related("assessment__policy_version").get()
    kept = line.assessment
    policy = policies.parsed(kept.policy_version)
    answer = Answer.from_json(kept.trace)
    return LiveAnswer(line.order, kept.policy_version, policy, kept.facts, answer)


def test_the_version_of_the_purchase_is_not_compared_with_itself(at_desk: Desk) -> None:
    body = shown(at_desk, approved(), "2026-11")
    assert body.count("It is the version in force at the purchase, so nothing differs.") == 2


def test_what_the_decision_left_to_a_person_is_not_called_lacking(at_desk: Desk) -> None:
    held = taken(a_request())
    for fact in ("bug_confirmed", "fixable"):
        findings.record_finding(held, fact=fact, value=None, note="", by=marta(), at=NOON)
    refunded_by(held, by=petro())
    today()
    assert "cannot answer from this" not in shown(at_desk, held)
