"""Tables that rules look up: by several keys, by range, with a row for the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from makegood.policy import Policy, PolicyErrors

HEAD = """---
policy: small
version: "1"
in_force_from: 2020-01-01
calendar: Europe/Kyiv
currency: USD
---
# Small policy

## 1. All {#all}

We refund `paid` when **all** of these hold:

- it holds. `TRUE`

## Facts {#facts}

| Fact | Kind | Who tells us |
|---|---|---|
| `product` | text | order |
| `country` | text | order |
| `annual` | yes/no | order |
| `bought_on` | date | order |
| `asked_on` | date | request |
| `paid` | money | order |

## Terms {#terms}

| Term | Rule |
|---|---|
| `used` | `days(bought_on, asked_on)` |
| `it` | `RULE` |

## Table {#table}

"""
STEPS = """| `used` | `percentage` |
|---|---|
| up to 7 | 100 |
| 8 to 14 | 50 |
| 15 or more | 0 |
"""
WINDOWS = """| `product` | `annual` | Window | `window` |
|---|---|---|---|
| hosting | yes | long | 30 |
| hosting | any other | short | 14 |
| any other | any other | none | 0 |
"""
FEES = """| `country` | `fee` | `law` | `free` | `since` |
|---|---|---|---|---|
| BR | 10.00 USD | local | yes | 2026-01-01 |
| DE | | European | no | unknown |
"""


def value(table: str, rule: str, **facts: object) -> Any:
    """Return what a rule comes to beside a table."""
    return Policy.parse(HEAD.replace("RULE", rule) + table).term("it", facts)


@pytest.mark.parametrize(
    ("asked_on", "percentage"),
    [("2026-11-02", 100), ("2026-11-09", 100), ("2026-11-10", 50), ("2026-11-16", 50), ("2026-11-17", 0)],
)
def test_a_row_is_found_by_a_range_of_a_term(asked_on: str, percentage: int) -> None:
    facts = {"bought_on": "2026-11-02", "asked_on": asked_on, "paid": "80.00"}
    assert value(STEPS, "paid * percentage / 100", **facts) == 80 * percentage // 100


@pytest.mark.parametrize(
    ("product", "annual", "window"),
    [("hosting", True, 30), ("hosting", False, 14), ("domain", True, 0), ("hosting", None, None)],
)
def test_a_row_is_found_by_several_keys_the_named_before_the_rest(
    product: str, annual: bool | None, window: int | None
) -> None:
    assert value(WINDOWS, "window", product=product, annual=annual) == window


@pytest.mark.parametrize(
    ("rule", "country", "expected"),
    [
        ("fee", "BR", Decimal("10.00")),
        ("fee", "DE", None),
        ("law = 'local'", "BR", True),
        ("free", "DE", False),
        ("since <= DATE '2026-11-23'", "BR", True),
        ("since <= DATE '2026-11-23'", "DE", None),
        ("free", "FR", None),
    ],
)
def test_a_cell_is_an_amount_a_text_yes_or_no_or_a_date(rule: str, country: str, expected: object) -> None:
    assert value(FEES, rule, country=country) == expected


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (STEPS.replace("8 to 14", "a week"), "`a week` names no numbers"),
        (STEPS.replace("| 50 |", "| half |"), "`half` is not a number"),
        (STEPS.replace("`used`", "`usd`"), "rows cannot be found by `usd`"),
        (STEPS.replace("`used`", "`asked_on`"), "rows cannot be found by a date"),
        (STEPS.replace("`percentage`", "`paid`"), "rows cannot be found by an amount of money"),
        (WINDOWS.replace("| any other | any other |", "| hosting | yes |"), "`hosting, yes` has two rows"),
        (WINDOWS.replace("| hosting | yes |", "| hosting | maybe |"), "`maybe` is neither yes nor no"),
        (FEES.replace("USD", "EUR"), "`10.00 EUR` is not an amount of money"),
    ],
)
def test_a_table_that_cannot_be_meant_is_an_error(table: str, message: str) -> None:
    rule = "percentage" if "percentage" in table else "window" if "window" in table else "fee"
    with pytest.raises(PolicyErrors) as errors:
        value(table, rule if rule in table else "used")
    assert message in str(errors.value)


def test_a_table_cannot_be_looked_up_by_what_is_reckoned_from_it() -> None:
    with pytest.raises(PolicyErrors, match="looks up a table by `it`"):
        value(STEPS.replace("`used`", "`it`"), "percentage + 1")


LANDS = """| `country` | `window` |
|---|---|
| BR, AR | 7 |
| any other | 30 |
"""


@pytest.mark.parametrize(("country", "window"), [("BR", 7), ("AR", 7), ("DE", 30), ("BR, AR", 30)])
def test_a_key_cell_may_name_several_texts(country: str, window: int) -> None:
    assert value(LANDS, "window", country=country) == window


def test_a_text_named_in_two_rows_is_told() -> None:
    with pytest.raises(PolicyErrors, match="`AR` has two rows"):
        value(LANDS.replace("| any other", "| AR | 14 |\n| any other"), "window")
