"""The states of a refund, and what a provider's word means in each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.refunds.providers.base import Said
from makegood.refunds.reading import Contradiction, moves_to_make
from makegood.refunds.states import FINAL, GIVEN_UP, MOVES, PAID, UNSENT, State

EVERY_CASE = [(state, said) for state in State for said in Said]


def test_every_state_says_where_it_can_go() -> None:
    assert set(MOVES) == set(State)


def test_only_final_states_lead_nowhere() -> None:
    assert {state for state in State if not MOVES[state]} == FINAL


def test_unknown_is_never_guessed_to_be_the_end_without_a_provider_saying_so() -> None:
    assert {State.SETTLED, State.BOUNCED, State.HELD}.isdisjoint(MOVES[State.UNKNOWN])


def test_money_is_never_paid_and_given_up_at_once() -> None:
    assert PAID.isdisjoint(GIVEN_UP)


@pytest.mark.parametrize(("state", "said"), EVERY_CASE)
def test_a_word_leads_only_through_allowed_moves(state: State, said: Said) -> None:
    try:
        steps = moves_to_make(state, said)
    except Contradiction:
        return
    for step in steps:
        assert step in MOVES[state]
        state = step


@pytest.mark.parametrize("said", [Said.SUCCEEDED, Said.SETTLED])
@pytest.mark.parametrize("state", [State.FAILED, State.CANCELED])
def test_money_paid_for_a_refund_given_up_is_a_contradiction(state: State, said: Said) -> None:
    with pytest.raises(Contradiction):
        moves_to_make(state, said)


@pytest.mark.parametrize("said", [Said.FAILED, Said.CANCELED])
def test_money_returned_after_success_bounced(said: Said) -> None:
    assert moves_to_make(State.SUCCEEDED, said) == (State.BOUNCED,)


def test_arrival_that_was_never_announced_goes_through_success() -> None:
    assert moves_to_make(State.UNKNOWN, Said.SETTLED) == (State.SUCCEEDED, State.SETTLED)


@pytest.mark.parametrize("state", sorted(UNSENT))
def test_a_provider_cannot_speak_of_what_was_never_sent(state: State) -> None:
    with pytest.raises(Contradiction):
        moves_to_make(state, Said.SUCCEEDED)


@given(st.permutations([Said.PENDING, Said.SUCCEEDED, Said.SETTLED]), st.booleans())
def test_the_same_story_in_any_order_ends_the_same(story: list[Said], repeated: bool) -> None:
    state = State.SENDING
    for said in story * 2 if repeated else story:
        for step in moves_to_make(state, said):
            state = step
    assert state is State.SETTLED
