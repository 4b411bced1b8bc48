"""Each change of state: allowed where the table of moves allows it, refused elsewhere, recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.refund_requests import merging, transitions
from makegood.refund_requests.holding import LEASE, AskedAgain, NotYours
from makegood.refund_requests.merging import NotMerged
from makegood.refund_requests.models import NamedOrder, RefundRequest, Verdict
from makegood.refund_requests.states import MOVES, OPEN, UNDECIDED, State
from makegood.refund_requests.transitions import ReasonNeeded
from tests import cases
from tests.people import NOON, ago, an_order, finn, later, marta, olena, petro, roza

pytestmark = pytest.mark.django_db

SYSTEM = System("a test")
STANDING: dict[State, Callable[[], RefundRequest]] = {
    State.WAITING: cases.a_request,
    State.EXAMINING: lambda: cases.taken(cases.a_request()),
    State.ASKED: lambda: transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON),
    State.WITH_ENGINEERS: cases.with_engineers,
    State.TRYING_FIX: cases.trying_fix,
    State.SOLVED: cases.solved,
    State.AWAITING_APPROVAL: cases.awaiting_approval,
    State.APPROVED: cases.approved,
    State.REFUNDED: cases.refunded,
    State.DECLINED: cases.declined,
    State.WITHDRAWN: cases.withdrawn,
    State.MERGED: cases.merged,
}


def _an_older_one() -> RefundRequest:
    """Olena's, asked an hour earlier and examined by Petro."""
    return cases.taken(cases.a_request(an_order(olena(), purchased_at=ago(days=22)), at=ago(hours=1)))


Move = Callable[[RefundRequest], object]
# For each verb: the states it leaves, what it brings about, and the verb itself.
VERBS: dict[str, tuple[set[State], State, Move]] = {
    "take": ({State.WAITING}, State.EXAMINING, lambda r: transitions.take(r, by=petro(), at=NOON)),
    "put back": (
        {State.EXAMINING},
        State.WAITING,
        lambda r: transitions.put_back(r, by=petro(), at=NOON, reason="Lunch"),
    ),
    "ask the member": (
        {State.EXAMINING},
        State.ASKED,
        lambda r: transitions.ask_member(r, by=petro(), at=NOON),
    ),
    "withdraw": (
        set(UNDECIDED),
        State.WITHDRAWN,
        lambda r: transitions.withdraw(r, by=olena(), at=NOON),
    ),
    "send to the engineers": (
        {State.EXAMINING},
        State.WITH_ENGINEERS,
        lambda r: transitions.send_to_engineers(r, defect=cases.a_defect(), by=petro(), at=NOON),
    ),
    "ask to try the fix": (
        {State.EXAMINING, State.WITH_ENGINEERS},
        State.TRYING_FIX,
        lambda r: transitions.ask_to_try(
            r, defect=cases.a_fixed_defect(), until=later(days=9), by=SYSTEM, at=NOON
        ),
    ),
    "take the fix back": (
        {State.TRYING_FIX},
        State.WITH_ENGINEERS,
        lambda r: transitions.take_fix_back(r, by=SYSTEM, at=NOON),
    ),
    "the fix works": (
        {State.TRYING_FIX},
        State.SOLVED,
        lambda r: transitions.fix_works(r, by=olena(), at=NOON),
    ),
    "the fix fails": (
        {State.TRYING_FIX},
        State.WAITING,
        lambda r: transitions.fix_failed(r, by=olena(), at=NOON),
    ),
    "approve": (
        {State.AWAITING_APPROVAL},
        State.APPROVED,
        lambda r: transitions.approve(r, by=finn(), at=NOON),
    ),
    "return the decision": (
        {State.AWAITING_APPROVAL},
        State.WAITING,
        lambda r: transitions.return_decision(r, by=finn(), at=NOON, reason="The amount"),
    ),
    "merge": (
        {State.WAITING, State.EXAMINING, State.ASKED, State.WITH_ENGINEERS},
        State.MERGED,
        lambda r: merging.merge(r, _an_older_one(), by=petro(), at=NOON),
    ),
    "undo the merging": (
        {State.MERGED},
        State.WAITING,
        lambda r: merging.unmerge(r, by=petro(), at=NOON),
    ),
    "settle": ({State.APPROVED}, State.REFUNDED, lambda r: transitions.settle(r, by=SYSTEM, at=NOON)),
    "reopen": (
        {State.APPROVED, State.REFUNDED, State.DECLINED, State.SOLVED},
        State.WAITING,
        lambda r: transitions.reopen(r, by=SYSTEM, at=NOON, reason="It bounced"),
    ),
}
ALLOWED = [(verb, start) for verb, (starts, _, _) in VERBS.items() for start in sorted(starts)]
REFUSED = [(verb, start) for verb, (starts, _, _) in VERBS.items() for start in State if start not in starts]


@pytest.mark.parametrize("state", State)
def test_every_state_is_reached_by_moves_a_person_makes(state: State) -> None:
    assert cases.now(STANDING[state]()).state == state


@pytest.mark.parametrize(("verb", "start"), ALLOWED)
def test_an_allowed_move_changes_the_state_and_records_it(verb: str, start: State) -> None:
    refund_request = STANDING[start]()
    _, end, move = VERBS[verb]
    move(refund_request)
    event = Event.objects.filter(thread=refund_request.reference, details__has_key="to").latest("pk")
    assert cases.now(refund_request).state == end
    assert (event.details["from"], event.details["to"], event.at) == (start, end, NOON)


