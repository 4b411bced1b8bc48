"""What people write who mean something else is told: gaps between ranges, demands on every request."""

from __future__ import annotations

import pytest

from makegood.policy import Policy
from makegood.policy.checks import check
from tests.policy.checks.documents import found
from tests.policy.documents import grant, policy_of, text_of

NEEDED = "\nWe need from you **all** of these:\n\n- how many. `told(n)`\n"


def policy_with(key: str, *rows: str) -> Policy:
    term = f"\n## Terms\n\n| Term | Rule |\n|---|---|\n| `left` | `{key}` |\n"
    lines = "".join(f"| {row} | 1 |\n" for row in rows)
    table = f"\n## Steps\n\n| `left` | `share` |\n|---|---|\n{lines}"
    return Policy.parse(text_of(grant("share > 0")) + term + table)


def test_a_gap_into_which_a_fraction_falls_is_told() -> None:
    told = found(check(policy_with("n / 2", "24 or more", "0 to 5", "6 to 23")), "gap between rows")
    assert told[0].startswith("the table “Steps” has no row for `left` between ")
    assert sorted(each.rpartition("between ")[2] for each in told) == ["23 and 24", "5 and 6"]


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ("n / 2", ("24 or more", "up to 24")),
        ("n / 2", ("24 or more", "up to 23", "any other")),
        ("n / 2", ("24 or more", "0 to 23", "up to 30")),
        ("days(bought_on, asked_on)", ("24 or more", "up to 23")),
        ("floor(n / 2)", ("24 or more", "up to 23")),
    ],
)
def test_ranges_that_leave_nothing_out_are_not_told(key: str, rows: tuple[str, ...]) -> None:
    assert found(check(policy_with(key, *rows)), "gap between rows") == []


def test_what_a_clause_demands_of_every_request_is_told() -> None:
    told = found(check(policy_of(grant("a"), grant("b") + NEEDED)), "demand on every request")
    assert told == ["2(b) must hold for every refund, also one by clause 1"]


def test_a_demand_of_a_clause_that_says_what_it_applies_to_is_not_told() -> None:
    alone = "Applies to requests with `k = 'x'`.\n\n" + grant("b") + NEEDED
    for clauses in ((grant("a"), alone), (grant("a"), NEEDED.strip() + "\n"), (grant("b") + NEEDED,)):
        assert found(check(policy_of(*clauses)), "demand on every request") == []


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        ("| Example | Facts | Decision |\n|---|---|---|\n| It | `a=yes` | refuse |\n", "Case"),
        ("| Name | Rule |\n|---|---|\n| `half` | `paid / 2` |\n", "Term"),
        ("| Case | Facts | Decision |\n|---|---|---|\n| It | `a=no` | refuse |\n", ""),
        ("| Country | Holidays |\n|---|---|\n| Brazil | many |\n", ""),
    ],
)
def test_a_table_that_is_read_by_nobody_is_told(table: str, meant: str) -> None:
    policy = Policy.parse(text_of(grant("a")) + "\n## More\n\n" + table)
    told = [each.what_to_do for each in check(policy) if each.about == "table not read"]
    assert told == ([f"write `{meant}` there, or call the other headings otherwise"] if meant else [])
