"""Reading a CSV file line by line, as the import does, to tell what is wrong or to write it down anew."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from makegood.orders.duplicates.files.columns import UNREAD
from makegood.orders.duplicates.files.engine import Progress
from makegood.orders.duplicates.files.refusals import FileRefused
from makegood.orders.importing.lines import Line, lines_of
from makegood.orders.importing.problems import ImportRefused, Problems
from makegood.orders.importing.sheets import Sheet, rows

CHECKING = "Checking line by line"
_MEGABYTE = 1024 * 1024


def header_of(path: Path, sheet: Sheet) -> tuple[int, list[str]]:
    """The line of the header, from 1, and the columns it names. Raises FileRefused when they are wrong."""
    problems = Problems()
    with path.open("rb") as file:
        number, cells = next(lines_of(file, problems), (1, list[str]()))
    if problems.count:
        raise FileRefused.because(problems)
    check_names(sheet, number, cells)
    return number, [cell.strip() for cell in cells]


def check_names(sheet: Sheet, number: int, names: list[str], *, unit: str = "line") -> None:
    """Raise FileRefused, of line `number`, when the columns are not those of the `sheet`."""
    try:
        list(rows(sheet, iter([(number, names)]), Problems()))
    except ImportRefused as refusal:
        raise FileRefused.of_import(refusal, unit=unit) from None


def write_anew(path: Path, clean: Path, sheet: Sheet, progress: Progress) -> list[str]:
    """Write what the CSV file at `path` says to `clean`, in the plainest form, and return the columns in it.

    Every line of data becomes one line, in the same order. Raises FileRefused when the file has problems.
    """
    problems = Problems()
    _, header = header_of(path, sheet)
    names = [name for name in header if name not in UNREAD]
    with path.open("rb") as file, clean.open("w", encoding="utf-8", newline="") as written:
        lines = lines_of(_Watched(file, path.stat().st_size, progress), problems)
        out = csv.writer(written, lineterminator="\n")
        out.writerow(names)
        for _, values, sound in rows(sheet, lines, problems):
            if sound and not problems.count:
                out.writerow(_said(values.get(name)) for name in names)
    if problems.count:
        raise FileRefused.because(problems)
    return names


def numbers_of(path: Path, places: Iterable[int]) -> dict[int, int]:
    """The numbers of the lines of data that stand at `places` (from 0) in a file without problems."""
    wanted = set(places)
    with path.open("rb") as file:
        data = _after_the_header(lines_of(file, Problems()))
        return {place: number for place, (number, _) in enumerate(data) if place in wanted}


def _after_the_header(lines: Iterator[Line]) -> Iterator[Line]:
    next(lines)
    return lines


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)


class _Watched:
    """A file that tells its progress every megabyte."""

    def __init__(self, file: IO[bytes], size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self._read = self._told = 0

    def readline(self, limit: int) -> bytes:
        """The next line, or its first `limit` bytes."""
        raw = self._file.readline(limit)
        self._read += len(raw)
        if self._read >= self._told:
            self._progress(CHECKING, min(self._read / self._size, 1) if self._size else None)
            self._told = self._read + _MEGABYTE
        return raw
