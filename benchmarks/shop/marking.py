"""How good a search for duplicates is, where it is known which orders were planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it needs Django set up
    from makegood.orders.duplicates.found import Found


@dataclass(frozen=True, slots=True)
class Marked:
    """Pairs with their confidence, and whether each is right; `planted` is how many there are to find."""

    pairs: Sequence[tuple[float, bool]]
    planted: int

    def precision(self, least: float = 0) -> float:
        """The share of the pairs of at least this confidence that are right; 1 when there are none."""
        right = [is_right for confidence, is_right in self.pairs if confidence >= least]
        return sum(right) / len(right) if right else 1.0

    def recall(self, least: float = 0) -> float:
        """The share of what was planted that is found with at least this confidence."""
        return sum(is_right for confidence, is_right in self.pairs if confidence >= least) / self.planted

    def between(self, low: float, high: float) -> tuple[int, float, float]:
        """Of the confidences from `low` to below `high`: how many, what they say on average, and how many of
        them are right.
        """
        those = [(confidence, right) for confidence, right in self.pairs if low <= confidence < high]
        count = max(len(those), 1)
        return len(those), sum(c for c, _ in those) / count, sum(r for _, r in those) / count


def mark(pairs: Iterable[Found], twins: Mapping[str, str]) -> Marked:
    """Mark the pairs. `twins` names, for each order of which one was meant, what they share."""
    planted = sum(count - 1 for count in Counter(twins.values()).values())
    return Marked(
        [
            (pair.confidence, twins.get(pair.order.number, "") == twins.get(pair.other.number, None))
            for pair in pairs
        ],
        planted,
    )
