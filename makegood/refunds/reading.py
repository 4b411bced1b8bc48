"""What a provider's word means for a refund that is in a given state: a pure function."""

from __future__ import annotations

from makegood.refunds.providers.base import Said
from makegood.refunds.states import MOVES, PAID, State

_STATE_OF = {
    Said.PENDING: State.PENDING,
    Said.ACTION_NEEDED: State.ACTION_NEEDED,
    Said.SUCCEEDED: State.SUCCEEDED,
    Said.SETTLED: State.SETTLED,
    Said.FAILED: State.FAILED,
    Said.CANCELED: State.CANCELED,
}
_RETURNED = frozenset({Said.FAILED, Said.CANCELED})
_UNDER_WAY = frozenset({Said.PENDING, Said.ACTION_NEEDED})


class Contradiction(Exception):
    """The provider says what no move allows, so a person must look."""

    def __init__(self, state: State, said: Said) -> None:
        super().__init__(f"The provider says “{said}” of a refund that is “{state}” with us.")


def moves_to_make(state: State, said: Said) -> tuple[State, ...]:
    """The states to go through, in order; empty when the word is not news. Raises Contradiction.

    An answer can be overtaken by a later one on its way to us, so an earlier stage of the same story is old
    news, not a contradiction.
    """
    if said in {Said.UNKNOWN, Said.NOT_FOUND}:
        return _no_word(state, said)
    wanted = _STATE_OF[said]
    if wanted == state or _is_old_news(state, said):
        return ()
    if said in _RETURNED and state is State.SUCCEEDED:
        return (State.BOUNCED,)
    if said is Said.SETTLED and State.SUCCEEDED in MOVES[state]:
        return (State.SUCCEEDED, State.SETTLED)
    if wanted in MOVES[state] and state not in {State.DRAFT, State.APPROVED, State.HELD}:
        return (wanted,)
    raise Contradiction(state, said)


def _no_word(state: State, said: Said) -> tuple[State, ...]:
    if state is State.SENDING:
        return (State.UNKNOWN,)
    if said is Said.NOT_FOUND and state in PAID | {State.PENDING}:
        raise Contradiction(state, said)
    return ()


def _is_old_news(state: State, said: Said) -> bool:
    if state in {State.SUCCEEDED, State.SETTLED, State.FAILED, State.CANCELED, State.BOUNCED}:
        return (
            said in _UNDER_WAY
            or (state is State.SETTLED and said is Said.SUCCEEDED)
            or (state is State.BOUNCED and said in _RETURNED | {Said.SUCCEEDED})
            or (state in {State.FAILED, State.CANCELED} and said in _RETURNED)
        )
    return False
