"""What a bulk run refuses, each with a sentence for the person who asked for it."""

from __future__ import annotations


class BulkError(Exception):
    """A bulk run that cannot be done; `str()` is a sentence."""


class CannotReckon(BulkError):
    """An engine has no exact way to reckon something a rule says."""

    def __init__(self, engine: str, what: str, instead: str = "") -> None:
        super().__init__(f"The engine {engine} cannot reckon {what}" + (f"; {instead}." if instead else "."))


class WrongRows(BulkError):
    """The orders cannot be read, or are not what they must be."""


class WrongColumn(WrongRows):
    """A column of the orders does not hold what its fact is."""
