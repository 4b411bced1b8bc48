"""A defect: reported, reproduced or not, fixed in a version or beyond repair."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.defects import transitions
from makegood.defects.models import Defect
from makegood.defects.states import MOVES, State
from tests import cases
from tests.at_once import at_once, refusals
from tests.people import NOON, later, marta, petro

pytestmark = pytest.mark.django_db

Verb = Callable[[Defect], Defect]
VERBS: dict[str, tuple[State, Verb]] = {
    "reproduce": (State.REPRODUCED, lambda d: transitions.reproduce(d, by=marta(), at=NOON)),
    "not reproduced": (State.NOT_REPRODUCED, lambda d: transitions.not_reproduced(d, by=marta(), at=NOON)),
    "fix": (State.FIXED, lambda d: transitions.fix(d, fixed_in="9.7", by=marta(), at=NOON)),
    "give up": (State.CANNOT_BE_FIXED, lambda d: transitions.give_up(d, by=marta(), at=NOON)),
    "reopen": (State.REPRODUCED, lambda d: transitions.reopen(d, by=marta(), at=NOON)),
}
ANSWERED = {State.FIXED, State.CANNOT_BE_FIXED}
REACH: dict[State, list[str]] = {
    State.REPORTED: [],
    State.REPRODUCED: ["reproduce"],
    State.NOT_REPRODUCED: ["not reproduced"],
    State.FIXED: ["reproduce", "fix"],
    State.CANNOT_BE_FIXED: ["reproduce", "give up"],
}


def standing(state: State) -> Defect:
    defect = cases.a_defect()
    for verb in REACH[state]:
        defect = VERBS[verb][1](defect)
    return defect


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("start", State)
def test_each_verb_moves_exactly_from_the_states_of_the_table(start: State, verb: str) -> None:
    defect, (end, move) = standing(start), VERBS[verb]
    # Two verbs lead to “reproduced”: one before there is a verdict, one that takes it back.
    is_other_verb = end is State.REPRODUCED and (verb == "reopen") != (start in ANSWERED)
    if end in MOVES[start] and not is_other_verb:
        assert move(defect).state == end
    else:
        with pytest.raises(MoveNotAllowed):
            move(defect)
        assert Defect.objects.get(pk=defect.pk).state == start


def test_what_happened_to_it_is_recorded_with_who_and_when() -> None:
    defect = standing(State.FIXED)
    events = Event.objects.filter(subject_kind="defect", subject_id=defect.pk).order_by("pk")
    assert [event.action for event in events] == [
        Action.DEFECT_REPORTED,
        Action.DEFECT_REPRODUCED,
        Action.DEFECT_FIXED,
    ]
    assert [event.actor_id for event in events] == [petro().pk, marta().pk, marta().pk]
    assert events[2].sentence == "Defect fixed in 9.7"


def test_a_fix_names_its_version_and_reopening_takes_it_back() -> None:
    fixed = standing(State.FIXED)
    reopened = transitions.reopen(fixed, by=marta(), at=later(days=1))
    assert (fixed.fixed_in, reopened.fixed_in, reopened.state) == ("9.7", "", State.REPRODUCED)


def test_postgresql_refuses_a_fix_without_a_version_and_a_version_without_a_fix() -> None:
    with pytest.raises(IntegrityError, match="defect_fixed_in_a_version"), transaction.atomic():
        transitions.fix(standing(State.REPRODUCED), fixed_in="", by=marta(), at=NOON)
    with pytest.raises(IntegrityError, match="defect_fixed_in_a_version"), transaction.atomic():
        Defect.objects.filter(pk=standing(State.REPORTED).pk).update(fixed_in="9.7")


@pytest.mark.django_db(transaction=True)
def test_two_verdicts_at_once_one_stands_and_the_other_is_told() -> None:
    defect, engineer = cases.a_defect(), marta()
    ends = at_once(
        lambda: transitions.reproduce(defect, by=engineer, at=NOON).state,
        lambda: transitions.reproduce(defect, by=engineer, at=NOON).state,
    )
    assert [type(refusal) for refusal in refusals(ends)] == [MoveNotAllowed]


def test_every_state_is_reachable_and_no_verdict_is_final() -> None:
    reached, frontier = {State.REPORTED}, {State.REPORTED}
    while frontier:
        frontier = {to for state in frontier for to in MOVES[state]} - reached
        reached |= frontier
    assert reached == set(State) == set(MOVES)
    assert all(MOVES.values())
