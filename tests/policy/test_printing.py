"""A rule that was read, written out and read again is the same rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from makegood.policy import Policy
from makegood.policy.rules.dialect import printed
from tests.policy.bulk.documents import DATES, MOMENTS, NUMBERS, OPERATORS, OVER_LISTS, policy_of_terms
from tests.policy.documents import REFUND_POLICY, grant, policy_of
from tests.policy.test_properties import RULES, Rule

DOCUMENTS = sorted(
    file for file in REFUND_POLICY.parent.rglob("*.md") if file.read_text("utf-8").startswith("---")
)


def assert_same(policy: Policy, again: Policy) -> None:
    """Assert that two policies have the same rules, in tree and in print."""
    one, other = list(policy.compiled), list(again.compiled)
    assert [rule.tree for rule in one] == [rule.tree for rule in other]
    assert [printed(rule.tree) for rule in one] == [rule.text for rule in other]


@pytest.mark.parametrize("rule", [*OPERATORS, *NUMBERS, *DATES, *MOMENTS, *OVER_LISTS])
def test_every_operator_and_function(rule: str) -> None:
    policy = policy_of_terms([rule])
    again = policy_of_terms([printed(policy.terms["t0"].rule.tree)])
    assert again.terms["t0"].rule.tree == policy.terms["t0"].rule.tree
    assert printed(again.terms["t0"].rule.tree) == again.terms["t0"].rule.text


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_every_rule_of_a_document(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    policy = Policy.parse(text)
    for rule in sorted(policy.compiled, key=lambda each: -len(each.text)):
        text = text.replace(f"`{rule.text}`", f"`{printed(rule.tree)}`")
    assert_same(policy, Policy.parse(text))


@given(rule=RULES)
def test_random_rules(rule: Rule) -> None:
    policy = policy_of(grant(rule[0], "n  >=  -1.50", "bought_on<DATE '2026-11-23'"))
    conditions = policy.clauses[0].parts[0].conditions
    assert_same(policy, policy_of(grant(*(printed(each.rule.tree) for each in conditions))))
