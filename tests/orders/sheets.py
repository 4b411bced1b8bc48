"""Files of orders for the tests that search them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from makegood.orders.duplicates.files import FileRefused, searched
from makegood.orders.duplicates.found import Found
from makegood.orders.duplicates.searching import NEAR
from tests.people import NOON

NEEDED = "order_number,email,product,purchased_at,amount,currency"


def a_sheet(folder: Path, *lines: str, columns: str = NEEDED, name: str = "orders.csv") -> Path:
    """A CSV file with these lines of data."""
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in (columns, *lines)), encoding="utf-8")
    return file


def bought(number: str, at: str, **told: str) -> str:
    """A line: Olena bought Mail Sender `at` a time of 23 November 2026, or at a whole moment.

    What else is told replaces the usual, or follows it where it is of no column that is needed.
    """
    usual = {
        "order_number": number,
        "email": "olena@example.com",
        "product": "mail-sender",
        "purchased_at": at if at.startswith("2026") else f"2026-11-23T{at}Z",
        "amount": "79.00",
        "currency": "USD",
    }
    return ",".join((usual | told).values())


def pairs_in(
    file: Path,
    *,
    within: timedelta = NEAR,
    least_points: int | None = None,
    equivalents: Mapping[str, str] | None = None,
) -> list[Found]:
    """What is found in the file, at noon of 23 November 2026."""
    with searched(file, at=NOON, within=within, least_points=least_points, equivalents=equivalents) as search:
        pairs = list(search.pairs())
        assert search.count == len(pairs)
        return pairs


def numbers(pairs: Sequence[Found]) -> list[tuple[str, str]]:
    """The order and the earlier one, of each pair."""
    return [(pair.order.number, pair.other.number) for pair in pairs]


def refusal_of(file: Path) -> list[str]:
    """What is said of a file that is refused."""
    try:
        pairs_in(file)
    except FileRefused as refusal:
        return refusal.sentences
    raise AssertionError(f"{file} was searched.")
