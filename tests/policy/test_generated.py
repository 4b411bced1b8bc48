"""The compiled policy says exactly what the closures say, of any document and any case."""

from __future__ import annotations

import copy
import io
import json
import keyword
import pickle
import re
import tokenize
from dataclasses import fields, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.policy import Answer, Policy, decide
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.weighing import Weighing
from makegood.policy.documents.clauses import Condition
from tests.policy.documents import PAID, grant, listed, policy_of, refund_policy, text_of
from tests.policy.random_documents import CASES, KNOWN, documents

POLICIES = Path(__file__).resolve().parents[2] / "policies"
FILES = sorted(POLICIES.rglob("*.md"))
MADE_HERE = re.compile(r"[kx]\d+|call\d+|list\d+|run|values|items?|found|end|so_far|plus|minus|zero")


def conditions_of(policy: Policy) -> list[Condition]:
    """Return every condition in the order of the document."""
    return [each for clause in policy.clauses for part in clause.parts for each in part.conditions]


def by_closures(policy: Policy, values: dict[str, Any]) -> list[Any]:
    """Return the verdict and the trace of a case, reckoned by the closures."""
    logic = ThreeValued(policy, values)
    weighing = Weighing(policy, logic)
    verdict = weighing.end()
    return [
        verdict,
        *(logic.amounts[offer.index] for offer in policy.offers),
        *(logic.truth(each) for each in conditions_of(policy)),
        *(weighing.applies(clause) for clause in policy.clauses),
        *(policy.compiled[term.rule](values) for term in policy.terms.values()),
    ]


def by_program(policy: Policy, values: dict[str, Any]) -> list[Any]:
    """Return the verdict and the trace of a case, read from what the policy's program returns."""
    program = policy.program
    raw = program.run(values)
    return [
        program.verdict(raw),
        *(program.amount(raw, offer.index) for offer in policy.offers),
        *(program.truth(raw, each) for each in conditions_of(policy)),
        *(program.applies(raw, clause) for clause in policy.clauses),
        *program.terms(raw).values(),
    ]


def assert_alike(policy: Policy, facts: dict[str, Any]) -> None:
    """Check that a case comes out alike both ways, to the last digit and the type of each value."""
    values = policy.values(facts)
    expected, found = by_closures(policy, values), by_program(policy, values)
    assert [(type(each), repr(each)) for each in found] == [(type(each), repr(each)) for each in expected]
    assert policy.program.outcome(values) == expected[0]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents(), st.lists(st.one_of(CASES, KNOWN), min_size=4, max_size=8))
