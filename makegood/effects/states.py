"""What an effect can be, the states it can have, and the only moves between them."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What changes at the shop. Stored in rows and read by shops, so a value is never renamed."""

    LICENCE_ENDED = "licence.ended"
    LICENCE_GIVEN_BACK = "licence.given_back"
    END_MOVED_BACK = "end.moved_back"
    END_MOVED_FORWARD = "end.moved_forward"
    AUTO_RENEWAL_OFF = "auto_renewal.off"
    AUTO_RENEWAL_ON = "auto_renewal.on"


REVERSES: dict[Kind, Kind] = {
    Kind.LICENCE_ENDED: Kind.LICENCE_GIVEN_BACK,
    Kind.END_MOVED_BACK: Kind.END_MOVED_FORWARD,
    Kind.AUTO_RENEWAL_OFF: Kind.AUTO_RENEWAL_ON,
}
"""What takes back what a refund brought about; its values take back nothing themselves."""


class State(StrEnum):
    """Where an effect stands. Stored in rows, so a value is never renamed."""

    UNCLEAR = "unclear"
    PLANNED = "planned"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    REVERSED = "reversed"


MOVES: dict[State, frozenset[State]] = {
    # Our records do not tell the new end: a person says it, or sees to it at the shop by hand.
    State.UNCLEAR: frozenset({State.PLANNED, State.CONFIRMED, State.REVERSED}),
    State.PLANNED: frozenset({State.SENT, State.CONFIRMED, State.REFUSED, State.UNDELIVERED}),
    State.SENT: frozenset({State.CONFIRMED, State.REFUSED}),
    State.REFUSED: frozenset({State.PLANNED, State.CONFIRMED, State.REVERSED}),
    State.UNDELIVERED: frozenset({State.PLANNED, State.CONFIRMED, State.REFUSED}),
    State.CONFIRMED: frozenset({State.REVERSED}),
    State.REVERSED: frozenset(),
}

FINISHED = frozenset({State.CONFIRMED, State.REVERSED})
"""Nothing of it is open at the shop, so the next effect of the same licence may go."""

NEEDS_A_PERSON = frozenset({State.UNCLEAR, State.REFUSED, State.UNDELIVERED})
"""It stays until a person does something, however the shop is connected."""

NEVER_HAPPENED = frozenset({State.UNCLEAR, State.REFUSED})
"""The shop did not do it, so that there is nothing to take back there."""
