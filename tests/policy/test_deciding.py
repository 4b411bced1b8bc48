"""Who beats whom: grants, exclusions, exceptions, discretion, review; amounts and what stays open."""

from __future__ import annotations

from decimal import Decimal

import pytest

from makegood.policy import Answer, Mark, Outcome, Policy, Why, decide, explain
from tests.policy.documents import PAID, grant, listed, policy_of, text_of

NEVER = "We do not refund when **any** of these hold:\n\n"
ONLY = "We refund only when **all** of these hold:\n\n"
NEEDED = "We need from you **all** of these:\n\n"
UNLESS = "\nUnless **any** of these hold:\n\n"
MAY = "We may refund `paid` when **all** of these hold:\n\n"
REVIEW = "Whatever else holds, a person decides when **any** of these hold:\n\n"


def ask(*clauses: str, **facts: object) -> Answer:
    """Return the answer of a policy of these clauses, ten euros paid."""
    return decide(policy_of(*clauses), {**PAID, **facts})


def test_a_grant_refunds_what_it_says() -> None:
    answer = ask(grant("a"), a=True)
    assert (answer.outcome, answer.amount, answer.currency) == (Outcome.ELIGIBLE, Decimal("10.00"), "EUR")
    assert (answer.method, answer.decided_by, answer.open) == ("original", ("1",), ())


def test_a_grant_that_fails_is_a_refusal_naming_what_failed() -> None:
    answer = ask(grant("a", "b"), a=True, b=False)
    assert (answer.outcome, answer.amount, answer.decided_by) == (Outcome.INELIGIBLE, None, ("1(b)",))


def test_any_of_a_list_is_enough() -> None:
    assert ask(grant("a", "b", word="any"), a=True).outcome is Outcome.ELIGIBLE
    assert ask(grant("a", "b", word="any"), a=False, b=False).decided_by == ("1(a)", "1(b)")


def test_an_exclusion_beats_a_grant_wherever_it_stands() -> None:
    for clauses in ((NEVER + listed("b"), grant("a")), (grant("a"), NEVER + listed("b"))):
        assert ask(*clauses, a=True, b=True).outcome is Outcome.INELIGIBLE
        assert ask(*clauses, a=True, b=False).outcome is Outcome.ELIGIBLE


def test_an_exclusion_holds_back_a_grant_while_it_is_unknown() -> None:
    answer = ask(NEVER + listed("b"), grant("a"), a=True)
    assert answer.why is Why.TO_ESTABLISH
    assert [fact.name for fact in answer.open] == ["b"]


def test_a_refusal_does_not_wait_for_what_cannot_save_it() -> None:
    assert ask(NEVER + listed("b"), grant("a"), a=False).decided_by == ("2(a)",)
    assert ask(MAY + listed("a") + "\n" + REVIEW + listed("c"), a=True).why is Why.PERSON


def test_an_exception_takes_an_exclusion_back() -> None:
    never = NEVER + listed("b") + UNLESS + listed("c")
    assert ask(never, grant("a"), a=True, b=True, c=True).outcome is Outcome.ELIGIBLE
    assert ask(never, grant("a"), a=True, b=True, c=False).decided_by == ("1(a)",)


def test_an_exception_takes_a_grant_back_and_is_cited() -> None:
    clause = grant("a") + UNLESS + listed("c")
    assert ask(clause, a=True, c=False).outcome is Outcome.ELIGIBLE
    assert ask(clause, a=True, c=True).decided_by == ("1(b)",)


def test_what_is_asked_of_every_request_is_asked_of_every_clause() -> None:
    assert ask(ONLY + listed("b"), grant("a"), a=True, b=False).decided_by == ("1(a)",)
    assert ask(ONLY + listed("b"), grant("a"), a=True, b=True).outcome is Outcome.ELIGIBLE


def test_what_the_customer_has_not_sent_is_incomplete_not_refused() -> None:
    answer = ask(NEEDED + listed("told(n)"), grant("a"), a=True)
    assert answer.why is Why.TO_ESTABLISH
    assert [condition.id for condition in answer.incomplete] == ["1(a)"]


