"""How large a document may be: what people can still read, and a machine reads within seconds."""

from __future__ import annotations

LARGEST = 2_000_000  # characters
LONGEST_HEAD = 20_000  # characters
MOST_LINES = 50_000
MOST_BARS = 150_000
"""Bars between the cells of tables: each cell takes a kilobyte while it is read."""
MOST_SECTIONS = 1_000
LONGEST_PARAGRAPH = 120_000  # characters; of a heading, an item and a cell too
MOST_OF_RULES = 250_000
"""Characters of all rules of a document together; each is parsed, checked, weighed and written as code."""
LONGEST_RULE = 1_000  # characters
MOST_PROVED = 5_000
"""Rules and rows of tables that a solver is told; it takes no time limit while it is told them."""
DEEPEST_RULE = 100  # operations inside one another; every engine follows a rule as deep as it is nested
MOST_NAMES = 500
"""Names a term may come down to; each that is made of two before it doubles what has to be followed."""
