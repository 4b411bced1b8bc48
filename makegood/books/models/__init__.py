"""The rows of the books: what providers reported, what differs from ours, and the credit notes."""

from makegood.books.models.difference import Difference, DifferenceKind, DifferenceState
from makegood.books.models.report import Match, MatchedSum, Report, ReportedMovement, Source

__all__ = [
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "Match",
    "MatchedSum",
    "Report",
    "ReportedMovement",
    "Source",
]
