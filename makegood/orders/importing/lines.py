"""From the bytes of a CSV file to the cells of its lines, one line at a time."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import Protocol

from makegood.orders.importing.problems import Problems

MAX_LINE_BYTES = 64 * 1024
"""A longer line is no order; reading it whole would let a file decide how much memory is used."""

Line = tuple[int, list[str]]


class File(Protocol):
    """What is read: an open binary file, or what stands in for one."""

    def readline(self, limit: int, /) -> bytes:
        """The next line, or its first `limit` bytes; empty at the end."""


def lines_of(file: File, problems: Problems) -> Iterator[Line]:
    """The number (from 1) and the cells of each line that is not blank (RFC 4180, UTF-8, BOM or not).

    A record is one line: no column holds a line break, and so a quotation mark that is never closed spoils
    its own line and no other. Lines that cannot be read are added to `problems`.
    """
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) > MAX_LINE_BYTES:
            _skip_to_the_end_of_the_line(file, raw)
            problems.add(number, "", f"The line is longer than {MAX_LINE_BYTES:,} bytes.")
            continue
        # Bytes that are not UTF-8 become surrogates, which no cell may hold: each is told with its column.
        text = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
        if not text.strip():
            continue
        try:
            yield number, _cells(text)
        except csv.Error:
            problems.add(number, "", _QUOTES)


_QUOTES = (
    "The quotation marks do not match. A cell in quotation marks ends on its line, with a comma after it; "
    "a quotation mark inside it is written twice."
)


def _cells(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    return next(csv.reader([text], strict=True))


def _skip_to_the_end_of_the_line(file: File, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(MAX_LINE_BYTES)
