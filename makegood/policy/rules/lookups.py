"""Tables that rules look up: by one key or several, by exact value or by range, with a row for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from makegood.policy.errors import Span
from makegood.policy.rules.types import Type

ANY = "*"
"""A key cell that stands for every value no other row names."""


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from `low` to `high`, both inside; None is without end."""

    low: Decimal | None
    high: Decimal | None

    def holds(self, number: Decimal | Fraction) -> bool:
        """Return whether a number lies inside."""
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


Key = str | bool | Decimal | Range
"""What one key cell names: a text, yes or no, a number, a range of numbers, or ANY."""


@dataclass(frozen=True, slots=True)
class Written:
    """A cell of a table as it is written, and where."""

    text: str
    span: Span


@dataclass(frozen=True)
class Column:
    """One column of a table: `keys` are the facts and terms that find a row.

    `rows` maps the key cells of each row to its value (None: the cell is empty, the value unknown), in the
    order of the document; `sayings` are the rows in words. The first row that fits is taken, one that names a
    value before one for the rest. `written`: the key cells of each row as the document says them.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    rows: Mapping[tuple[Key, ...], Any]
    sayings: Mapping[tuple[Key, ...], str]
    type: Type = Type.NUMBER
    written: Mapping[tuple[Key, ...], Sequence[Written]] = field(default_factory=dict)

    def row(self, values: Sequence[Any]) -> tuple[Key, ...] | None:
        """Return the key cells of the row for these values; None when one is unknown or no row fits."""
        if any(value is None for value in values):
            return None
        exact = tuple(values)
        if self._is_exact and exact in self.rows:
            return exact
        return next((cells for cells in self.ordered if _fits(cells, values)), None)

    def value(self, values: Sequence[Any]) -> Any:
        """Return the value in the row for these values, None when there is none."""
        cells = self.row(values)
        return None if cells is None else self.rows[cells]

    @cached_property
    def ordered(self) -> tuple[tuple[Key, ...], ...]:
        """The rows with the fewest cells for the rest first, else in the order of the document."""
        return tuple(sorted(self.rows, key=lambda cells: cells.count(ANY)))

    @cached_property
    def _is_exact(self) -> bool:
        return not any(isinstance(cell, Range) for cells in self.rows for cell in cells)


def _fits(cells: Sequence[Key], values: Sequence[Any]) -> bool:
    return all(_matches(cell, value) for cell, value in zip(cells, values, strict=True))


def _matches(cell: Key, value: Any) -> bool:
    if cell == ANY:
        return True
    return cell.holds(value) if isinstance(cell, Range) else bool(cell == value)
