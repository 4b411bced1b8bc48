"""Charts as SVG: only where each bar begins and how long it is; the templates draw, the styles colour.

Widths are percent of the chart, so that it fits any screen while its words keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROW_HEIGHT = 40
"""Of a chart of bars: the words above the bar and the bar, in pixels."""
COLUMNS_HEIGHT = 160
_GAP = 0.24  # of the width that one column has
_WHOLE = 100


@dataclass(frozen=True)
class Bar:
    """One bar, `width` percent long, with `words` left and `value` right above it; it begins at `top`."""

    words: str
    value: str
    width: float
    top: int

    @property
    def baseline(self) -> int:
        """Where the words stand."""
        return self.top + 14

    @property
    def bar_top(self) -> int:
        """Where the bar begins."""
        return self.top + 20


@dataclass(frozen=True)
class Bars:
    """Lying bars, one below the other."""

    title: str
    description: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """In pixels."""
        return ROW_HEIGHT * len(self.bars)


@dataclass(frozen=True)
class Column:
    """What stands at one place of a chart over time: a piece for each series."""

    name: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Piece:
    """One column of one series, the first of them 0: left edge and width in percent, the rest in pixels."""

    series: int
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class Columns:
    """Standing columns over time, at each place one of each series; `most`: what the highest stands for."""

    title: str
    description: str
    series: Sequence[str]
    columns: Sequence[Column]
    most: int
    height: int = COLUMNS_HEIGHT

    @property
    def last_name(self) -> str:
        """Where the chart ends."""
        return self.columns[-1].name if self.columns else ""


def bars(title: str, description: str, rows: Sequence[tuple[str, int, str]]) -> Bars:
    """Bars for (words, number, the number in words); less than nothing is drawn as nothing."""
    most = max((number for _words, number, _value in rows), default=0)
    drawn = [
        Bar(words, value, _percent(number, most), ROW_HEIGHT * place)
        for place, (words, number, value) in enumerate(rows)
    ]
    return Bars(title, description, drawn)


def columns(
    title: str, description: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Columns:
    """Columns for (name of the place, the number of each series)."""
    most = max((number for _name, numbers in rows for number in numbers), default=0)
    step = _WHOLE / max(len(rows), 1)
    wide = step * (1 - _GAP) / max(len(series), 1)
    drawn = [
        Column(
            name, [_piece(n, place * step + n * wide, wide, number, most) for n, number in enumerate(numbers)]
        )
        for place, (name, numbers) in enumerate(rows)
    ]
    return Columns(title, description, series, drawn, most)


def _piece(series: int, left: float, width: float, number: int, most: int) -> Piece:
    height = COLUMNS_HEIGHT * _percent(number, most) / _WHOLE
    return Piece(series, round(left, 3), round(width, 3), round(COLUMNS_HEIGHT - height, 2), round(height, 2))


def _percent(number: int, most: int) -> float:
    return round(_WHOLE * max(number, 0) / most, 2) if most > 0 else 0.0
