"""An answered request comes back to who asked, at its old place; what ran out can be taken up again."""

from __future__ import annotations

import pytest

from makegood.queue import leases, workers
from makegood.queue.leases import MayNotTake, take_next
from makegood.refund_requests import transitions
from makegood.refund_requests.holding import LEASE, RETURNS_FIRST, LeaseOver, NotYours
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_returning_to
from makegood.refund_requests.states import State
from tests import cases
from tests.people import NOON, later, marta, olena, petro, roza

pytestmark = pytest.mark.django_db


def answered() -> RefundRequest:
    """Petro asked the member, who answered at NOON."""
    transitions.ask_member(asked := cases.taken(cases.a_request()), by=petro(), at=NOON)
    return transitions.answered(asked, by=olena(), at=NOON)


def expired() -> RefundRequest:
    """Petro was away for longer than his lease."""
    held = cases.taken(cases.a_request())
    leases.return_expired(at=later(minutes=1) + LEASE)
    return cases.now(held)


def test_for_twelve_hours_only_who_asked_gets_the_answer() -> None:
    back = answered()
    behind = cases.a_request(at=later(minutes=5))
    assert take_next(by=roza(), at=later(hours=1)) == behind
    assert take_next(by=roza(), at=later(hours=1)) is None
    assert take_next(by=petro(), at=later(hours=2)) == back


def test_then_everybody_does_and_at_its_old_place() -> None:
    back = answered()
    cases.a_request(at=later(minutes=5))
    assert take_next(by=roza(), at=NOON + RETURNS_FIRST) == back


def test_whoever_takes_it_ends_the_return() -> None:
    answered()
    taken = take_next(by=petro(), at=NOON)
    assert taken is not None
    assert (taken.returns_to, taken.returns_until) == (None, None)


def test_who_asked_may_go_on_at_once_and_nobody_else() -> None:
    back = answered()
    assert list(requests_returning_to(petro())) == [back]
    with pytest.raises(NotYours, match="nobody has it now"):
        leases.take_again(back, by=roza(), at=NOON)
    again = leases.take_again(back, by=petro(), at=later(minutes=1))
    assert (again.holder, again.lease_until) == (petro(), later(minutes=1) + LEASE)
    assert cases.happened(back)[-1] == "taken"


def test_a_lease_that_ran_out_keeps_nobody_from_taking_it() -> None:
    back = expired()
    assert (back.state, back.returns_to, back.returns_until) == (State.WAITING, petro(), None)
    assert take_next(by=roza(), at=later(hours=1)) == back


def test_acting_after_the_lease_ran_out_says_how_to_go_on() -> None:
    back = expired()
    with pytest.raises(LeaseOver, match="take it again to go on"):
        transitions.put_back(back, by=petro(), at=later(hours=1), reason="I know the member")
    leases.take_again(back, by=petro(), at=later(hours=1))
    transitions.put_back(back, by=petro(), at=later(hours=1), reason="I know the member")


def test_once_a_colleague_has_it_there_is_no_going_on() -> None:
    back = expired()
    take_next(by=roza(), at=later(hours=1))
    with pytest.raises(NotYours, match="Roza Lind has it now"):
        leases.take_again(back, by=petro(), at=later(hours=1))


def test_taking_again_what_one_still_has_only_keeps_it() -> None:
    held = cases.taken(cases.a_request())
    assert leases.take_again(held, by=petro(), at=later(minutes=9)).lease_until == later(minutes=9) + LEASE
    assert cases.happened(held).count("taken") == 1


def test_whoever_works_on_it_keeps_it() -> None:
    held = cases.taken(cases.a_request())
    leases.keep(held, by=petro(), at=later(minutes=29))
    assert leases.return_expired(at=later(minutes=31)) == 0
    with pytest.raises(NotYours):
        leases.keep(held, by=roza(), at=later(minutes=29))


def test_who_does_not_examine_any_more_takes_nothing_again() -> None:
    back = answered()
    RefundRequest.objects.filter(pk=back.pk).update(returns_to=marta())
    with pytest.raises(MayNotTake):
        leases.take_again(back, by=marta(), at=NOON)


# With the engineers


def back_from_the_engineers() -> RefundRequest:
    """Petro sent it to the engineers, who say that they cannot make it happen."""
    return transitions.engineers_answered(cases.with_engineers(), by=marta(), at=NOON)


def test_the_engineers_verdict_is_for_who_asked_them_for_twelve_hours() -> None:
    back = back_from_the_engineers()
    behind = cases.a_request(at=later(minutes=5))
    assert take_next(by=roza(), at=later(hours=1)) == behind
    assert take_next(by=roza(), at=later(hours=1)) is None
    assert take_next(by=petro(), at=later(hours=2)) == back


def test_then_it_is_for_everybody_and_at_its_old_place() -> None:
    back = back_from_the_engineers()
    cases.a_request(at=later(minutes=5))
    assert take_next(by=roza(), at=NOON + RETURNS_FIRST) == back


def test_a_fix_that_does_not_help_is_for_who_asked_the_engineers() -> None:
    back = transitions.fix_failed(cases.trying_fix(), by=olena(), at=NOON)
    assert take_next(by=roza(), at=later(hours=1)) is None
    assert take_next(by=petro(), at=later(hours=1)) == back


def test_so_is_what_the_engineers_took_back_and_then_answered() -> None:
    again = transitions.take_fix_back(cases.trying_fix(), by=marta(), at=NOON)
    back = transitions.engineers_answered(again, by=marta(), at=later(hours=1))
    assert (back.returns_to, back.returns_until) == (petro(), later(hours=1) + RETURNS_FIRST)


def test_nothing_comes_back_to_who_is_away() -> None:
    sent = cases.with_engineers()
    workers.go_away(petro(), by=petro(), at=NOON)
    back = transitions.engineers_answered(sent, by=marta(), at=later(hours=1))
    assert take_next(by=roza(), at=later(hours=2)) == back
