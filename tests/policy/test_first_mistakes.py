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


NUMBERED = "## 1. Clause 1 {#clause-1}"
ITS_FACTS = "`bought_on=2026-03-02, asked_on=2026-03-03, paid=10.00, currency=EUR`"


@pytest.mark.parametrize(
    ("written", "wrong", "message", "expected"),
    [
        (
            f"{NUMBERED}\n",
            f"{NUMBERED}\n\nThis clause goes before clause 2.\n",
            "this sentence does not say which clause goes first",
            "`This clause takes precedence over clause 2.` or `This clause replaces clause 2.`",
        ),
        (
            f"{NUMBERED}\n",
            f"{NUMBERED}\n\nThis clause beats all others.\n",
            "this sentence does not say which clause goes first",
            "`This clause takes precedence over clause 2.` or `This clause replaces clause 2.`",
        ),
        (
            f"{NUMBERED}\n",
            f"{NUMBERED}\n\nOnly applies to requests with `a`.\n",
            "this sentence does not say what the clause applies to",
            "a sentence that begins `Applies to …`",
        ),
        (
            NUMBERED,
            "## 1 Clause 1 {#clause-1}",
            "this section decides something but has no number",
            "## 1. Clause 1",
        ),
        (
            "|---|---|---|---|---|\n| `a`",
            "| `a`",
            "this table has no line of hyphens below its headings",
            "`|---|---|---|---|---|` in the line after this one",
        ),
        (
            ITS_FACTS,
            ITS_FACTS.strip("`"),
            "the facts of this example do not stand in back quotes",
            "`fact=value, another=value`, between two back quotes: ` `",
        ),
        (
            "calendar: Europe/Kyiv",
            "calendar:Europe/Kyiv",
            "this line of the head cannot be read",
            "`key: value`, with a space after the colon",
        ),
        (
            "refund 10.00 EUR |",
            "refund 10.00 EUR (1a) |",
            "there is no clause or condition `1a`",
            "what decides, such as 2 or 2(a)",
        ),
        (
            "refund 10.00 EUR |",
            "to be established (n, m) |",
            "there is no fact `m`",
            "the facts still open",
        ),
    ],
)
def test_what_would_be_passed_over_is_told(written: str, wrong: str, message: str, expected: str) -> None:
    (problem,) = problems_with(written, wrong)
    assert (problem.message, problem.expected) == (message, expected)


def test_prose_about_a_clause_is_no_sentence_of_precedence() -> None:
    prose = "This clause speaks of much, and clause 7 of some of it. Where they disagree we do not guess."
    for said in (prose, "This clause is about what you bought from us.", "A gift applies to nobody else."):
        Policy.parse(RIGHT.replace(f"{NUMBERED}\n", f"{NUMBERED}\n\n{said}\n"))


def test_the_condition_meant_by_a_citation_is_suggested() -> None:
    (problem,) = problems_with("refund 10.00 EUR |", "refuse (1a) |")
    assert problem.near == "`1(a)`"


@pytest.mark.parametrize(
    ("decision", "near"),
    [("refused", "`refuse`"), ("person decides (1)", "`a person decides`"), ("refund", None)],
)
def test_a_decision_suggests_the_one_that_was_meant(decision: str, near: str | None) -> None:
    (problem,) = problems_with("refund 10.00 EUR |", f"{decision} |")
    assert (problem.message, problem.near) == (f"`{decision}` is not a decision", near)


@pytest.mark.parametrize("headings", ["| Fact | Type | Source |", "| Fact | Kind |"])
def test_a_table_of_facts_without_its_columns_is_told_once_and_not_for_each_row(headings: str) -> None:
    text = RIGHT[: RIGHT.index("| Fact |")] + f"{headings}\n{'|---' * (headings.count('|') - 1)}|\n"
    text += (
        f"| `paid`{'| money ' * (headings.count('|') - 2)}|\n| `a`{'| money ' * (headings.count('|') - 2)}|\n"
    )
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(text)
    told = [each.message for each in refused.value.problems if "of facts" in each.message]
    assert told[-1] == "this table of facts has no column `Who tells us`"
    assert not any("there is no kind of fact" in each.message for each in refused.value.problems)


def test_a_first_heading_that_is_nearly_right_is_pointed_at() -> None:
    (problem,) = problems_with("| Fact | Kind |", "| Facts | Kind |")
    assert (problem.message, problem.near) == ("there is no table of facts", "`Fact`")
    assert problem.span.line > 1


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("days(bought_on, asked_on) ≤ 14", "`<=` for `≤`"),
        ("days(bought_on, asked_on) =< 14", "write `<=`"),
        ("asked_on <= bought_on + 14 days", "days are counted as in `days(bought_on, asked_on) <= 14`"),
        ("paid > 20 EUR", "the number alone; the head says `currency: EUR`"),
        ("fee > paid * 50%", "a part written as `amount_paid * 50 / 100`"),
        ("fee > 50% * paid", "a part written as `amount_paid * 50 / 100`"),
        ("fee > 50 % paid", "a part written as `amount_paid * 50 / 100`"),
        ("days <= 14", "days(from, to): calendar days between two dates"),
        ("a IS NOT b", "`=` or `<>`; a yes/no fact by itself, or after NOT"),
    ],
)
def test_the_usual_slips_in_rules_lead_to_what_is_right(rule: str, expected: str) -> None:
    (problem,) = problems_with("days(bought_on, asked_on) <= 14", rule)
    assert problem.expected.endswith(expected)


def test_an_amount_in_an_example_may_be_written_without_its_places() -> None:
    (result,) = Policy.parse(RIGHT.replace("refund 10.00 EUR", "refund 10 EUR (1)")).run_examples()
    assert (result.passed, result.example.decision) == (True, "refund 10.00 EUR (1)")
    (result,) = Policy.parse(RIGHT.replace("refund 10.00 EUR", "refund 10.001 EUR")).run_examples()
    assert not result.passed


def test_an_example_may_say_how_the_money_goes_back() -> None:
    credit = RIGHT.replace("We refund `paid` when", "We refund `paid` as store credit when")
    for text, said, passes in (
        (credit, "refund 10 EUR as store credit (1)", True),
        (credit, "refund 10 EUR", True),
        (credit, "refund 10 EUR to your account balance", False),
        (RIGHT, "refund 10 EUR as store credit", False),
    ):
        (result,) = Policy.parse(text.replace("refund 10.00 EUR", said)).run_examples()
        assert result.passed is passes
