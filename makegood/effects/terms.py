"""Terms: how long a renewal lasts, in whole months where its days allow it, and moving an end by it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """From one end to the next: a whole number of `months`, or else of `days`; the other is 0."""

    months: int = 0
    days: int = 0


def between(first: date, last: date) -> Term | None:
    """The term from `first` to `last`, in whole months where it is such; None when it does not go forward."""
    if last <= first:
        return None
    months = (last.year - first.year) * _MONTHS + last.month - first.month
    if months and moved(first, months) == last:
        return Term(months=months)
    return Term(days=(last - first).days)


def earlier(end: date, term: Term) -> date:
    """`end` moved back by one `term`; a day that the month has not becomes its last one."""
    return moved(end, -term.months) - timedelta(days=term.days)


def later(end: date, term: Term) -> date:
    """`end` moved forward by one `term`."""
    return moved(end, term.months) + timedelta(days=term.days)


def moved(day: date, months: int) -> date:
    """The same day so many months later, or the last one that its month has."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
