"""The ways in which a payment provider misleads those who trust it, told on demand or by a seed."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from enum import StrEnum


class Lie(StrEnum):
    """What goes wrong with the next call for a refund."""

    CUTS_AFTER = "cuts_after"
    """Makes the refund, then cuts the line without a word."""
    CUTS_BEFORE = "cuts_before"
    SAYS_500_DID_IT = "says_500_did_it"
    SAYS_500_DID_NOT = "says_500_did_not"
    SAYS_429 = "says_429"
    SAYS_NONSENSE = "says_nonsense"
    """Makes the refund, answers 200 with something that is not JSON."""
    SAYS_HALF = "says_half"
    """Makes the refund, answers with JSON that lacks what matters."""

    @property
    def does_it(self) -> bool:
        """Whether the refund is made all the same."""
        return self not in {Lie.CUTS_BEFORE, Lie.SAYS_500_DID_NOT, Lie.SAYS_429}


class EventLie(StrEnum):
    """What goes wrong with the events, for as long as it is switched on."""

    LATE = "late"
    TWICE = "twice"
    REVERSED = "reversed"
    FORGED = "forged"
    """A forgery signed with the wrong secret arrives before each true event."""


class Liar:
    """Decides for each call whether to lie: first the lies ordered one by one, then by chance.

    With `rate` 0 it never lies by itself; the same `seed` always tells the same lies.
    """

    def __init__(self, *, seed: int = 0, rate: float = 0.0) -> None:
        self._ordered: deque[Lie | None] = deque()
        self._chance = random.Random(seed)  # noqa: S311 (lies must be repeatable)
        self._rate = rate
        self.about_events: set[EventLie] = set()

    def order(self, lies: Iterable[Lie | None]) -> None:
        """Tell these on the next calls, in this order; None is the truth."""
        self._ordered.extend(lies)

    def next(self) -> Lie | None:
        """The lie for this call; None for the truth."""
        if self._ordered:
            return self._ordered.popleft()
        if self._chance.random() < self._rate:
            return self._chance.choice(list(Lie))
        return None
