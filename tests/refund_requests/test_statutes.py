"""Statutes above the policy in live requests: switched on by two people, and the better answer counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from makegood.accounts.models import User
from makegood.audit.models import Event
from makegood.notifications.telling import decision_as_told
from makegood.policy import Answer, Outcome
from makegood.refund_requests import findings, policies, transitions
from makegood.refund_requests.assessing import LiveAnswer, answers_of_request
from makegood.refund_requests.deciding import PolicyDisagrees, ToBeEstablished
from makegood.refund_requests.models import (
    Assessment,
    DecisionLine,
    RefundRequest,
    StatuteReply,
    StatuteVersion,
    Verdict,
)
from makegood.refund_requests.proposals.rehearsing import rehearse
from makegood.refund_requests.statutes import switching
from makegood.refund_requests.statutes.in_use import in_use
from makegood.refund_requests.statutes.keeping import KeptOtherwise, keep
from tests import cases
from tests.people import NOON, ago, an_order, finn, ola, olena, petro, roza

pytestmark = pytest.mark.django_db


def withdrawal() -> StatuteVersion:
    return cases.a_statute("eu-withdrawal")


def fixable(country: str = "DE", *, days: float = 10) -> RefundRequest:
    """Bought ten days ago; the defect can be fixed, so that the policy by itself gives nothing."""
    order = an_order(olena(), purchased_at=ago(days=days), country=country)
    return cases.ready_to_decide(order, fixable=True)


def answer_to(refund_request: RefundRequest) -> LiveAnswer:
    (live,) = answers_of_request(refund_request)
    return live


def establish(refund_request: RefundRequest, **facts: object) -> RefundRequest:
    for name, value in facts.items():
        findings.record_finding(refund_request, fact=name, value=value, note="", by=petro(), at=NOON)
    return cases.now(refund_request)


def withdrawn_in_time(refund_request: RefundRequest) -> RefundRequest:
    return establish(refund_request, is_consumer=True, told_of_right=True, performance_began=False)


def test_nothing_is_on_until_somebody_switches_it_on() -> None:
    withdrawal()
    live = answer_to(fixable())
    assert (live.answer.outcome, live.law, live.lacks_country) == (Outcome.INELIGIBLE, None, False)


def test_where_it_is_on_the_desk_finds_out_what_it_asks_and_the_better_counts() -> None:
    statute = withdrawal()
    cases.switched(statute, "DE")
    held = fixable()
    live = answer_to(held)
    assert live.law is not None
    assert live.law.statute == statute
    assert live.law.own is not None
    assert live.law.own.outcome is Outcome.INELIGIBLE
    asked = {fact.name for fact in findings.facts_to_establish(held)}
    assert {"is_consumer", "told_of_right", "performance_began"} <= asked
    assert {fact.name for fact in live.answer.open} == {"is_consumer", "told_of_right"}
    with pytest.raises(ToBeEstablished):
        transitions.decide(held, verdict=Verdict.DECLINE, letter="No.", by=petro(), at=NOON)
    held = withdrawn_in_time(held)
    assert answer_to(held).answer.outcome is Outcome.ELIGIBLE
    with pytest.raises(PolicyDisagrees):
        transitions.decide(held, verdict=Verdict.DECLINE, letter="No.", by=petro(), at=NOON)
    decision = transitions.decide(held, verdict=Verdict.REFUND, letter="Yes.", by=petro(), at=NOON)
    assert decision.amount_minor == 7900


def test_the_decision_keeps_which_text_decided_by_which_facts() -> None:
    statute = withdrawal()
    cases.switched(statute, "DE")
    held = withdrawn_in_time(fixable())
    transitions.decide(held, verdict=Verdict.REFUND, letter="Yes.", by=petro(), at=NOON)
    kept = DecisionLine.objects.get().assessment
    assert kept.statute_version == statute
    assert kept.policy_version == policies.published()[0]
    assert kept.law_facts is not None
    assert kept.law_facts["country"] == "DE"
    assert "country" not in kept.facts
    answer = Answer.from_json(kept.trace)
    assert (answer.policy, answer.decided_by) == ("eu-withdrawal", ("EUW2",))


def test_what_was_found_for_the_law_can_be_corrected_when_it_no_longer_counts() -> None:
    cases.switched(withdrawal(), "DE")
    held = establish(fixable(), is_consumer=False)
    assert answer_to(held).law is None
    assert answer_to(establish(held, is_consumer=True)).law is not None


def test_the_letter_says_that_the_law_decided() -> None:
    cases.switched(withdrawal(), "DE")
    held = withdrawn_in_time(fixable())
    decision = transitions.decide(held, verdict=Verdict.REFUND, letter="Yes.", by=petro(), at=NOON)
    assert decision_as_told(decision)["laws"] == "“Right of withdrawal in the European Union”"


def test_the_policy_goes_on_deciding_where_it_is_as_good() -> None:
    cases.switched(withdrawal(), "DE")
    order = an_order(olena(), purchased_at=ago(days=10), country="DE")
    live = answer_to(cases.ready_to_decide(order))
    assert (live.answer.outcome, live.law) == (Outcome.ELIGIBLE, None)


@pytest.mark.parametrize("country", ["FR", "US"])
def test_other_countries_have_no_floor(country: str) -> None:
    cases.switched(withdrawal(), "DE")
    live = answer_to(fixable(country))
    assert (live.answer.outcome, live.law, live.lacks_country) == (Outcome.INELIGIBLE, None, False)


def test_an_unknown_country_is_told_and_nobody_is_asked() -> None:
    cases.switched(withdrawal(), "DE")
    live = answer_to(fixable(""))
    assert (live.answer.outcome, live.law, live.lacks_country) == (Outcome.INELIGIBLE, None, True)


def test_after_the_time_of_the_law_the_policy_alone_decides() -> None:
    cases.switched(withdrawal(), "DE")
    held = establish(fixable(days=21), is_consumer=True, told_of_right=True)
    assert (answer_to(held).answer.outcome, answer_to(held).law) == (Outcome.INELIGIBLE, None)


def newer_text() -> StatuteVersion:
    """Another version of it, in force since yesterday."""
    text = (cases.POLICY.parent / "statutes" / "eu-withdrawal.md").read_text("utf-8")
    since = (NOON - timedelta(days=1)).date()
    newer = text.replace("in_force_from: 2014-06-13", f"in_force_from: {since}")
    return keep(newer.replace("2026-06", "2026-07", 1), by=ola(), at=NOON)


def test_a_purchase_from_before_the_law_has_no_floor() -> None:
    cases.switched(newer_text(), "DE")
    assert answer_to(fixable()).law is None


def test_a_newer_text_leaves_older_purchases_to_the_older_one() -> None:
    older, newer = withdrawal(), newer_text()
    for each in (older, newer):
        cases.switched(each, "DE")
    assert [floor.statute for floor in answer_to(fixable()).floors] == [older]
    assert in_use().above("DE", NOON.date()) == [newer]
    cases.switched(newer, "DE", is_on=False)
    assert in_use().above("DE", NOON.date()) == [older]


def test_the_last_agreement_counts() -> None:
    statute = withdrawal()
    cases.switched(statute, "DE", "FR")
    cases.switched(statute, "DE", is_on=False)
    assert in_use().countries_of(statute) == ["FR"]
    cases.switched(statute, "DE")
    assert in_use().countries_of(statute) == ["DE", "FR"]


def test_nothing_changes_before_a_second_person_agrees_or_when_they_refuse() -> None:
    statute = withdrawal()
    asked = switching.ask(statute, countries=["DE"], is_on=True, reason="We sell.", by=ola(), at=NOON)
    assert not in_use().by_country
    with pytest.raises(switching.ReasonMissing):
        switching.answer(asked, agrees=False, by=finn(), at=NOON)
    switching.answer(asked, agrees=False, reason="Not yet.", by=finn(), at=NOON)
    assert not in_use().by_country
    with pytest.raises(switching.AnsweredMeanwhile):
        switching.answer(asked, agrees=True, by=finn(), at=NOON)
    events = Event.objects.filter(action__startswith="statute.").order_by("id")
    happened = list(events.values_list("action", flat=True))
    assert happened == ["statute.kept", "statute.switch_asked", "statute.switch_refused"]


def test_who_asks_cannot_agree_not_even_past_our_code() -> None:
    asked = switching.ask(withdrawal(), countries=["DE"], is_on=True, reason="So.", by=ola(), at=NOON)
    with pytest.raises(switching.OwnSwitch):
        switching.answer(asked, agrees=True, by=ola(), at=NOON)
    with pytest.raises(IntegrityError, match="cannot agree"), transaction.atomic():
        StatuteReply.objects.create(switch=asked, author=ola(), agreed=True, at=NOON)


@pytest.mark.parametrize("who", [petro, roza, finn])
def test_asking_is_a_right(who: type[User]) -> None:
    with pytest.raises(switching.MayNotSwitch):
        switching.ask(withdrawal(), countries=["DE"], is_on=True, reason="So.", by=who(), at=NOON)


def test_a_text_that_is_kept_never_changes() -> None:
    statute = withdrawal()
    assert cases.a_statute("eu-withdrawal") == statute
    with pytest.raises(KeptOtherwise):
        keep(statute.text.replace("This is not legal advice", "Not advice"), by=ola(), at=NOON)


def test_what_is_on_is_one_query_without_the_texts() -> None:
    cases.switched(withdrawal(), "DE", "FR")
    cases.switched(cases.a_statute("sepa-direct-debit"), "DE")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = in_use()
        assert [each.name for each in found.by_country["DE"]] == ["eu-withdrawal", "sepa-direct-debit"]
    assert len(asked) == 1
    assert '"text"' not in asked.captured_queries[0]["sql"]


def test_the_next_policy_is_rehearsed_by_the_facts_of_the_policy() -> None:
    cases.switched(withdrawal(), "DE")
    withdrawn_in_time(fixable())
    assert Assessment.objects.exclude(statute_version=None).exists()
    found = rehearse(policies.parsed(cases.the_policy()))
    assert (found.looked_at, found.unread, len(found.changed)) == (1, 0, 0)
