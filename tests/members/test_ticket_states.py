"""Every state of a request has a page of its own: what is the news, what can be done, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from makegood.audit.actors import System
from makegood.defects.models import Defect
from makegood.members.ticket import reading
from makegood.members.ticket.paid import refunds_of
from makegood.queue import board, promises
from makegood.queue.models import Promise
from makegood.refund_requests import merging, transitions
from makegood.refund_requests.models import RefundRequest, Verdict
from makegood.refunds.arrival import expected_for
from makegood.refunds.states import State as RefundState
from tests import paying
from tests.cases import LETTER, a_request, found_to_be_a_defect, now, trying_fix, with_engineers
from tests.members.conftest import AtHome
from tests.members.scenes import olenas_order, words
from tests.members.test_ticket import approved, asked, held, send, url
from tests.people import olena, petro

AtMost = Callable[[int], AbstractContextManager[object]]
QUERIES = 12


def awaiting_our_answer() -> RefundRequest:
    return transitions.ask_member(held(), by=petro(), at=timezone.now())


def awaiting_approval() -> RefundRequest:
    ready = found_to_be_a_defect(held())
    petro().staff_roles.update(limit_minor=100)
    transitions.decide(ready, verdict=Verdict.REFUND, letter=LETTER, by=petro(), at=timezone.now())
    return now(ready)


def until_a_day(*, is_over: bool = False) -> RefundRequest:
    sent = with_engineers(asked())
    overdue_since = timezone.now() if is_over else None
    Defect.objects.filter(pk=sent.defect_id or 0).update(
        fix_due_on=date(2100, 1, 4), overdue_since=overdue_since
    )
    return now(sent)


def declined() -> RefundRequest:
    ready = found_to_be_a_defect(held(), fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=LETTER, by=petro(), at=timezone.now())
    return now(ready)


def merged() -> RefundRequest:
    kept = held()
    return merging.merge(asked(), kept, by=petro(), at=timezone.now())


def withdrawn() -> RefundRequest:
    return transitions.withdraw(asked(), by=olena(), at=timezone.now())


def paid(follow: Callable[..., object]) -> Callable[[], RefundRequest]:
    def brought() -> RefundRequest:
        refund_request = approved()
        follow(refund_request, at=timezone.now())
        return now(refund_request)

    return brought


STATES: dict[str, tuple[Callable[[], RefundRequest], list[str]]] = {
    "waiting": (asked, ["Your request is in the queue", "It is the next one", "We write to you by"]),
    "examining": (held, ["We are examining your request", "You need not do anything."]),
    "asked": (awaiting_our_answer, ["We need an answer from you", "Waiting for your answer"]),
    "with engineers": (lambda: with_engineers(asked()), ["Our engineers are looking at it"]),
    "with engineers until a day": (
        until_a_day,
        ["They mean to say by 4 January 2100 whether it can be fixed."],
    ),
    "with engineers after the day": (
        lambda: until_a_day(is_over=True),
        ["They had meant to answer by 4 January 2100, and did not. We are sorry"],
    ),
    "awaiting approval": (awaiting_approval, ["We are checking our decision"]),
    "trying a fix": (
        lambda: trying_fix(asked()),
        ["Please try version 9.7", "we take it that it works and close", "It works: close my request"],
    ),
    "solved": (
        lambda: transitions.fix_works(trying_fix(asked()), by=olena(), at=timezone.now()),
        ["Version 9.7 solves it", "You told us that it works.", "Solved by a fix"],
    ),
    "solved by silence": (
        lambda: transitions.solve_by_silence(trying_fix(asked()), by=System("a test"), at=timezone.now()),
        ["We heard nothing until the day", "write to us below"],
    ),
    "approved": (approved, ["We refund $79.00", "The payment is being made"]),
    "sent": (
        paid(paying.sent),
        ["$79.00 is on its way to your card", "What to tell your bank", paying.TRACE],
    ),
    "in trouble": (paid(paying.in_trouble), ["We refund $79.00", "our finance department is on it"]),
    "bounced": (paid(paying.bounced), ["We refund $79.00", "your bank did not take it"]),
    "reopened": (paid(paying.reopened), ["Your refund came back to us; we are finding another way"]),
    "refunded": (paid(paying.settled), ["$79.00 has arrived", "This request is closed."]),
    "declined": (declined, ["We cannot refund this", "see § 2(b).", "Tell us what we missed"]),
    "merged": (merged, ["This request goes on in", "Go on in", "Goes on in another request"]),
    "withdrawn": (withdrawn, ["You have withdrawn this request", "Ask anew"]),
}


@pytest.mark.parametrize("state", STATES)
def test_the_page_says_the_news_within_its_queries(
    at_home: AtHome, django_assert_max_num_queries: AtMost, state: str
) -> None:
    bring, expected = STATES[state]
    browser, refund_request = at_home(olena()), bring()
    with django_assert_max_num_queries(QUERIES):
        page = words(browser.get(url(refund_request)))
    for each in expected:
        assert each in page
    with django_assert_max_num_queries(QUERIES):
        assert browser.get(url(refund_request) + "pdf/").status_code == 200


def test_money_that_came_back_is_not_expected(at_home: AtHome) -> None:
    sent, bounced = (paid(story)() for story in (paying.sent, paying.bounced))
    browser = at_home(olena())
    assert "Expected" in words(browser.get(url(sent)))
    assert "Expected" not in words(browser.get(url(bounced)))


# The queue


def test_the_place_is_exact_and_those_of_the_same_moment_have_an_order() -> None:
    at = timezone.now()
    in_order = [a_request(at=at - timedelta(minutes=1)), *[a_request(at=at) for _ in range(3)]]
    places = [board.place_of(each) for each in in_order]
    assert places == [board.Place(number, is_more=False) for number in range(4)]
    assert board.place_of(transitions.withdraw(in_order[0], by=in_order[0].member, at=at)) is None
    assert board.place_of(in_order[3]) == board.Place(2, is_more=False)


def test_beyond_what_is_counted_it_says_more_than(at_home: AtHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "COUNTED_UP_TO", 2)
    places = [board.place_of(a_request(at=timezone.now())) for _ in range(3)]
    assert places[-1] == board.Place(2, is_more=False)
    last = asked()
    assert board.place_of(last) == board.Place(2, is_more=True)
    page = words(at_home(olena()).get(url(last) + "?sent"))
    assert "More than 2 requests are before yours" in page
    assert "number 3" not in page


def test_a_missed_promise_is_owned_up_to(at_home: AtHome, monkeypatch: pytest.MonkeyPatch) -> None:
    refund_request = asked()
    due = Promise.objects.get(refund_request=refund_request).due_at
    long_after = due + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: long_after)
    browser = at_home(olena())
    page = words(browser.get(url(refund_request)))
    assert "We had promised to write to you by" in page
    assert "and we did not. We are sorry." in page
    assert "We write to you by" not in page
    promises.note_missed(at=long_after)
    assert "We did not write by the time we had promised" in words(browser.get(url(refund_request)))


# The money


def test_money_that_is_late_says_what_to_do(at_home: AtHome, monkeypatch: pytest.MonkeyPatch) -> None:
    refund_request = approved()
    paying.sent(refund_request, at=timezone.now())
    browser = at_home(olena())
    assert "It should have arrived by now." not in words(browser.get(url(refund_request)))
    much_later = timezone.now() + timedelta(days=30)
    monkeypatch.setattr(timezone, "now", lambda: much_later)
    assert "It should have arrived by now." in words(at_home(olena()).get(url(refund_request)))


@pytest.mark.parametrize(("hour", "is_late"), [(0, False), (23, False), (24, True)])
def test_money_is_late_once_the_last_day_is_over_where_it_is_counted(
    settings: Settings, hour: int, is_late: bool
) -> None:
    """At the desk, whichever day the member has; page and paper say the same."""
    settings.MAKEGOOD_DESK_ZONE = "America/Los_Angeles"
    refund_request, zone = approved(), ZoneInfo("America/Los_Angeles")
    refund = paying.sent(refund_request, at=timezone.now())
    arrival = expected_for(refund, zone=zone)
    assert arrival is not None
    at = datetime.combine(arrival.latest, time(), zone) + timedelta(hours=hour)
    ticket = reading.read(now(refund_request))
    for members_zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        with timezone.override(members_zone):
            [shown] = refunds_of(ticket, at=at)
            assert shown.is_late is is_late


@pytest.mark.parametrize("state", RefundState)
def test_each_state_of_a_refund_has_its_sentence(state: RefundState) -> None:
    from makegood.members.ticket.paid import SENTENCES

    assert state in SENTENCES or state is RefundState.CANCELED


def test_a_full_refund_is_not_reckoned_up(at_home: AtHome) -> None:
    assert "How the amount came about" not in words(at_home(olena()).get(url(approved())))


# Against it


def test_a_message_after_a_decision_is_taken(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), declined()
    assert send(browser, refund_request, body="It happens in 9.7 too").status_code == 303
    assert "It happens in 9.7 too" in words(browser.get(url(refund_request)))


def test_withdrawn_meanwhile_what_was_typed_is_not_lost(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), withdrawn()
    answer = send(browser, refund_request, body="One more thing")
    assert answer.status_code == 422
    assert "One more thing</textarea>" in answer.content.decode()
    assert "This request was withdrawn" in words(answer)


def test_a_withdrawn_request_is_asked_anew_for_the_same_order(at_home: AtHome) -> None:
    order = olenas_order()
    refund_request = transitions.withdraw(a_request(order, at=timezone.now()), by=olena(), at=timezone.now())
    page = at_home(olena()).get(url(refund_request)).content.decode()
    assert f'action="/refunds/new/?order={order.number}"' in page


def test_withdrawing_twice_says_so(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), withdrawn()
    for answer in (
        browser.get(url(refund_request) + "withdraw/", follow=True),
        browser.post(url(refund_request) + "withdraw/", follow=True),
    ):
        assert "This request is withdrawn already." in words(answer)


def test_only_the_decision_of_this_round_is_told() -> None:
    refund_request = approved()
    transitions.reopen(refund_request, by=System("a test"), at=timezone.now(), reason="It came back")
    assert reading.read(now(refund_request)).decision is None
