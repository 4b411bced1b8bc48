"""Orders that look like one thing ordered twice: of one member, of the whole desk, of a file in bulk.

`searching` holds the rule and `scoring` the weights; all three ways read them there. See docs/duplicates.md.
"""

from makegood.orders.duplicates.of_a_member import Pair, likely_pairs
from makegood.orders.duplicates.searching import NEAR

__all__ = ["NEAR", "Pair", "likely_pairs"]
