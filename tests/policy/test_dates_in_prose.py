"""A date said in words must be the date of the rule, or of the row, beside it."""

from __future__ import annotations

import pytest

from makegood.policy import Policy, PolicyErrors
from tests.policy.documents import FACTS, HEAD, text_of

CUT_OFF = "We refund `paid` when **all** of these hold:\n\n- it was bought after {}. `{}`\n"
RULE = "bought_on > DATE '2022-03-01'"


def problem_of(text: str) -> str:
    """Return the one problem of a document, and what the rule has instead."""
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(text, source="small.md")
    (problem,) = refused.value.problems
    return f"{problem.message}: {problem.expected}"


@pytest.mark.parametrize("said", ["1 March 2022", "March 1, 2022", "2022-03-01", "1 march 2022"])
def test_a_condition_may_say_the_date_of_its_rule(said: str) -> None:
    policy = Policy.parse(text_of(CUT_OFF.format(said, RULE)))
    assert policy.clauses[0].parts[0].conditions[0].prose == f"it was bought after {said}."


@pytest.mark.parametrize(
    "said", ["2 March 2022", "1 May 2022", "March 1, 2023", "2022-03-02", "30 February 2022"]
)
def test_a_condition_that_says_another_date_is_an_error(said: str) -> None:
    found = problem_of(text_of(CUT_OFF.format(said, RULE)))
    assert found == f"`{said}` is not the date of its rule: 2022-03-01"


def test_a_condition_that_says_a_date_where_its_rule_has_none_is_an_error() -> None:
    found = problem_of(text_of(CUT_OFF.format("1 March 2022", "bought_on > asked_on")))
    assert found == "`1 March 2022` is not the date of its rule: no date here"


def test_a_date_may_stand_in_a_term_that_the_rule_names() -> None:
    terms = f"\n## Terms\n\n| Term | Rule |\n|---|---|\n| `late` | `{RULE}` |\n"
    assert Policy.parse(text_of(CUT_OFF.format("1 March 2022", "late")) + terms).terms.keys() == {"late"}


def test_a_date_in_free_prose_is_left_alone() -> None:
    clause = CUT_OFF.format("that day", RULE)
    assert Policy.parse(text_of("These terms were written on 5 May 2019.\n\n" + clause)).clauses


@pytest.mark.parametrize(("said", "right"), [("1 March 2022", True), ("2 March 2022", False)])
def test_the_words_of_a_table_row_say_only_the_dates_of_that_row(said: str, right: bool) -> None:
    row = f"| x | bought after {said} | 2022-03-01 |"
    table = f"\n## Cut-off\n\n| `k` | Which | `cut_off` |\n|---|---|---|\n{row}\n"
    clause = "\n## 1. Late {#late}\n\n" + CUT_OFF.format("the day in the table", "bought_on > cut_off")
    text = HEAD + clause + FACTS + table
    if right:
        assert "cut_off" in Policy.parse(text).columns
    else:
        assert problem_of(text) == f"`{said}` is not the date of its row: 2022-03-01"
