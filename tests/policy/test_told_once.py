"""Mistakes that programmers and quick typists make: each is told once, where it stands."""

from __future__ import annotations

import pytest

from makegood.policy import Policy, PolicyErrors, decide
from tests.policy.documents import PAID, grant, policy_of, text_of

DATES = "| `dates` | list of dates | order | When? | none |\n"


def problems_of(text: str) -> list[tuple[str, str]]:
    """Return the messages of a document, each with what was expected."""
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text)
    return [(problem.message, problem.expected) for problem in errors.value.problems]


@pytest.mark.parametrize(
    ("rule", "sign", "instead", "column"),
    [
        ("a == TRUE", "==", "=", 3),
        ("!a", "!", "NOT", 1),
        ("a AND !b", "!", "NOT", 7),
        ("a && b", "&&", "AND", 3),
        ("a || b", "||", "OR", 3),
        ("n =< 3", "=<", "<=", 3),
        ("n => 3", "=>", ">=", 3),
    ],
)
def test_a_sign_of_another_language_is_one_error(rule: str, sign: str, instead: str, column: int) -> None:
    with pytest.raises(PolicyErrors) as errors:
        policy_of(grant(rule))
    (problem,) = errors.value.problems
    assert problem.message == f"`{sign}` is not part of the rule language"
    assert problem.expected == f"write `{instead}`"
    assert (problem.span.column, problem.span.length) == (len("- it holds. `") + column, len(sign))


@pytest.mark.parametrize("rule", ["n != 3", "n <> 3", "k = 'x' OR a"])
def test_signs_of_sql_are_read(rule: str) -> None:
    assert policy_of(grant(rule)).clauses


def test_signs_in_a_text_mean_nothing() -> None:
    text = text_of(grant("t = 'a == !b'")) + "| `t` | text | order | What? | unknown |\n"
    assert Policy.parse(text).clauses


@pytest.mark.parametrize("used", ["Paid_late", "paid_late"])
def test_a_capital_letter_in_a_fact_is_one_error(used: str) -> None:
    row = "| `Paid_late` | yes/no | order | Late? | unknown |\n"
    rules = [used, f"{used} AND a", f"n > 3 OR NOT {used}"]
    cases = f"\n## Examples\n\n| Case | Facts | Decision |\n|---|---|---|\n| X | `{used}=yes` | refuse |\n"
    assert problems_of(text_of(grant(*rules)) + row + cases) == [
        ("`Paid_late` cannot name a fact", "small letters, digits and _, no word of the rules")
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "all(dates, each > bought_on) = TRUE",
        "TRUE = all(dates, each > bought_on)",
        "choose(all(dates, each > bought_on), 1, 2) = 1",
        "choose(NOT all(dates, each > bought_on), 1, 2) = 2",
    ],
)
def test_all_stands_wherever_a_function_can(rule: str) -> None:
    policy = Policy.parse(text_of(grant(rule)) + DATES)
    late, early = ["2026-05-02", "2026-05-03"], ["2026-05-02", "2026-04-30"]
    told = {**PAID, "bought_on": "2026-05-01"}
    assert decide(policy, {**told, "dates": late}).outcome == "eligible"
    assert decide(policy, {**told, "dates": early}).outcome == "ineligible"


def test_all_of_something_that_is_wrong_is_told_as_of_any_function() -> None:
    ((message, _),) = problems_of(text_of(grant("round(all(dates, each > bought_on)) > 1")) + DATES)
    assert message == "`round` cannot take yes or no"


def test_unknown_in_an_example_is_not_what_a_missing_fact_means() -> None:
    rows = [
        "| Not told | `paid=10.00, currency=EUR` | refund 10.00 EUR (1) |",
        "| Unknown | `paid=10.00, currency=EUR, spam=unknown` | to be established (spam) |",
        "| Taken back | like Unknown: `spam=no` | refund 10.00 EUR (1) |",
    ]
    table = "\n".join(["", "## Examples", "", "| Case | Facts | Decision |", "|---|---|---|", *rows, ""])
    policy = Policy.parse(text_of(grant("NOT spam")) + table)
    assert [(result.passed, result.found) for result in policy.run_examples()] == [
        (True, "refund 10.00 EUR (1)"),
        (True, "to be established (spam)"),
        (True, "refund 10.00 EUR (1)"),
    ]


def test_a_choice_an_example_misspells_is_told_with_what_is_near() -> None:
    text = text_of(grant("k = 'x'")).replace("choice: x, y, z", "choice: software, service")
    table = "\n## Examples\n\n| Case | Facts | Decision |\n|---|---|---|\n| X | `k=sofware` | refuse |\n"
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text.replace("k = 'x'", "k = 'service'") + table)
    (problem,) = errors.value.problems
    assert problem.message == "`sofware` is no choice of `k`"
    assert (problem.expected, problem.near) == ("software, service", "`software`")
