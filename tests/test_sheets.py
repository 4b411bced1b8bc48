"""Tables as CSV files."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money import Money
from makegood.sheets import Value, lines, safe


def read(header: list[str], rows: list[list[str]]) -> list[list[str]]:
    written = b"".join(lines(header, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(written, newline="")))


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_calculate_is_only_shown(begins: str) -> None:
    assert safe(f"{begins}1+1") == f"'{begins}1+1"
    assert read(["Name"], [[f"{begins}1+1"]]) == [["Name"], [f"'{begins}1+1"]]
    assert read([f"{begins}1+1"], [])[0] == [f"'{begins}1+1"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_every_text_comes_through(texts: list[str]) -> None:
    (found,) = read(["A"] * len(texts), [texts])[1:]
    assert [cell.removeprefix("'") for cell in found] == [text.removeprefix("'") for text in texts]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in found)


def test_numbers_are_for_machines_and_money_has_its_currency() -> None:
    row: list[Value] = [
        "Böhm",
        -3,
        Decimal("0.5"),
        date(2026, 11, 23),
        Money(-7900, "USD"),
        Money(500, "JPY"),
        None,
    ]
    written = b"".join(lines(["a"], [row]))
    assert written.startswith(b"\xef\xbb\xbfa\r\n")
    assert written.decode("utf-8-sig").splitlines()[1] == "Böhm,-3,0.5,2026-11-23,-79.00,USD,500,JPY,"
