"""The mistakes of somebody who writes a first policy: each is told once, and leads to what is right."""

from __future__ import annotations

import pytest

from makegood.policy import Policy, PolicyErrors
from makegood.policy.errors import Problem
from tests.policy.documents import text_of

RIGHT = (
    text_of(
        "We refund `paid` when **all** of these hold:\n\n- within 14 days. `days(bought_on, asked_on) <= 14`"
    )
    + "\n## Examples\n\n| Case | Facts | Decision |\n|---|---|---|\n"
    + "| It | `bought_on=2026-03-02, asked_on=2026-03-03, paid=10.00, currency=EUR` | refund 10.00 EUR |\n"
)


def problems_with(written: str, wrong: str) -> tuple[Problem, ...]:
    """Return what is wrong with the right document once something in it is written wrongly."""
    assert RIGHT.count(written) == 1
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(RIGHT.replace(written, wrong))
    return refused.value.problems


def test_the_right_document_is_right() -> None:
    assert [result.passed for result in Policy.parse(RIGHT).run_examples()] == [True]


@pytest.mark.parametrize(
    ("written", "wrong", "message"),
    [
        ("`asked_on` | date | request", "`asked_on` | day | request", "there is no kind of fact `day`"),
        ("`asked_on` | date | request", "`asked_on` | date | client", "`client` cannot tell a fact"),
        ("days(bought_on", "days(bougth_on", "there is no fact or term `bougth_on`"),
        (
            "We refund `paid` when **all** of these hold:",
            "We refund `paid` when:",
            "this sentence does not say whether all or any of these must hold",
        ),
        (
            "asked_on=2026-03-03",
            "asked_on=3.3.2026",
            "`asked_on` must be a date such as 2026-11-23, or a moment with its time zone, not '3.3.2026'.",
        ),
    ],
)
def test_one_mistake_is_told_once(written: str, wrong: str, message: str) -> None:
    assert [problem.message for problem in problems_with(written, wrong)] == [message]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("a = yes", "a yes/no fact by itself, or after NOT"),
        ("asked_on - bought_on <= 14", "days(…) between two, or add_days(…)"),
        ("asked_on <= bought_on + 14", "days(…) between two, or add_days(…)"),
    ],
)
def test_what_is_expected_is_what_was_meant(rule: str, expected: str) -> None:
    (problem,) = problems_with("days(bought_on, asked_on) <= 14", rule)
    assert problem.expected == expected


@pytest.mark.parametrize(
    ("lead", "near"),
    [
        ("We don't refund when **any** of these hold:", "`We do not refund when …`"),
        ("We might refund when **all** of these hold:", "`We may refund …`"),
        ("We will refund `paid` when **all** of these hold:", None),
        ("You get `paid` when **all** of these hold:", None),
    ],
)
def test_a_lead_sentence_suggests_only_one_that_begins_alike(lead: str, near: str | None) -> None:
    (problem,) = problems_with("We refund `paid` when **all** of these hold:", lead)
    assert problem.near == near
