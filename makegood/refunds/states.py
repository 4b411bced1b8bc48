"""The states of a refund and the only moves between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a refund stands. Stored in rows, so a value is never renamed."""

    DRAFT = "draft"
    APPROVED = "approved"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PENDING = "pending"
    ACTION_NEEDED = "action_needed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    SETTLED = "settled"
    BOUNCED = "bounced"


_PROVIDER_MAY_SAY = frozenset(
    {State.PENDING, State.ACTION_NEEDED, State.SUCCEEDED, State.FAILED, State.CANCELED}
)

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.APPROVED, State.CANCELED}),
    State.APPROVED: frozenset({State.HELD, State.SENDING, State.CANCELED}),
    State.HELD: frozenset({State.APPROVED, State.CANCELED}),
    State.SENDING: _PROVIDER_MAY_SAY | {State.UNKNOWN},
    # Left only by asking the provider: with what it says, or, when it says that nothing is there, by
    # sending again under the same key.
    State.UNKNOWN: _PROVIDER_MAY_SAY | {State.SENDING},
    State.PENDING: _PROVIDER_MAY_SAY - {State.PENDING},
    State.ACTION_NEEDED: _PROVIDER_MAY_SAY - {State.ACTION_NEEDED},
    # Accepted and even paid is not arrived: a bank can return a refund weeks later.
    State.SUCCEEDED: frozenset({State.SETTLED, State.BOUNCED}),
    State.FAILED: frozenset({State.SENDING}),
    State.BOUNCED: frozenset({State.SENDING}),
    State.CANCELED: frozenset(),
    State.SETTLED: frozenset(),
}

GIVEN_UP = frozenset({State.FAILED, State.CANCELED, State.BOUNCED})
"""The money is with us: nothing of the payment is reserved for the refund."""

PAID = frozenset({State.SUCCEEDED, State.SETTLED})
"""The money has left us."""

ASKED = frozenset({State.SENDING, State.UNKNOWN})
"""The provider was asked and we do not know its answer."""

UNSENT = frozenset({State.DRAFT, State.APPROVED, State.HELD})
"""The provider was never asked, so canceling is ours to decide."""

FINAL = frozenset({State.SETTLED, State.CANCELED})
"""Nothing follows."""

NEEDS_A_PERSON = frozenset({State.DRAFT, State.HELD, State.ACTION_NEEDED, State.FAILED, State.BOUNCED})
"""The refund stays until a person decides; finance sees it in a list."""