@pytest.mark.parametrize(("verb", "start"), REFUSED)
def test_a_move_that_is_not_allowed_is_refused_and_changes_nothing(verb: str, start: State) -> None:
    refund_request = STANDING[start]()
    before = (cases.happened(refund_request), RefundRequest.objects.values().get(pk=refund_request.pk))
    with pytest.raises((AskedAgain, MoveNotAllowed, NotMerged, NotYours)):
        VERBS[verb][2](refund_request)
    assert (
        cases.happened(refund_request),
        RefundRequest.objects.values().get(pk=refund_request.pk),
    ) == before


@pytest.mark.parametrize(("verb", "start"), ALLOWED)
def test_when_the_transaction_is_undone_neither_the_move_nor_its_event_stays(verb: str, start: State) -> None:
    refund_request = STANDING[start]()
    events = Event.objects.count()
    with transaction.atomic():
        VERBS[verb][2](refund_request)
        transaction.set_rollback(True)
    assert (cases.now(refund_request).state, Event.objects.count()) == (start, events)


@pytest.mark.parametrize("state", State)
def test_an_order_is_open_exactly_while_its_request_is(state: State) -> None:
    refund_request = STANDING[state]()
    assert NamedOrder.objects.get(refund_request=refund_request).open is (state in OPEN)


@pytest.mark.parametrize("state", State)
def test_a_request_is_held_exactly_while_it_is_examined(state: State) -> None:
    current = cases.now(STANDING[state]())
    held = (petro(), NOON + LEASE) if state == State.EXAMINING else (None, None)
    assert (current.holder, current.lease_until) == held


def test_the_place_in_the_queue_is_kept_through_every_return_to_it() -> None:
    refund_request = cases.a_request()
    transitions.put_back(cases.taken(refund_request), by=petro(), at=later(hours=1), reason="Lunch")
    transitions.ask_member(cases.taken(refund_request), by=petro(), at=later(hours=2))
    transitions.answered(refund_request, by=olena(), at=later(hours=3))
    cases.with_engineers(refund_request)
    transitions.engineers_answered(refund_request, by=SYSTEM, at=later(hours=4))
    assert cases.now(refund_request).queued_at == refund_request.queued_at == NOON


@pytest.mark.parametrize("verb", ["put back", "ask the member", "send to the engineers"])
def test_only_the_holder_acts_on_a_request_and_the_other_is_told_who_has_it(verb: str) -> None:
    held = cases.taken(cases.a_request(), by=roza())
    with pytest.raises(NotYours, match="Roza Lind has it now"):
        VERBS[verb][2](held)
    assert cases.now(held).holder == roza()


@pytest.mark.parametrize("verdict", Verdict)
def test_only_the_holder_decides(verdict: Verdict) -> None:
    held = cases.ready_to_decide(by=roza())
    with pytest.raises(NotYours, match="Nothing was changed"):
        transitions.decide(held, verdict=verdict, letter="Because", by=petro(), at=NOON)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_putting_back_reopening_returning_and_deciding_need_words(reason: str) -> None:
    held, closed, decided = cases.taken(cases.a_request()), cases.declined(), cases.awaiting_approval()
    with pytest.raises(ReasonNeeded):
        transitions.put_back(held, by=petro(), at=NOON, reason=reason)
    with pytest.raises(ReasonNeeded):
        transitions.reopen(closed, by=petro(), at=NOON, reason=reason)
    with pytest.raises(ReasonNeeded):
        transitions.return_decision(decided, by=finn(), at=NOON, reason=reason)
    with pytest.raises(ReasonNeeded):
        transitions.decide(held, verdict=Verdict.REFUND, letter=reason, by=petro(), at=NOON)


def test_a_reopened_request_is_decided_in_a_new_round() -> None:
    reopened = transitions.reopen(cases.approved(), by=SYSTEM, at=NOON, reason="The bank sent it back")
    assert (reopened.state, reopened.round) == (State.WAITING, 2)
    assert cases.event_of(reopened, Action.REOPENED).sentence == "Reopened: The bank sent it back"


def test_a_request_is_not_reopened_while_the_member_has_asked_for_its_order_anew() -> None:
    old = cases.declined()
    newer = cases.a_request(cases.order_of(old))
    with pytest.raises(AskedAgain, match=newer.reference):
        transitions.reopen(old, by=petro(), at=NOON, reason="We were wrong")
    assert cases.now(old).state == State.DECLINED


def test_who_did_it_is_recorded_as_member_staff_or_system() -> None:
    refund_request = cases.approved()
    transitions.settle(refund_request, by=SYSTEM, at=NOON)
    kinds = (
        Event.objects.filter(thread=refund_request.reference)
        .order_by("pk")
        .values_list("actor_kind", flat=True)
    )
    assert list(kinds) == ["member", "staff", "staff", "staff", "staff", "system"]
    assert Event.objects.get(action=Action.FINDING_RECORDED, details__fact="fixable").actor_id == marta().pk


def test_every_state_is_reachable_from_waiting_and_only_withdrawn_is_final() -> None:
    reached, frontier = {State.WAITING}, {State.WAITING}
    while frontier:
        frontier = {to for state in frontier for to in MOVES[state]} - reached
        reached |= frontier
    assert reached == set(State) == set(MOVES)
    assert {state for state, ends in MOVES.items() if not ends} == {State.WITHDRAWN}
    assert all(MOVES[state] == {State.WAITING} for state in (State.REFUNDED, State.DECLINED, State.SOLVED))


def test_the_verbs_of_these_tests_make_every_move_of_the_table() -> None:
    made = {(start, end) for starts, end, _ in VERBS.values() for start in starts}
    elsewhere = {
        (State.ASKED, State.WAITING),
        (State.WITH_ENGINEERS, State.WAITING),
        *((State.EXAMINING, end) for end in (State.AWAITING_APPROVAL, State.APPROVED, State.DECLINED)),
    }
    assert made | elsewhere == {(start, end) for start, ends in MOVES.items() for end in ends}
