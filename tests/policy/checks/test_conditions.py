"""Conditions that cannot matter are found: planted here, each without the solver and with it."""

from __future__ import annotations

import pytest

from makegood.policy import Policy
from makegood.policy.checks import Finding, check
from makegood.policy.checks.proofs.proving import prove
from makegood.policy.errors import Lines
from tests.policy.documents import grant, listed, policy_of, text_of

APPLIES = "Applies to requests with `k = 'x'`.\n\n"
PLANTED = [
    (grant("a", "1 = 2"), "dead condition", "1(b)"),
    (grant("a", "n > 5 AND n < 3"), "dead condition", "1(b)"),
    (grant("a AND NOT a", "b"), "dead condition", "1(a)"),
    (APPLIES + grant("a", "k = 'y'"), "dead condition", "1(b)"),
    (grant("a", "2 > 1"), "implied condition", "1(b)"),
    (grant("a", "b OR NOT b"), "implied condition", "1(b)"),
    (APPLIES + grant("a", "k = 'x'"), "implied condition", "1(b)"),
    (grant("n >= 5", "n >= 3"), "implied condition", "1(b)"),
    (grant("n >= 3", "n BETWEEN 5 AND 7"), "implied condition", "1(a)"),
    (grant("n > 5", "a", "n < 3"), "list never holds", "1(a) and 1(c)"),
    (grant("n > 5", "n = 5"), "list never holds", "1(a) and 1(b)"),
    (grant("a", "NOT a"), "list never holds", "1(a) and 1(b)"),
    (
        grant("bought_on > DATE '2026-05-01'", "bought_on <= DATE '2026-05-01'"),
        "list never holds",
        "1(a) and 1(b)",
    ),
    ("Applies to `n < 3`.\n\n" + grant("a", "n > 5"), "list never holds", "1(b)"),
]
BY_SOLVER = [
    (grant("n > 5", "n + 1 < 4"), "list never holds", "1(a) and 1(b)"),
    (grant("asked_on <= add_days(bought_on, 14)", "days(bought_on, asked_on) <= 30"), "implied", "1(b)"),
    (grant("days(bought_on, asked_on) > 40", "months(bought_on, asked_on) < 1"), "list never", "1(a)"),
    (grant("paid > fee + fee", "paid * 2 > fee + fee"), "implied", "1(b)"),
    (grant("n > 5", "n > 3", word="any"), "implied", "1(a)"),
]
FINE = [
    grant("a", "b"),
    grant("n >= 3", "n <= 3"),
    grant("n > 3", "n < 5", word="any"),
    grant("a", "told(n)"),
    grant("bought_on <= asked_on", "days(bought_on, asked_on) <= 30"),
    APPLIES + grant("k = 'x'"),
]


def of_conditions(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    return [each for each in findings if "condition" in each.about or "list" in each.about]


@pytest.mark.parametrize(("clause", "about", "cited"), PLANTED)
def test_what_cannot_matter_is_found_without_a_solver(clause: str, about: str, cited: str) -> None:
    (finding,) = of_conditions(check(policy_of(clause)))
    assert finding.about == about
    assert cited in finding.message


@pytest.mark.parametrize(("clause", "about", "cited"), PLANTED)
def test_the_solver_finds_the_same(clause: str, about: str, cited: str) -> None:
    findings = of_conditions(prove(policy_of(clause)).findings)
    assert findings
    assert all(each.about in ("dead condition", "implied condition", "list never holds") for each in findings)


@pytest.mark.parametrize(("clause", "about", "cited"), BY_SOLVER)
def test_what_is_reckoned_is_seen_by_the_solver_alone(clause: str, about: str, cited: str) -> None:
    policy = policy_of(clause)
    assert of_conditions(check(policy)) == []
    (finding,) = of_conditions(prove(policy).findings)
    assert finding.about.startswith(about)
    assert cited in finding.message


@pytest.mark.parametrize("clause", FINE)
def test_conditions_that_matter_are_left_alone(clause: str) -> None:
    policy = policy_of(clause)
    assert of_conditions(check(policy)) == []
    proofs = prove(policy)
    assert of_conditions(proofs.findings) == []
    assert proofs.left_open == []


def test_a_condition_said_twice_is_found() -> None:
    (finding,) = of_conditions(check(policy_of(grant("n > 3", "a", "3 < n"))))
    assert finding.about == "condition twice"
    assert finding.message == "1(c) says the same as 1(a)"


def test_a_clause_that_another_always_replaces_never_applies() -> None:
    policy = policy_of(grant("a"), f"This clause replaces clause 1.\n\n{grant('b', amount='fee')}")
    (finding,) = [each for each in prove(policy).findings if each.about == "clause never applies"]
    assert finding.message == "clause 1 never applies"


def test_a_condition_that_never_holds_says_so_in_an_exception_too() -> None:
    clause = grant("a") + "\nUnless **any** of these hold:\n\n" + listed("b AND NOT b")
    (finding,) = of_conditions(check(policy_of(clause)))
    assert finding.message == "1(b) never holds"


def test_the_finding_stands_at_its_rule() -> None:
    policy: Policy = policy_of(grant("a", "1 = 2"))
    (finding,) = of_conditions(check(policy))
    assert "1 = 2" in policy.text.splitlines()[finding.span.line - 1]
    assert finding.shown(Lines(policy.source, policy.text)).splitlines()[2].endswith("^^^^^")


def counting(most: int) -> Policy:
    rule = f"count(before, each > DATE '2026-01-01') > {most}"
    return Policy.parse(text_of(grant("a", rule)) + "| `before` | list of dates | history | | none |\n")


@pytest.mark.parametrize("most", [2, 5, 9, 40])
def test_a_list_may_be_as_long_as_a_rule_counts_it(most: int) -> None:
    assert of_conditions(prove(counting(most)).findings) == []


def test_a_clause_that_counts_more_items_than_are_looked_at_is_told_as_not_decided() -> None:
    assert prove(counting(40)).left_open == ["clause 1, which counts too many items of before"]
    assert prove(counting(9)).left_open == []
