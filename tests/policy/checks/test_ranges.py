"""Rows of a table that are found by numbers: what two of them hold is told, and what none of them holds."""

from __future__ import annotations

import pytest

from makegood.policy import Policy, PolicyErrors
from makegood.policy.checks import check
from makegood.policy.checks.ranges import GAP, OVERLAPPING
from tests.policy.documents import grant, text_of


def table(*rows: str, headings: str = "| `n` | `share` |") -> str:
    """Return a table that rules look up; each row is its cells."""
    line = "|---" * (headings.count("|") - 1) + "|"
    return "\n".join(["", "## Shares {#shares}", "", headings, line, *(f"| {row} |" for row in rows), ""])


def found_in(document: str) -> list[tuple[str, int, str]]:
    """Return what is found in tables: about what, in which line, the message."""
    found = check(Policy.parse(document))
    return [(each.about, each.span.line, each.message) for each in found if each.about in (GAP, OVERLAPPING)]


def messages(*rows: str, headings: str = "| `n` | `share` |") -> list[str]:
    """Return what is found in a table."""
    document = text_of(grant("share > 3") + table(*rows, headings=headings))
    return [message for _, _, message in found_in(document)]


@pytest.mark.parametrize(
    "rows",
    [
        ("0 to 7 | 1", "8 to 14 | 2", "15 or more | 3"),
        ("0 to 7.5 | 1", "7.6 to 10 | 2"),
        ("0 to 7 | 1", "10 to 14 | 2", "any other | 3"),
        ("1 | 1", "5 | 2"),
        ("up to 7 | 1", "8 or more | 2"),
    ],
)
def test_rows_side_by_side_are_fine(rows: tuple[str, ...]) -> None:
    assert messages(*rows) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("0 to 7 | 1", "7 to 14 | 2"), "the rows `0 to 7` and `7 to 14` both hold 7"),
        (("0 to 9 | 1", "5 to 14 | 2"), "the rows `0 to 9` and `5 to 14` both hold 5 to 9"),
        (("10 to 14 | 1", "12 | 2"), "the rows `10 to 14` and `12` both hold 12"),
        (("up to 7 | 1", "5 or more | 2"), "the rows `up to 7` and `5 or more` both hold 5 to 7"),
        (("up to 3 | 1", "up to 7 | 2"), "the rows `up to 3` and `up to 7` both hold 3 and less"),
        (("3 or more | 1", "7 or more | 2"), "the rows `3 or more` and `7 or more` both hold 7 and more"),
        (("0 to 100 | 1", "20 to 30 | 2"), "the rows `0 to 100` and `20 to 30` both hold 20 to 30"),
    ],
)
def test_two_rows_that_hold_the_same_numbers_are_told(rows: tuple[str, ...], message: str) -> None:
    assert messages(*rows) == [f"in the table “Shares” {message}"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("0 to 7 | 1", "9 to 14 | 2"), "no row for 8, between `0 to 7` and `9 to 14`"),
        (("20 or more | 1", "0 to 7 | 2"), "no row for 8 to 19, between `0 to 7` and `20 or more`"),
        (("0 to 0.5 | 1", "0.7 to 1 | 2"), "no row for 0.6, between `0 to 0.5` and `0.7 to 1`"),
    ],
)
def test_a_gap_between_two_rows_is_told(rows: tuple[str, ...], message: str) -> None:
    assert messages(*rows) == [f"the table “Shares” has {message}"]


def test_only_rows_that_agree_in_their_other_cells_are_compared() -> None:
    headings = "| `k` | Words | `n` | `share` |"
    rows = ("x | w | 0 to 7 | 1", "y | w | 5 to 9 | 2", "x | w | 10 to 12 | 3")
    assert messages(*rows, headings=headings) == [
        "the table “Shares” has no row for 8 to 9, between `0 to 7` and `10 to 12`"
    ]
    assert messages(*rows, "any other | w | any other | 4", headings=headings) == []


def test_a_finding_stands_at_the_row() -> None:
    document = text_of(grant("share > 3") + table("0 to 7 | 1", "6 to 9 | 2"))
    ((_, line, _),) = found_in(document)
    assert document.splitlines()[line - 1] == "| 6 to 9 | 2 |"


def test_a_range_that_ends_before_it_begins_is_an_error() -> None:
    with pytest.raises(PolicyErrors) as errors:
        Policy.parse(text_of(grant("share > 3") + table("9 to 5 | 1")))
    (problem,) = errors.value.problems
    assert (problem.message, problem.expected) == (
        "`9 to 5` ends before it begins",
        "the smaller number first",
    )
