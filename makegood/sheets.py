"""Tables as CSV files, which no program that opens them takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from makegood.money import Money

Value = str | int | Decimal | date | Money | None
"""What a cell holds; None: nothing."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, as OWASP lists it (CSV Injection)."""
BYTE_ORDER_MARK = "\ufeff"
"""By this, spreadsheets see that the file is UTF-8."""


class _Piece(Protocol):
    def write(self, text: str) -> str: ...


class _Passed:
    """A file that keeps nothing: what is written comes straight back."""

    def write(self, text: str) -> str:
        return text


def lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The file, line by line, in UTF-8. Money takes two cells: the exact decimal amount and the currency.

    So the `header` has two words for a column of money. A text that a spreadsheet would calculate begins with
    an apostrophe; numbers are written as they are, with a point.
    """
    passed: _Piece = _Passed()
    writer = csv.writer(passed, lineterminator="\r\n")
    yield (BYTE_ORDER_MARK + _line(writer, header)).encode()
    for row in rows:
        yield _line(writer, [cell for value in row for cell in _cells(value)]).encode()


def safe(text: str) -> str:
    """`text`, so that a spreadsheet shows it and never calculates it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _line(writer: object, cells: Sequence[str | int | Decimal]) -> str:
    written: str = writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])  # type: ignore[attr-defined]
    return written


def _cells(value: Value) -> Sequence[str | int | Decimal]:
    if isinstance(value, Money):
        return value.decimal, value.currency
    if isinstance(value, date):
        return (value.isoformat(),)
    return ("" if value is None else value,)
