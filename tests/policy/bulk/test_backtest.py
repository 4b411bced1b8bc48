"""A back-test is the sum of what `decide` says of each row, at least and at most."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from makegood.policy import Outcome, Policy, Why, decide
from makegood.policy.bulk.backtest import Backtest, Interval, backtest, before, more, refunded
from makegood.policy.bulk.chart import Bar, chart
from makegood.policy.bulk.errors import BulkError, WrongColumn
from tests.policy.bulk.engines import Case, every_engine, put_to
from tests.policy.documents import grant, listed, policy_of, text_of

LISTS = "We do not refund when **any** of these hold:\n\n" + listed("spam")


def policy_within(days: int) -> Policy:
    """Return a policy that refunds within so many days, once b was confirmed."""
    rule = f"days(bought_on, asked_on) <= {days}"
    return policy_of(f"We refund `paid` when **all** of these hold:\n\n{listed(rule, 'b')}", LISTS)


def cases() -> list[Case]:
    """Return cases bought in two months and asked for on several days, b confirmed, denied or unknown."""
    found: list[Case] = []
    bought = ("2026-11-02", "2026-12-02")
    for day, later, b in product(bought, (0, 13, 14, 29, 30), (True, False, None)):
        asked = f"{day[:8]}{2 + later:02}" if later < 29 else f"{day[:5]}12-{later - 28:02}"
        case = {"bought_on": day, "asked_on": asked, "b": b, "k": "x", "paid": "10.005", "currency": "EUR"}
        found.append({name: value for name, value in case.items() if value is not None})
    return found


def found_by(name: str, folder: Path, rows: Sequence[Case], by: Sequence[str] = ()) -> Backtest:
    """Back-test 14 days against 30."""
    new, old = policy_within(14), policy_within(30)
    with put_to(name, new, rows, folder) as engine:
        return backtest(new, engine, against=old, by=by)


def bounds(policy: Policy, case: Case) -> tuple[Decimal, Decimal]:
    """What the case refunds with b denied or confirmed: here nothing else is ever unknown."""
    ends = [case] if "b" in case else [{**case, "b": b} for b in (True, False)]
    amounts = [decide(policy, end).amount or Decimal(0) for end in ends]
    return min(amounts), max(amounts)


@every_engine
def test_the_interval_is_the_sum_of_what_each_row_can_come_to(engine: str, tmp_path: Path) -> None:
    rows = cases()
    found = found_by(engine, tmp_path, rows)
    new, old = policy_within(14), policy_within(30)
    of_new, of_old = [bounds(new, row) for row in rows], [bounds(old, row) for row in rows]
    totals = refunded(found.groups, "EUR"), before(found.groups, "EUR")
    assert found.rows == len(rows)
    for total, ends in zip(totals, (of_new, of_old), strict=True):
        assert total.least == sum(least for least, _ in ends)
        assert total.most == sum(most for _, most in ends)
    assert totals[0].least < totals[0].most


@every_engine
def test_a_row_that_the_change_does_not_touch_makes_no_difference(engine: str, tmp_path: Path) -> None:
    untouched = [row for row in cases() if bounds(policy_within(14), row) == bounds(policy_within(30), row)]
    touched = [row for row in cases() if row not in untouched]
    assert any("b" not in row for row in untouched)
    change = more(found_by(engine, tmp_path, untouched).groups, "EUR")
    assert change.least == change.most == 0
    change = more(found_by(engine, tmp_path, touched).groups, "EUR")
    certain = [row for row in touched if "b" in row]
    assert change.most == -sum(bounds(policy_within(30), row)[0] for row in certain)
    assert change.least == -sum(bounds(policy_within(30), row)[1] for row in touched)
    assert change.least < change.most < 0


@every_engine
def test_rows_told_apart_by_clause_month_and_fact(engine: str, tmp_path: Path) -> None:
    found = found_by(engine, tmp_path, cases(), ("clause", "month", "k"))
    assert {month: sum(group.rows for group in groups) for month, groups in found.by("month").items()} == {
        "2026-11": 15,
        "2026-12": 15,
    }
    assert list(found.by("k")) == ["x"]
    refusing = [g for g in found.by("clause")["1"] if g.outcome is Outcome.INELIGIBLE]
    assert sum(group.rows for group in refusing) == sum(
        decide(policy_within(14), row).outcome is Outcome.INELIGIBLE for row in cases()
    )


@every_engine
def test_a_row_without_a_bound_is_counted_and_not_guessed(engine: str, tmp_path: Path) -> None:
    rows = [{"bought_on": "2026-11-02", "asked_on": "2026-11-03", "currency": "EUR"}]
    total = refunded(found_by(engine, tmp_path, rows).groups, "EUR")
    assert total.least == total.most == 0
    assert total.unbounded == 1


@every_engine
def test_why_a_row_is_open(engine: str, tmp_path: Path) -> None:
    policy = policy_of(f"Applies to requests with `c`.\n\n{grant('a')}", LISTS)
    rows: list[Case] = [{"c": False}, {"c": True, "paid": "1", "currency": "EUR"}]
    with put_to(engine, policy, rows, tmp_path) as put:
        found = backtest(policy, put)
    assert {group.why for group in found.groups} == {Why.NOT_COVERED, Why.TO_ESTABLISH}


@every_engine
def test_a_thing_that_is_no_fact_is_refused(engine: str, tmp_path: Path) -> None:
    with pytest.raises(BulkError, match="`colour` is neither clause nor month nor a fact"):
        found_by(engine, tmp_path, cases(), ("colour",))


@every_engine
def test_a_column_of_the_wrong_type_is_refused_by_name(engine: str, tmp_path: Path) -> None:
    wrong, right = policy_within(14), policy_within(14).text.replace("| `b` | yes/no |", "| `b` | date |")
    dated = Policy.parse(right.replace("- it holds. `b`", "- it holds. `told(b)`"))
    with (
        put_to(engine, dated, [{"b": "2026-11-02"}], tmp_path) as put,
        pytest.raises(WrongColumn, match=r"The column `b` holds .*; its fact needs yes or no"),
    ):
        backtest(wrong, put)


@every_engine
def test_a_value_that_is_no_choice_is_refused_by_name(engine: str, tmp_path: Path) -> None:
    wider = Policy.parse(policy_within(14).text.replace("choice: x, y, z", "choice: x, y, z, w"))
    policy = policy_of(grant("k = 'x'"))
    with (
        put_to(engine, wider, [{"k": "w"}], tmp_path) as put,
        pytest.raises(WrongColumn, match="The column `k` holds something else than its choices: x, y, z"),
    ):
        backtest(policy, put)


def test_a_chart_shows_each_bar_and_escapes_its_label(tmp_path: Path) -> None:
    found = found_by("duckdb", tmp_path, cases())
    drawn = chart("Change <14 days>", "EUR", [Bar("a & b", more(found.groups, "EUR"))])
    assert "Change &lt;14 days&gt;" in drawn
    assert "a &amp; b" in drawn
    assert drawn.count("<rect") == 5  # the ground, two of the legend, what is open and what is certain


@every_engine
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_no_engine_rounds_to_more_than_was_paid(engine: str, currency: str, tmp_path: Path) -> None:
    text = text_of(grant("TRUE", amount="amount_paid")).replace("| `paid` |", "| `amount_paid` |")
    policy, paid = Policy.parse(text), Decimal("33.335")
    case = {"amount_paid": str(paid), "currency": currency}
    amount = decide(policy, case).amount
    assert amount is not None
    assert amount <= paid < amount + 1
    with put_to(engine, policy, [case], tmp_path) as rows:
        (group,) = backtest(policy, rows).groups
    assert group.refunded == Interval(amount, amount)