def test_a_requirement_of_another_ground_does_not_count() -> None:
    other = "Applies to requests with `k = 'y'`.\n\n" + ONLY + listed("b")
    assert ask(other, grant("a"), a=True, b=False, k="x").outcome is Outcome.ELIGIBLE
    assert ask(other, grant("a"), a=True, b=False, k="y").outcome is Outcome.INELIGIBLE


def test_may_refund_leaves_it_to_a_person() -> None:
    answer = ask(MAY + listed("a"), a=True)
    assert (answer.outcome, answer.why, answer.decided_by) == (Outcome.NEEDS_REVIEW, Why.PERSON, ("1",))
    assert ask(MAY + listed("a"), a=False).outcome is Outcome.INELIGIBLE


def test_a_person_decides_whatever_else_holds() -> None:
    clauses = (NEVER + listed("b"), grant("a") + "\n" + REVIEW + listed("c"))
    answer = ask(*clauses, a=True, b=True, c=True)
    assert (answer.why, answer.decided_by) == (Why.PERSON, ("2(b)",))
    assert ask(*clauses, a=True, b=False, c=False).outcome is Outcome.ELIGIBLE


def test_a_case_no_clause_speaks_of_is_reported_not_guessed() -> None:
    clause = "Applies to requests with `k = 'x'`.\n\n" + grant("a")
    assert ask(clause, k="y", a=True).why is Why.NOT_COVERED


def test_two_clauses_that_grant_different_amounts_are_a_contradiction() -> None:
    clauses = (grant("a"), grant("b", amount="paid - fee"))
    answer = ask(*clauses, a=True, b=True, fee="2.00")
    assert (answer.outcome, answer.why, answer.decided_by) == (
        Outcome.NEEDS_REVIEW,
        Why.CONTRADICTION,
        ("1", "2"),
    )
    assert ask(*clauses, a=True, b=False, fee="2.00").amount == Decimal("10.00")


def test_two_clauses_that_grant_the_same_agree() -> None:
    assert ask(grant("a"), grant("b"), a=True, b=True).decided_by == ("1", "2")


@pytest.mark.parametrize(
    ("paid", "currency", "amount"), [("10.01", "EUR", "5.01"), ("10.03", "EUR", "5.02"), ("25", "JPY", "13")]
)
def test_amounts_are_rounded_half_up_to_the_places_of_the_currency(
    paid: str, currency: str, amount: str
) -> None:
    answer = decide(policy_of(grant("a", amount="paid / 2")), {"a": True, "paid": paid, "currency": currency})
    assert answer.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("paid", "currency", "amount"),
    [
        ("33.335", "EUR", "33.33"),
        ("100.5", "JPY", "100"),
        ("1.2345", "KWD", "1.234"),
        ("33.33", "EUR", "33.33"),
    ],
)
def test_rounding_never_comes_to_more_than_was_paid(paid: str, currency: str, amount: str) -> None:
    text = text_of(grant("a", amount="amount_paid")).replace("| `paid` |", "| `amount_paid` |")
    facts = {"a": True, "amount_paid": paid, "currency": currency}
    answer = decide(Policy.parse(text), facts)
    assert answer.reckoning is not None
    assert (answer.amount, answer.reckoning.amount) == (Decimal(amount), Decimal(amount))


def test_nothing_left_whoever_may_have_it_names_the_clause() -> None:
    answer = ask(grant("a", amount="paid - fee"), fee="12.00")
    assert (answer.outcome, answer.decided_by) == (Outcome.INELIGIBLE, ("1",))
    assert answer.reckoning is not None
    assert "see 1." in explain(answer).headline


def test_nothing_left_to_refund_is_a_refusal() -> None:
    answer = ask(grant("a", amount="paid - fee"), a=True, fee="12.00")
    assert (answer.outcome, answer.decided_by) == (Outcome.INELIGIBLE, ("1",))


def test_an_unknown_amount_keeps_a_granted_case_open() -> None:
    answer = decide(policy_of(grant("a")), {"a": True})
    assert [fact.name for fact in answer.open] == ["paid", "currency"]


