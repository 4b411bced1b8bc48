"""What columns a file has, and reading its lines by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.orders.importing.cells import BadCell, Read, did_you_mean
from makegood.orders.importing.lines import Line
from makegood.orders.importing.problems import Problems, or_words, quoted

Values = dict[str, Any]
"""What the cells of one line say, by column; None: empty, or the column is not in the file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. When `needed`, the header must name it and no line may leave it empty."""

    name: str
    read: Read
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns a kind of file may have.

    `settle` is given the values of a line whose cells are all good; it adds what follows from several of
    them, and raises Unsettled when they do not go together.
    """

    columns: Sequence[Column]
    settle: Callable[[Values], None] = lambda _: None


class Unsettled(ValueError):
    """Two cells of a line do not go together; `column` is the one to look at."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


def rows(sheet: Sheet, lines: Iterator[Line], problems: Problems) -> Iterator[tuple[int, Values, bool]]:
    """The number and values of each line, and whether it is sound; what is not sound is in `problems`.

    A line that is not sound still has the values that could be read, so that other lines may refer to it.
    Raises ImportRefused when the header is wrong, for then no line can be understood.
    """
    columns = _columns(sheet, lines, problems)
    for number, cells in lines:
        if len(cells) != len(columns):
            problems.add(number, "", f"It has {_counted(len(cells), 'cell')}, but the header {len(columns)}.")
            continue
        before = problems.count
        values = _values(columns, cells, number, problems)
        if problems.count == before:
            try:
                sheet.settle(values)
            except Unsettled as refusal:
                problems.add(number, refusal.column, str(refusal))
        yield number, values, problems.count == before


def _values(columns: Sequence[Column], cells: Sequence[str], number: int, problems: Problems) -> Values:
    values: Values = {}
    for column, cell in zip(columns, cells, strict=True):
        stripped = cell.strip()
        if stripped:
            try:
                values[column.name] = column.read(stripped)
            except BadCell as refusal:
                problems.add(number, column.name, str(refusal))
        elif column.needed:
            problems.add(number, column.name, "It is empty.")
    return values


def _columns(sheet: Sheet, lines: Iterator[Line], problems: Problems) -> list[Column]:
    number, header = next(lines, (1, []))
    if not header:
        problems.add(number, "", "The file is empty; its first line names the columns.")
    known = {column.name: column for column in sheet.columns}
    names = [cell.strip() for cell in header]
    _check_header(number, names, known, problems)
    problems.refuse_if_any()
    return [known[name] for name in names]


def _check_header(number: int, names: list[str], known: Mapping[str, Column], problems: Problems) -> None:
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        problems.add(number, "", "The columns are not separated by commas; save the file as CSV with commas.")
        return
    if names and "\x00" in names[0]:
        problems.add(number, "", "The file is not UTF-8 (it looks like UTF-16); save it as CSV in UTF-8.")
        return
    for place, name in enumerate(names):
        if name not in known:
            hint = did_you_mean(name, known.keys() - set(names)) or f" Known are {or_words(known)}."
            problems.add(number, "", f"The column {quoted(name)} is not known.{hint}")
        elif name in names[:place]:
            problems.add(number, name, "The column is there twice.")
    for column in known.values():
        if names and column.needed and column.name not in names:
            problems.add(number, column.name, "The column is missing.")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
