"""Kleene's three-valued logic: True, False, and None for unknown."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def every(values: Iterable[Truth]) -> Truth:
    """False when one is False, else None when one is None, else True."""
    found: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            found = None
    return found


def some(values: Iterable[Truth]) -> Truth:
    """True when one is True, else None when one is None, else False."""
    found: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            found = None
    return found


def opposite(value: Truth) -> Truth:
    """The negation; unknown stays unknown."""
    return None if value is None else not value
