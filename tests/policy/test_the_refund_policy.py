"""The vendor's policy: its examples, what it declares, and that nothing of it lives anywhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlglot import exp

from makegood.policy import Answer, Kind, Outcome, Policy, Why, decide
from makegood.policy.documents.clauses import Condition
from makegood.policy.documents.examples import Example, run_example
from tests.policy.documents import REFUND_POLICY, refund_policy

POLICY = refund_policy()
CONDITIONS = [
    condition for clause in POLICY.clauses for part in clause.parts for condition in part.conditions
]


@pytest.mark.parametrize("example", POLICY.examples, ids=lambda example: example.case)
def test_the_policy_decides_each_of_its_examples_as_written(example: Example) -> None:
    result = run_example(POLICY, example)
    assert result.passed, f"line {example.span.line}: written {example.decision!r}, found {result.found!r}"


def test_there_are_enough_examples_and_no_two_have_one_name() -> None:
    cases = [example.case for example in POLICY.examples]
    assert len(cases) >= 20
    assert len(set(cases)) == len(cases)


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.id)
def test_an_example_notices_when_a_condition_always_or_never_holds(
    condition: Condition, always: bool
) -> None:
    assert not all(result.passed for result in with_constant(condition, always).run_examples())


def with_constant(condition: Condition, always: bool) -> Policy:
    """Return the policy with a condition that always, or never, holds."""
    rule = replace(condition.rule, tree=exp.Boolean(this=always))
    constant = replace(condition, rule=rule)
    clauses = tuple(
        replace(
            clause,
            parts=tuple(
                replace(
                    part,
                    conditions=tuple(constant if each is condition else each for each in part.conditions),
                )
                for part in clause.parts
            ),
        )
        for clause in POLICY.clauses
    )
    return replace(POLICY, clauses=clauses, compiled={**POLICY.compiled, rule: lambda _values: always})


def test_the_head_of_the_policy() -> None:
    assert (POLICY.name, POLICY.version, POLICY.title) == ("refunds", "2026-11", "Refund policy")
    assert POLICY.in_force_from == date(2010, 1, 1)
    assert POLICY.zone.key == "Europe/Kyiv"
    assert len(POLICY.sha256) == 64


def test_the_grounds_say_which_orders_to_name() -> None:
    assert {ground.value: ground.picks for ground in POLICY.grounds} == {
        "defect": "one",
        "duplicate": "pair",
        "automatic_charge": "renewals",
    }


def test_the_form_for_a_defect_asks_for_the_bug_the_steps_and_pictures() -> None:
    questions = POLICY.questions("defect")
    assert [fact.name for fact in questions] == ["description", "steps", "screenshots"]
    assert questions[2].kind is Kind.FILES


def test_a_duplicate_and_an_automatic_charge_ask_nothing_but_the_orders() -> None:
    assert POLICY.questions("duplicate") == ()
    assert POLICY.questions("automatic_charge") == ()


def test_engineers_are_asked_about_a_defect_only() -> None:
    assert [fact.name for fact in POLICY.to_establish("defect")] == ["bug_confirmed", "fixable"]
    assert POLICY.to_establish("duplicate") == ()


def test_the_last_day_to_ask_is_a_date_to_print() -> None:
    assert POLICY.term("last_day_to_ask", {"purchased_on": date(2026, 11, 2)}) == date(2026, 12, 2)
    assert POLICY.term("last_day_to_ask", {}) is None


def test_an_unsent_request_is_not_complete_and_says_what_is_missing() -> None:
    answer = decide(POLICY, {"ground": "defect", "order_number": "9412031", "product": "mail-sender"})
    assert [condition.id for condition in answer.incomplete] == ["2(c)", "2(d)", "2(e)"]


def test_a_service_without_a_row_goes_to_a_person_and_says_so() -> None:
    answer = answer_of("Duplicate of a service that is not in the table")
    assert answer.outcome is Outcome.NEEDS_REVIEW
    assert answer.open == ()
    (condition,) = [each for clause in answer.clauses for each in clause.conditions if each.id == "3(b)"]
    assert "there is no row for fax-online in “What counts as used”" in condition.because


def test_a_renewal_without_a_recorded_choice_goes_to_a_person_even_when_it_is_late() -> None:
    example = next(each for each in POLICY.examples if each.case == "Renewal without a recorded choice")
    answer = decide(POLICY, {**example.facts, "received_on": "2027-06-01"})
    assert (answer.outcome, answer.why, answer.decided_by) == (Outcome.NEEDS_REVIEW, Why.PERSON, ("4(d)",))


def test_a_fact_behind_a_term_is_open_while_it_is_unknown() -> None:
    bug = next(each.facts for each in POLICY.examples if each.case == "An unfixable bug")
    answer = decide(POLICY, {**bug, "purchased_on": None})
    assert [fact.name for fact in answer.open] == ["purchased_on"]
    assert "purchased_on" in [fact.name for fact in POLICY.facts_for("defect")]


def test_the_money_at_stake_is_known_while_facts_are_open() -> None:
    answer = answer_of("Nobody has looked yet")
    assert answer.amount is None
    assert str(answer.at_stake) == "79.00"


def test_another_number_of_days_in_the_document_moves_everything() -> None:
    shorter = POLICY.text.replace("add_days(purchased_on, 30)", "add_days(purchased_on, 14)")
    shorter = shorter.replace("within 30 days", "within 14 days")
    policy = Policy.parse(shorter)
    bug = {**policy.examples[0].facts, "received_on": "2026-11-17"}
    assert decide(policy, bug).decided_by == ("1(a)",)
    assert decide(policy, {**bug, "received_on": "2026-11-16"}).outcome is Outcome.ELIGIBLE


def test_the_number_of_days_is_in_one_rule_and_in_no_python() -> None:
    assert POLICY.text.count(", 30)") == 1
    engine = Path(REFUND_POLICY).parents[1] / "makegood" / "policy"
    vendor = (
        "verifier-online",
        "sms-balance",
        "atomic-mail",
        "last_day_to_ask",
        "auto_renewal",
        "bug_confirmed",
    )
    for file in engine.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [word for word in vendor if word in text], file
        assert "days=30" not in text, file


def answer_of(case: str) -> Answer:
    """Return the answer to an example of the policy."""
    example = next(each for each in POLICY.examples if each.case == case)
    return decide(POLICY, example.facts)
