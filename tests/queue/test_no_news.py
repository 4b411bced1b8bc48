"""“No news yet”: honest, recorded, and no way around the work; and who is told before a promise is missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications import letters
from makegood.notifications.models import Letter
from makegood.queue import no_news
from makegood.queue.models import EndangeredPromise, MissedPromise, Promise
from makegood.queue.no_news import NotDueYet, NothingIsOurs, SaidOften
from makegood.queue.promises import current, note_endangered, note_missed
from makegood.refund_requests import conversation, findings, transitions
from makegood.refund_requests.conversation import SomeoneWrote
from makegood.refund_requests.holding import LEASE, MayNotExamine, OwnRequest
from makegood.refund_requests.models import RefundRequest
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.jobs import jobs
from tests.people import NOON, ago, an_order, finn, later, marta, ola, olena, petro, roza

pytestmark = pytest.mark.django_db

# Asked on Monday at 14:00 in Kyiv: due on Wednesday at 18:00, in danger from 14:00 on.
IN_DANGER = later(days=2)
LATE = later(days=3)


def tell(refund_request: RefundRequest, *, by: User | None = None, at: datetime = IN_DANGER) -> Promise:
    return no_news.tell(refund_request, by=by or petro(), at=at, seen_up_to=0)


def in_danger(refund_request: RefundRequest) -> datetime:
    """From when on its promise is in danger."""
    running = current(cases.now(refund_request))
    assert running is not None
    assert running.warn_at is not None
    return running.warn_at


# No news yet


def test_it_promises_the_next_update_and_is_recorded() -> None:
    waiting = cases.a_request()
    made = tell(waiting)
    assert (current(waiting), made.made_at) == (made, IN_DANGER)
    event = cases.event_of(waiting, Action.NO_NEWS_TOLD)
    assert (event.actor_id, event.details["next_by"]) == (petro().pk, made.due_at.isoformat())
    assert not MissedPromise.objects.exists()


def test_said_too_late_it_does_not_unmake_what_was_missed() -> None:
    waiting = cases.a_request()
    tell(waiting, at=LATE)
    assert MissedPromise.objects.get().promise == waiting.promises.earliest("id")
    assert cases.event_of(waiting, Action.NO_NEWS_TOLD).details["is_late"] is True


def test_while_there_is_time_it_is_refused() -> None:
    waiting = cases.a_request()
    with pytest.raises(NotDueYet, match="by 25 November 2026"):
        tell(waiting, at=later(days=1, hours=23))
    assert cases.happened(waiting) == ["submitted"]


def test_pressed_twice_it_is_said_once() -> None:
    waiting = cases.a_request()
    tell(waiting)
    with pytest.raises(NotDueYet):
        tell(waiting)


@pytest.mark.django_db(transaction=True)
def test_pressed_by_4_at_once_it_is_said_once() -> None:
    waiting, person = cases.a_request(), petro()
    ends = at_once(*[lambda: tell(waiting, by=person)] * 4)
    assert (len(successes(ends)), waiting.promises.count()) == (1, 2)
    assert all(isinstance(end, NotDueYet) for end in refusals(ends))


def test_after_two_without_any_work_the_third_is_refused_until_somebody_did_something() -> None:
    held = cases.taken(cases.a_request())
    for _ in range(2):
        tell(held, at=in_danger(held))
    transitions.put_back(
        cases.taken(cases.now(transitions.expire_lease(held, by=petro(), at=NOON))),
        by=petro(),
        at=NOON,
        reason="Not now",
    )
    third = in_danger(held)
    with pytest.raises(SaidOften, match="was sent 2 times, and nothing was done since"):
        tell(held, at=third)
    findings.record_finding(held, fact="bug_confirmed", value=True, note="", by=marta(), at=third)
    tell(held, at=third)


@pytest.mark.parametrize(
    "not_ours",
    [
        lambda: transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON),
        cases.declined,
        cases.approved,
        cases.withdrawn,
    ],
)
def test_where_nothing_is_ours_to_do_it_is_refused(not_ours: Callable[[], RefundRequest]) -> None:
    with pytest.raises(NothingIsOurs):
        tell(not_ours())


def test_what_the_member_wrote_meanwhile_is_read_first() -> None:
    waiting = cases.a_request()
    conversation.write_as_member(waiting, body="Any news?", token=uuid4(), by=olena(), at=NOON)
    with pytest.raises(SomeoneWrote):
        tell(waiting)


@pytest.mark.parametrize(("person", "refusal"), [(marta, MayNotExamine), (finn, MayNotExamine)])
def test_others_do_not_write_to_members(person: Callable[[], User], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        tell(cases.a_request(), by=person())


def test_nobody_tells_themselves() -> None:
    with pytest.raises(OwnRequest):
        tell(cases.a_request(an_order(roza(), purchased_at=ago(days=21))), by=roza())


def test_the_lease_of_the_holder_runs_anew() -> None:
    held = cases.taken(cases.a_request(), at=IN_DANGER)
    tell(held, at=later(days=2, minutes=20))
    assert cases.now(held).lease_until == later(days=2, minutes=20) + LEASE


# Before the miss


def test_those_who_lead_are_told_once_before_it_is_missed() -> None:
    waiting = cases.a_request()
    assert note_endangered(at=later(days=1, hours=23)) == 0
    assert note_endangered(at=IN_DANGER) == 1
    assert note_endangered(at=later(days=2, hours=1)) == 0
    assert cases.happened(waiting)[-1] == "promise_in_danger"
    assert EndangeredPromise.objects.get().promise.refund_request == waiting
    assert jobs("todo").count("react") == 2, "the letters of receipt and of danger"


def test_each_of_them_has_a_letter_and_nobody_else() -> None:
    waiting, owner = cases.a_request(), ola()
    petro()
    note_endangered(at=IN_DANGER)
    letters.promise_in_danger(cases.event_of(waiting, Action.PROMISE_IN_DANGER), IN_DANGER)
    letter = Letter.objects.get()
    assert (letter.recipient, letter.kind) == (owner, "promise_in_danger")
    assert f"/desk/requests/{waiting.reference}/" in letter.text
    assert "25 November 2026, 18:00 Kyiv time" in letter.text


def test_once_it_was_kept_no_letter_is_written() -> None:
    waiting = cases.a_request()
    ola()
    note_endangered(at=IN_DANGER)
    transitions.withdraw(waiting, by=olena(), at=IN_DANGER)
    event = cases.event_of(waiting, Action.PROMISE_IN_DANGER)
    assert letters.promise_in_danger(event, IN_DANGER) is None


def test_what_was_missed_already_is_no_danger_any_more() -> None:
    cases.a_request()
    assert (note_endangered(at=LATE), note_missed(at=LATE)) == (0, 1)


def test_while_the_member_is_asked_nothing_is_in_danger() -> None:
    transitions.ask_member(cases.taken(cases.a_request()), by=petro(), at=NOON)
    assert note_endangered(at=IN_DANGER) == 0


@pytest.mark.django_db(transaction=True)
def test_4_workers_looking_at_once_tell_once() -> None:
    cases.a_request()
    ends = at_once(*[lambda: note_endangered(at=IN_DANGER)] * 4)
    assert refusals(ends) == []
    assert EndangeredPromise.objects.count() == 1
    assert Event.objects.filter(action=Action.PROMISE_IN_DANGER).count() == 1
