"""Where the bars of a chart begin, and how long they are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from makegood.desk.charts import COLUMNS_HEIGHT, ROW_HEIGHT, bars, columns

NUMBERS = st.lists(st.integers(-5, 1_000_000), max_size=20)


@given(NUMBERS)
def test_bars_are_as_long_as_their_numbers(numbers: list[int]) -> None:
    drawn = bars("", "", [("", number, str(number)) for number in numbers])
    most = max([*numbers, 0])
    for bar, number in zip(drawn.bars, numbers, strict=True):
        assert abs(bar.width - (100 * max(number, 0) / most if most else 0)) <= 0.01
        assert bar.top <= bar.baseline < bar.bar_top < bar.top + ROW_HEIGHT <= drawn.height


@given(st.lists(st.tuples(st.integers(-5, 1000), st.integers(-5, 1000)), max_size=40))
def test_columns_stand_side_by_side_in_their_chart(rows: list[tuple[int, int]]) -> None:
    drawn = columns("", "", ["a", "b"], [("", row) for row in rows])
    pieces = [piece for column in drawn.columns for piece in column.pieces]
    for piece in pieces:
        assert -0.01 <= piece.top <= COLUMNS_HEIGHT + 0.01
        assert abs(piece.top + piece.height - COLUMNS_HEIGHT) <= 0.02
        assert piece.left + piece.width <= 100.01
    for left, right in pairwise(pieces):
        assert left.left + left.width <= right.left + 0.01
