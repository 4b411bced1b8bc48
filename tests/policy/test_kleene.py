"""Three-valued logic: the truth tables of Kleene, written out, and the same through rules."""

from __future__ import annotations

import pytest

from makegood.policy.rules.kleene import Truth, every, opposite, some
from tests.policy.documents import grant, policy_of

T, F, U = True, False, None
AND = [(T, T, T), (T, F, F), (T, U, U), (F, T, F), (F, F, F), (F, U, F), (U, T, U), (U, F, F), (U, U, U)]
OR = [(T, T, T), (T, F, T), (T, U, T), (F, T, T), (F, F, F), (F, U, U), (U, T, T), (U, F, U), (U, U, U)]
RULES = policy_of(
    grant("a AND b", "a OR b", "NOT a", "n > 1", "a = b", "k IN ('x', 'y')", "n BETWEEN 1 AND 2")
)


def value_of(rule: str, facts: dict[str, object]) -> Truth:
    """Return what a rule of RULES gives."""
    conditions = [condition for part in RULES.clauses[0].parts for condition in part.conditions]
    (found,) = [condition.rule for condition in conditions if condition.rule.text == rule]
    value: Truth = RULES.compiled[found](RULES.values(facts))
    return value


@pytest.mark.parametrize(("one", "other", "both"), AND)
def test_and(one: Truth, other: Truth, both: Truth) -> None:
    assert every([one, other]) is both
    assert value_of("a AND b", {"a": one, "b": other}) is both


@pytest.mark.parametrize(("one", "other", "either"), OR)
def test_or(one: Truth, other: Truth, either: Truth) -> None:
    assert some([one, other]) is either
    assert value_of("a OR b", {"a": one, "b": other}) is either


@pytest.mark.parametrize(("value", "negated"), [(T, F), (F, T), (U, U)])
def test_not(value: Truth, negated: Truth) -> None:
    assert opposite(value) is negated
    assert value_of("NOT a", {"a": value}) is negated


def test_a_comparison_with_an_unknown_is_unknown() -> None:
    assert value_of("n > 1", {}) is None
    assert value_of("a = b", {"a": True}) is None
    assert value_of("n BETWEEN 1 AND 2", {}) is None
    assert value_of("k IN ('x', 'y')", {}) is None


@pytest.mark.parametrize(("n", "inside"), [(0, False), (1, True), (2, True), (3, False)])
def test_between_holds_at_both_ends(n: int, inside: bool) -> None:
    assert value_of("n BETWEEN 1 AND 2", {"n": n}) is inside


def test_in_is_one_of_the_list() -> None:
    assert value_of("k IN ('x', 'y')", {"k": "y"}) is True
    assert value_of("k IN ('x', 'y')", {"k": "z"}) is False


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert every([]) is True
    assert some([]) is False
