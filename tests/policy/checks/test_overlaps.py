"""Two clauses that refund different amounts of one case are told, with the case."""

from __future__ import annotations

from makegood.policy import Why, decide
from makegood.policy.checks import Severity, check
from makegood.policy.checks.proofs.proving import prove
from makegood.policy.checks.report import report
from tests.policy.checks.documents import found
from tests.policy.documents import grant, policy_of

FULL, HALF = grant("a", "n <= 10"), grant("b", "n >= 10", amount="paid / 2")


def test_clauses_that_can_hold_together_are_noted_without_a_solver() -> None:
    (message,) = found(check(policy_of(FULL, HALF)), "overlap")
    assert message.startswith("clauses 1 and 2 refund different amounts (`paid` and `paid / 2`), may hold")


def test_the_solver_shows_a_case_that_both_refund() -> None:
    policy = policy_of(FULL, HALF)
    (finding,) = [each for each in prove(policy).findings if each.about == "overlap"]
    assert finding.severity is Severity.WARNING
    assert finding.witness
    assert decide(policy, finding.witness.facts).why is Why.CONTRADICTION
    assert {"a", "b", "n"} <= set(finding.witness.facts)


def test_the_report_tells_an_overlap_once() -> None:
    assert len(found(report(policy_of(FULL, HALF)).findings, "overlap")) == 1


def test_clauses_apart_by_a_number_do_not_overlap() -> None:
    policy = policy_of(grant("a", "n <= 9"), HALF)
    assert found(check(policy), "overlap") == []
    assert found(prove(policy).findings, "overlap") == []


def test_clauses_apart_by_what_is_reckoned_are_cleared_by_the_solver() -> None:
    policy = policy_of(grant("n * 2 < 10"), grant("n > 7", amount="fee"))
    assert len(found(check(policy), "overlap")) == 1
    assert found(report(policy).findings, "overlap") == []


def test_a_stated_precedence_settles_it() -> None:
    first = f"This clause takes precedence over clause 2.\n\n{FULL}"
    assert found(check(policy_of(first, HALF)), "overlap") == []


def test_the_same_amount_twice_is_no_overlap() -> None:
    assert found(check(policy_of(grant("a"), grant("b"))), "overlap") == []


def test_clauses_that_refund_alike_are_named_as_one_of_them() -> None:
    (message,) = found(
        check(policy_of(grant("a"), grant("b", amount="fee"), grant("c", amount="fee"))), "overlap"
    )
    assert message.startswith("clauses 1 and one of 2, 3 refund different amounts")
