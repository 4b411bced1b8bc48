"""Searching a file of orders in bulk, CSV or Parquet, without a database: DuckDB reads and sorts.

What the columns are is told in docs/duplicates.md.
"""

from makegood.orders.duplicates.files.equivalents import read_equivalents
from makegood.orders.duplicates.files.refusals import BulkMissing, FileRefused, NoRoom
from makegood.orders.duplicates.files.searching import SearchedFile, searched

__all__ = ["BulkMissing", "FileRefused", "NoRoom", "SearchedFile", "read_equivalents", "searched"]
