"""Duplicates that were planted among made-up orders are found; and no order is held against all others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.shop.marking import Marked, mark
from benchmarks.shop.planting import COLUMNS, Shop
from benchmarks.shop.stories import (
    STORIES,
    a_double_click,
    a_reseller,
    a_subscription,
    given_back_and_bought_again,
    sold,
)
from makegood.orders.duplicates.files import searched
from makegood.orders.duplicates.files.searching import SOURCE
from makegood.orders.duplicates.searching import LOOK_BACK, query
from tests.orders.sheets import NEEDED, a_sheet, pairs_in
from tests.people import NOON


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """What is found among 20,000 orders."""
    orders = list(sold(20_000, seed=5))
    file = a_sheet(tmp_path_factory.mktemp("planted"), *(order.line() for order in orders), columns=COLUMNS)
    return mark(pairs_in(file), {order.number: order.twin for order in orders if order.twin})


def test_most_of_what_was_planted_is_found(marked: Marked) -> None:
    assert marked.planted > 400
    assert marked.recall() > 0.93
    assert marked.recall(0.5) > 0.8
    assert marked.precision(0.5) > 0.75


def test_who_asks_for_more_confidence_gets_more_precision_and_less_recall(marked: Marked) -> None:
    steps = (0.1, 0.5, 0.8, 0.95)
    assert [marked.precision(step) for step in steps] == sorted(marked.precision(step) for step in steps)
    assert [marked.recall(step) for step in steps] == sorted(
        (marked.recall(step) for step in steps), reverse=True
    )
    assert marked.precision(0.95) > 0.95


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0)])
def test_confidence_says_about_how_often_it_is_right(marked: Marked, low: float, high: float) -> None:
    count, says, is_right = marked.between(low, high)
    assert count > 50
    assert says == pytest.approx(is_right, abs=0.15)


@pytest.mark.parametrize("story", [a_subscription, given_back_and_bought_again, a_reseller])
def test_what_was_meant_is_hardly_ever_likely(tmp_path: Path, story: object) -> None:
    told = {each: how_often for each, how_often in STORIES.items() if each is story}
    orders = list(Shop(3).orders(600, told))
    file = a_sheet(tmp_path, *(order.line() for order in orders), columns=COLUMNS)
    marked = mark(pairs_in(file), {order.number: order.twin for order in orders if order.twin})
    assert sum(confidence >= 0.5 and not right for confidence, right in marked.pairs) <= 6


def test_every_double_click_is_likely_however_much_was_used(tmp_path: Path) -> None:
    orders = list(Shop(4).orders(600, {a_double_click: 1}))
    file = a_sheet(tmp_path, *(order.line() for order in orders), columns=COLUMNS)
    found = mark(pairs_in(file), {order.number: order.twin for order in orders})
    assert found.recall(0.85) == found.precision(0.85) == 1.0


def test_a_made_up_shop_is_the_same_from_the_same_seed() -> None:
    assert list(sold(500, seed=1)) == list(sold(500, seed=1))
    assert list(sold(500, seed=1)) != list(sold(500, seed=2))


def test_a_customer_with_very_many_orders_has_a_pair_for_each_and_no_more(tmp_path: Path) -> None:
    count = 20_000
    lines = (f"A-{n},o@example.com,p,2026-11-22T09:00:{n % 60:02}Z,1,USD" for n in range(count))
    with searched(a_sheet(tmp_path, *lines, columns=NEEDED), at=NOON) as search:
        assert search.count == count - 1
        compared = query(SOURCE, within=timedelta(days=3)).rpartition("SELECT")[0]
        looked_at = search.engine.value(f"{compared} SELECT count(*) FROM near")  # noqa: S608
    assert looked_at == LOOK_BACK * count - LOOK_BACK * (LOOK_BACK + 1) // 2


def steps_of(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The step of a plan, and all that lead to it."""
    yield step
    for child in step["children"]:
        yield from steps_of(child)


def test_orders_are_sorted_once_and_only_looked_up_afterwards(tmp_path: Path) -> None:
    lines = (order.line() for order in sold(5_000, seed=6))
    with searched(a_sheet(tmp_path, *lines, columns=COLUMNS), at=NOON) as search:
        asked = f"EXPLAIN (FORMAT json) {query(SOURCE, within=timedelta(days=3))}"
        ((_, plan),) = search.engine.rows(asked)
    steps = list(steps_of(json.loads(plan)[0]))
    names = [step["name"] for step in steps]
    assert names.count("WINDOW") == 1
    # What is kept while the query runs is the orders close to another one, and the pairs of them.
    kept = [step["children"][0] for step in steps if step["name"] == "CTE"]
    assert all("lines" not in json.dumps(each) or "WINDOW" in json.dumps(each) for each in kept)
    # Only by looking up equals; but for the LOOK_BACK rows that each order is multiplied by.
    joins = [step for step in steps if "JOIN" in step["name"] or step["name"] == "CROSS_PRODUCT"]
    others = [step for step in joins if step["name"] != "HASH_JOIN"]
    assert len(joins) > 5
    assert ["COLUMN_DATA_SCAN" in json.dumps(step) for step in others] == [True]