def test_only_facts_that_can_still_change_the_answer_are_open() -> None:
    answer = ask(grant("a OR c", "b"), a=True)
    assert [fact.name for fact in answer.open] == ["b"]


def test_the_same_comparison_written_in_two_ways_is_one_unknown() -> None:
    answer = ask(grant("n > 3 OR a", "NOT n <= 3 OR a", "b"), b=True)
    assert {fact.name for fact in answer.open} == {"a", "n"}


def test_a_presumption_stands_in_for_a_fact_nobody_told() -> None:
    assert ask(NEVER + listed("spam"), grant("a"), a=True).outcome is Outcome.ELIGIBLE
    assert ask(NEVER + listed("spam"), grant("a"), a=True, spam=True).decided_by == ("1(a)",)


def test_store_credit_is_said_by_the_sentence() -> None:
    clause = "We refund `paid` as store credit when **all** of these hold:\n\n" + listed("a")
    assert ask(clause, a=True).method == "store_credit"


def test_marks_say_what_a_condition_does_to_the_request() -> None:
    clauses = (NEVER + listed("b", "c"), grant("a") + "\n" + REVIEW + listed("n > 1"))
    answer = ask(*clauses, a=True, b=True, c=False, n=5)
    marks = {condition.id: condition.mark for clause in answer.clauses for condition in clause.conditions}
    assert marks == {"1(a)": Mark.NOT_MET, "1(b)": Mark.NOT_SO, "2(a)": Mark.MET, "2(b)": Mark.PERSON}


def test_an_exception_to_an_exclusion_speaks_for_the_request() -> None:
    answer = ask(
        NEVER + listed("b") + UNLESS + listed("c"), grant("a") + UNLESS + listed("n > 1"), c=True, n=5
    )
    marks = {condition.id: condition.mark for clause in answer.clauses for condition in clause.conditions}
    assert (marks["1(b)"], marks["2(b)"]) == (Mark.MET, Mark.NOT_MET)


def test_a_date_beyond_the_calendar_is_later_than_every_date() -> None:
    assert ask(
        grant("add_days(bought_on, 9999999) > asked_on"), bought_on="2026-11-02", asked_on="9999-12-30"
    ).amount
    early = grant("add_days(bought_on, 0 - 9999999) > asked_on")
    assert ask(early, bought_on="2026-11-02", asked_on="0001-01-01").outcome is Outcome.INELIGIBLE


def test_an_answer_comes_back_from_json_as_it_was() -> None:
    answer = ask(grant("a", "n > 1", "add_days(bought_on, 3) >= asked_on"), a=True, bought_on="2026-11-02")
    assert Answer.from_json(answer.to_json()) == answer


def test_of_two_grants_of_one_clause_the_one_that_holds_is_enough() -> None:
    two = grant("a", amount="paid / 2") + "\n" + grant("b")
    answer = decide(policy_of(two), {**PAID, "a": False, "b": True})
    assert answer.outcome is Outcome.ELIGIBLE
    assert answer.clauses[0].value is True


def test_a_grant_beside_one_that_holds_is_not_cited_against_a_late_request() -> None:
    two = (
        f"We refund only when **all** of these hold:\n\n{listed('c')}\n"
        + grant("a", amount="paid / 2")
        + "\n"
        + grant("b")
    )
    answer = decide(policy_of(two), {**PAID, "a": False, "b": True, "c": False})
    assert answer.decided_by == ("1(a)",)


def test_a_grant_of_another_clause_is_not_cited_against_what_only_an_exclusion_refuses() -> None:
    clauses = (grant("a", amount="paid / 2"), grant("b"), NEVER + listed("c"))
    assert ask(*clauses, a=False, b=True, c=True).decided_by == ("3(a)",)
    assert ask(*clauses, a=False, b=False, c=True).decided_by == ("1(a)", "2(a)", "3(a)")


def test_a_grant_that_leaves_nothing_is_cited_alone() -> None:
    assert ask(grant("a"), grant("b", amount="fee - fee"), a=False, b=True).decided_by == ("2",)
