"""The confidence of a pair: what raises it, what lowers it, and that docs/duplicates.md tells all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.orders.duplicates.scoring import ALL, BASE, LEAST, MOST, TIME, confidence, points_for
from tests.orders.sheets import NEEDED, a_sheet, bought, pairs_in

DOCS = Path(__file__).parents[2] / "docs" / "duplicates.md"


def points(folder: Path, one: dict[str, str], other: dict[str, str], at: str = "09:30:00") -> int:
    """The points of two orders half an hour apart, of which this is told."""
    columns = ",".join(dict.fromkeys([*NEEDED.split(","), *one]))
    (pair,) = pairs_in(
        a_sheet(folder, bought("A-1", "09:00:00", **one), bought("A-2", at, **other), columns=columns)
    )
    return pair.points


def test_the_nearer_the_likelier(tmp_path: Path) -> None:
    times = ["09:00:00", "09:01:00", "09:01:01", "09:10:00", "09:10:01", "10:00:00", "10:00:01", "11:59:59"]
    found = [points(tmp_path, {}, {}, at) for at in times]
    assert found == sorted(found, reverse=True)
    assert [found[0] == found[1], found[1] > found[2], found[3] > found[4], found[5] > found[6]] == [True] * 4
    assert [case.points for case in TIME.cases] == sorted((case.points for case in TIME.cases), reverse=True)


@pytest.mark.parametrize(
    ("likelier", "less_likely"),
    [
        ({"amount": "79.00"}, {"amount": "79.01"}),
        ({"currency": "USD"}, {"currency": "EUR"}),
        ({"method_label": "Visa 1"}, {"method_label": ""}),
        ({"method_label": ""}, {"method_label": "Visa 2"}),
        ({"payment_fingerprint": "f1"}, {"payment_fingerprint": "f2"}),
        ({"ip": "198.18.0.1"}, {"ip": ""}),
        ({"ip": ""}, {"ip": "198.18.0.2"}),
        ({"quantity": "1"}, {"quantity": "2"}),
        ({"recipient": "Ann"}, {"recipient": "Ben"}),
        ({"recipient": "Ann"}, {"recipient": ""}),
        ({"used": "0"}, {"used": ""}),
        ({"used": ""}, {"used": "7"}),
        ({"renews": "A-0"}, {"renews": ""}),
        ({"renews": ""}, {"renews": "B-0"}),
    ],
)
def test_what_makes_a_pair_less_likely(
    tmp_path: Path, likelier: dict[str, str], less_likely: dict[str, str]
) -> None:
    (column,) = likelier
    usual = {
        "amount": "79.00",
        "currency": "USD",
        "method_label": "Visa 1",
        "payment_fingerprint": "f1",
        "ip": "198.18.0.1",
        "quantity": "1",
        "recipient": "Ann",
        "used": "7",
        "renews": "A-0",
    }
    one = {column: usual[column]}
    assert points(tmp_path, one, likelier) > points(tmp_path, one, less_likely)


def test_the_same_card_counts_however_it_is_called(tmp_path: Path) -> None:
    one = {"payment_fingerprint": "f1", "method_label": "Visa 1"}
    other = {"payment_fingerprint": "f1", "method_label": "Visa 4242"}
    assert points(tmp_path, one, other) == points(tmp_path, one, one)


def test_the_usage_of_one_subscription_says_nothing_of_its_two_renewals(tmp_path: Path) -> None:
    unused, used = {"renews": "A-0", "used": "0"}, {"renews": "A-0", "used": "9"}
    assert points(tmp_path, used, used) == points(tmp_path, unused, unused)


def test_who_buys_it_often_rather_meant_it(tmp_path: Path) -> None:
    often = [bought(f"B-{day}", f"2026-11-{day:02}T09:00:00Z") for day in (2, 9, 16)]
    once = a_sheet(tmp_path, bought("A-1", "09:00:00"), bought("A-2", "09:30:00"))
    (alone,) = pairs_in(once)
    again = a_sheet(tmp_path, *often, bought("A-1", "09:00:00"), bought("A-2", "09:30:00"), name="often.csv")
    (among,) = pairs_in(again)
    assert among.points < alone.points
    assert among.reason == f"{alone.reason}; the customer buys it often"


def test_many_clicks_are_no_habit(tmp_path: Path) -> None:
    clicks = [bought(f"A-{second}", f"09:00:{second:02}") for second in range(9)]
    assert {pair.reason for pair in pairs_in(a_sheet(tmp_path, *clicks))} == {
        "Same product, same price, less than a minute apart"
    }


def test_confidence_rises_with_the_points_and_is_never_certain() -> None:
    said = [confidence(points) for points in range(-200, 200)]
    assert said == sorted(said)
    assert (said[0], confidence(0), said[-1]) == (LEAST, 0.5, MOST)


@pytest.mark.parametrize("least", [0.0, 0.01, 0.5, 0.8, 0.99])
def test_the_fewest_points_for_a_confidence(least: float) -> None:
    fewest = points_for(least)
    assert confidence(fewest) >= least
    assert least <= LEAST or confidence(fewest - 1) < least


def test_the_page_tells_every_weight() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert f"begins with {BASE / 10:+.1f}".replace("-", "−") in page
    rows = {
        tuple(cell.strip() for cell in line.split("|")[1:3]) for line in page.splitlines() if line[:1] == "|"
    }
    for case in (case for evidence in ALL for case in evidence.cases if case.words):
        weight = f"{case.points / 10:+.1f}".replace("-", "−") if case.points else "0"
        assert (case.words, weight) in rows
