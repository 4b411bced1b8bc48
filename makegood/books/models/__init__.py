"""The rows of the books: what providers reported, what differs from ours, and the credit notes."""

from makegood.books.models.credit_note import CreditNote, CreditNoteKind, Series
from makegood.books.models.difference import Difference, DifferenceKind, DifferenceState
from makegood.books.models.report import Match, MatchedSum, Report, ReportedMovement, Source

__all__ = [
    "CreditNote",
    "CreditNoteKind",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "Match",
    "MatchedSum",
    "Report",
    "ReportedMovement",
    "Series",
    "Source",
]