def test_random_documents_come_out_as_by_closures(text: str, cases: list[dict[str, Any]]) -> None:
    policy = Policy.parse(text)
    for facts in cases:
        assert_alike(policy, facts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_written_policy_comes_out_as_by_closures(file: Path) -> None:
    policy = Policy.parse(file.read_text(encoding="utf-8"), source=file.name)
    for example in policy.examples:
        assert_alike(policy, dict(example.facts))
        for name in example.facts:
            assert_alike(policy, {other: value for other, value in example.facts.items() if other != name})


def branches_of(policy: Policy) -> int:
    """Return how many values of a choice have code of their own."""
    return len(re.findall(r"^    if x\d+ == k\d+:$", policy.program.source, re.MULTILINE))


@pytest.mark.parametrize("k", ["x", "y", "z", None])
@pytest.mark.parametrize("c", [True, False, None])
def test_a_choice_that_clauses_compare_has_code_for_each_value(k: str | None, c: bool | None) -> None:
    policy = policy_of(
        "Applies to requests with `k = 'x'`.\n\n" + grant("a", amount="paid - fee"),
        "Applies to requests with `k IN ('x', 'y')`.\n\nWe do not refund when **any** of these hold:\n\n"
        + listed(
            "b", "choose(k = 'y', n, 3) > 2", "n / choose(k = 'y', 0, 2) > 2", "k <> 'y' AND told(k) AND spam"
        ),
        "Applies to requests with `k <> 'x' OR c`.\n\n" + grant("b OR NOT c", "k = 'z' OR spam", word="any"),
        "Whatever else holds, a person decides when **any** of these hold:\n\n" + listed("k = 'z' AND spam"),
    )
    assert branches_of(policy) == 3
    for a, b, n in product((True, False, None), (True, False, None), ("1", "5", None)):
        facts = {
            **PAID,
            "fee": "10.00" if b else "1",
            "k": k,
            "a": a,
            "b": b,
            "c": c,
            "n": n,
            "spam": n == "5",
        }
        assert_alike(policy, facts)


def test_a_row_of_a_table_that_a_choice_finds_is_found_beforehand() -> None:
    table = "\n## Rates {#rates}\n\n| `k` | `rate` |\n|---|---|\n| x | 2 |\n| y | 0.5 |\n| z | |\n"
    clauses = "Applies to requests with `k <> 'z'`.\n\n" + grant("n > rate OR k = 'y'", amount="paid * rate")
    policy = Policy.parse(text_of(clauses) + table)
    assert branches_of(policy) == 3
    for k, n, paid in product(("x", "y", "z", None), ("0", "0.6", "3", None), ("10.00", None)):
        assert_alike(policy, {"paid": paid, "currency": "EUR", "k": k, "n": n})


@pytest.mark.parametrize(
    "amount", ["min(fee, fee + fee)", "min(fee, amount_paid)", "min(amount_paid, n * fee)", "fee"]
)
def test_no_smaller_of_two_amounts_exceeds_what_was_paid(amount: str) -> None:
    policy = Policy.parse(text_of(grant("a", amount=amount)).replace("`paid`", "`amount_paid`"))
    for paid, fee, n in product(("10.00", "10.0", "30", None), ("10", "20", "0", None), ("0.5", "2", None)):
        assert_alike(policy, {"amount_paid": paid, "currency": "EUR", "fee": fee, "n": n, "a": True})


def test_a_policy_that_says_the_same_of_every_case_decides_too() -> None:
    policy = policy_of(
        "Whatever else holds, a person decides when **all** of these hold:\n\n" + listed("TRUE")
    )
    assert_alike(policy, {})
    assert_alike(policy, {**PAID, "a": True, "k": "x"})


def test_a_choice_of_very_many_has_no_code_for_each() -> None:
    many = [f"x{place}" for place in range(40)]
    clauses = [f"Applies to requests with `k = '{each}'`.\n\n" + grant("a") for each in many[:3]]
    policy = Policy.parse(text_of(*clauses).replace("choice: x, y, z", "choice: " + ", ".join(many)))
    assert branches_of(policy) == 0
    for k in (*many[:5], None):
        assert_alike(policy, {**PAID, "a": True, "k": k})


def test_nothing_of_a_document_becomes_code() -> None:
    hostile = "x) + __import__(''os'').abort() #\\"
    policy = policy_of(grant(f"a OR k = 'x' OR k = 'y' OR '{hostile}' = 'x'"))
    tokens = list(tokenize.generate_tokens(io.StringIO(policy.program.source).readline))
    assert not [token for token in tokens if token.type in (tokenize.STRING, tokenize.COMMENT)]
    assert branches_of(policy) == 3
    words = {token.string for token in tokens if token.type == tokenize.NAME}
    assert {word for word in words if not keyword.iskeyword(word) and not MADE_HERE.fullmatch(word)} == set()
    assert decide(policy, {**PAID, "a": True}).amount == Decimal("10.00")


def test_an_answer_is_made_when_it_is_looked_at() -> None:
    policy = refund_policy()
    seen: list[str] = []

    class Told:
        def __getattr__(self, name: str) -> Any:
            seen.append(name)
            return getattr(known, name)

    known = decide(policy, policy.examples[0].facts)
    answer = Answer.later(Told())
    assert answer.outcome is known.outcome
    assert answer.outcome is known.outcome
    assert seen == ["outcome"]
    assert answer == known
    assert sorted(seen) == sorted(each.name for each in fields(Answer))
    with pytest.raises(AttributeError, match="no attribute 'verdict'"):
        getattr(answer, "verdict")  # noqa: B009  # a type checker refuses it written out


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_answer_can_be_stored_copied_and_compared(file: Path) -> None:
    policy = Policy.parse(file.read_text(encoding="utf-8"), source=file.name)
    for example in policy.examples:
        answer = decide(policy, example.facts)
        assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer
        assert copy.deepcopy(decide(policy, example.facts)) == answer
        assert pickle.loads(pickle.dumps(decide(policy, example.facts))) == answer  # noqa: S301
        assert replace(decide(policy, example.facts), version="other") != answer


def test_what_is_changed_after_deciding_changes_no_answer() -> None:
    policy = refund_policy()
    facts = dict(policy.examples[0].facts)
    answer = decide(policy, facts)
    facts.clear()
    assert answer == decide(policy, policy.examples[0].facts)
