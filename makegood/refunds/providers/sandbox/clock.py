"""The sandbox's own time, which can be pushed forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's time plus what was added; standing still at `frozen` when that is given."""

    def __init__(self, frozen: datetime | None = None) -> None:
        self._frozen = frozen
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The moment it is here, in UTC."""
        return (self._frozen or datetime.now(UTC)) + self.ahead

    def advance(self, by: timedelta) -> None:
        """Let `by` pass."""
        self.ahead += by
