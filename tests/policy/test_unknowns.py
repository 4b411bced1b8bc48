"""Diagrams of what is unknown: equal when they mean the same, settled when nothing can change them."""

from __future__ import annotations

import pytest

from makegood.policy.deciding.diagram import NO, YES, Diagram
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.unknowns import Unknowns
from tests.policy.documents import grant, policy_of


def diagrams_of(*rules: str, **facts: object) -> list[Diagram]:
    """Return the diagrams of these rules over one case."""
    policy = policy_of(grant(*rules))
    values = policy.values(facts)
    unknowns = Unknowns(policy, values, ThreeValued(policy, values))
    return [unknowns.truth(condition) for condition in policy.clauses[0].parts[0].conditions]


@pytest.mark.parametrize(
    ("rule", "settled"),
    [
        ("a OR NOT a", YES),
        ("a AND NOT a", NO),
        ("k = 'x' AND k = 'y'", NO),
        ("k = 'x' OR k = 'y' OR k = 'z'", YES),
        ("k IN ('x', 'y', 'z')", YES),
        ("k <> 'x' OR k <> 'y'", YES),
        ("n > 3 AND n <= 3", NO),
        ("n >= 3 OR 3 > n", YES),
        ("a = b OR a <> b", YES),
        ("a = b AND a AND NOT b", NO),
    ],
)
def test_what_no_unknown_can_change_is_settled(rule: str, settled: Diagram) -> None:
    assert diagrams_of(rule) == [settled]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n < 3", "3 > n"),
        ("n <= 3", "NOT n > 3"),
        ("a AND (b OR c)", "(c AND a) OR (a AND b)"),
        ("k <> 'x'", "k = 'y' OR k = 'z'"),
        ("NOT (a OR b)", "NOT a AND NOT b"),
        ("k IN ('x', 'y')", "NOT k = 'z'"),
    ],
)
def test_rules_that_mean_the_same_are_one_diagram(one: str, other: str) -> None:
    first, second = diagrams_of(one, other)
    assert first is second


def test_what_is_known_is_put_in() -> None:
    left, just_b = diagrams_of("a AND b", "b", a=True)
    assert left is just_b
    assert diagrams_of("a AND b", a=False) == [NO]


def test_different_rules_are_different_diagrams() -> None:
    first, second = diagrams_of("k = 'x'", "k = 'y'")
    assert first is not second
