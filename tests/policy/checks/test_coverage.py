"""Choices that no clause speaks of, and choices without a row."""

from __future__ import annotations

from makegood.policy import Policy
from makegood.policy.checks import check
from makegood.policy.checks.proofs.proving import prove
from tests.policy.checks.documents import found
from tests.policy.documents import grant, policy_of, text_of

TABLE = "\n## Steps {#steps}\n\n| `k` | Kind | `most` |\n|---|---|---|\n| `x` | the first | 2 |\n"
EXAMPLES = """
## Examples {#examples}

| Case | Facts | Decision |
|---|---|---|
| A z | `k=z` | a person decides |
"""


def for_choices(*choices: str) -> str:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return f"Applies to requests with `k IN ({listed})`.\n\n{grant('a')}"


def test_a_choice_that_no_clause_speaks_of_is_told() -> None:
    messages = found(check(policy_of(for_choices("x"), for_choices("y"))), "uncovered choice")
    assert messages == ["no clause speaks of `k = 'z'`: such a case goes to a person"]


def test_choices_that_are_all_spoken_of_are_not_told() -> None:
    assert found(check(policy_of(for_choices("x", "y"), for_choices("z"))), "uncovered choice") == []


def test_a_clause_that_only_limits_covers_nothing() -> None:
    policy = policy_of(for_choices("x", "y"), "We refund only when **all** of these hold:\n\n- it is. `b`\n")
    assert len(found(check(policy), "uncovered choice")) == 1


def test_a_choice_that_an_example_leaves_to_a_person_is_meant_so() -> None:
    text = text_of(for_choices("x", "y")) + EXAMPLES
    assert found(check(Policy.parse(text, source="small.md")), "uncovered choice") == []


def test_a_choice_without_a_row_is_noted_once() -> None:
    policy = Policy.parse(text_of(grant("n > most")) + TABLE, source="small.md")
    assert found(check(policy), "choice without a row") == [
        "the table “Steps” has no row for `k = 'y'`",
        "the table “Steps” has no row for `k = 'z'`",
    ]


def test_a_row_for_the_rest_is_a_row_for_every_choice() -> None:
    table = TABLE + "| any other | the rest | 1 |\n"
    policy = Policy.parse(text_of(grant("n > most")) + table, source="small.md")
    assert found(check(policy), "choice without a row") == []


def test_a_case_that_comes_to_nothing_is_shown_with_the_condition_that_cannot_be_told() -> None:
    policy = policy_of(grant("a"), "We do not refund when **any** of these hold:\n\n- it is. `12 / n > 1`\n")
    (finding,) = [each for each in prove(policy).findings if each.about == "rules come to nothing"]
    assert finding.what_to_do.endswith("in this case 2(a) cannot be told")
