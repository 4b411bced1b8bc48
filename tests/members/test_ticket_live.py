"""The ticket keeps itself up to date: cheap to ask, silent without news, and over after signing out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from makegood.audit.actions import Action
from makegood.audit.moving import move
from makegood.members.ticket.live import SEEN
from makegood.notifications.models import Letter
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import opening
from makegood.refunds.models import Refund
from makegood.refunds.states import MOVES
from makegood.refunds.states import State as RefundState
from tests.cases import a_request, approved, order_of
from tests.members.conftest import AtHome
from tests.members.scenes import Page, olenas_order, words
from tests.members.test_ticket import asked, held, url
from tests.people import joao, olena, petro

Counted = Callable[..., AbstractContextManager[object]]
WHO_IS_THERE = 2
"""Queries that find the session and its person, whatever is asked."""


def ask(browser: Client, refund_request: RefundRequest, version: str = "") -> Page:
    headers = {"X-Requested-With": "live"} | ({"If-None-Match": version} if version else {})
    return browser.get(url(refund_request) + "news/", headers=headers)


def version(browser: Client, refund_request: RefundRequest) -> str:
    return str(ask(browser, refund_request)["ETag"])  # type: ignore[index]  # an HttpResponse


def we_write(refund_request: RefundRequest, *, asks: bool = False) -> None:
    conversation.write_as_staff(
        refund_request,
        body="Which version is it?",
        token=uuid4(),
        by=petro(),
        at=timezone.now(),
        seen_up_to=0,
        asks=asks,
    )


def test_nothing_new_costs_two_queries_and_no_page(
    at_home: AtHome, django_assert_num_queries: Counted
) -> None:
    a_request(at=timezone.now())
    browser, refund_request = at_home(olena()), asked()
    known = version(browser, refund_request)
    with django_assert_num_queries(WHO_IS_THERE + 2):
        answer = ask(browser, refund_request, known)
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("path", ["news/", "withdraw/"])
def test_only_the_page_itself_asks_whether_letters_arrive(at_home: AtHome, path: str) -> None:
    """It is the dearest of the questions, and a page that is looked at asks for news all the time."""
    browser, refund_request = at_home(olena()), asked()
    for address, asks in (("", True), (path, False)):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url(refund_request) + address).status_code == 200
        assert any(Letter._meta.db_table in query["sql"] for query in queries) is asks


def test_the_page_knows_what_it_shows(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    page = browser.get(url(refund_request)).content.decode()
    shown = version(browser, refund_request).replace('"', "&quot;")
    assert f'data-live-version="{shown}"' in page


def test_a_message_from_us_is_news_in_one_sentence(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), held()
    known = version(browser, refund_request)
    we_write(refund_request)
    answer = ask(browser, refund_request, known)
    assert answer.status_code == 200
    assert 'data-news="New message from Petro, refund department"' in answer.content.decode()
    assert "Which version is it?" in words(answer)


def test_a_note_of_the_house_is_no_news(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), held()
    known = version(browser, refund_request)
    conversation.write_note(refund_request, body="Hm", token=uuid4(), by=petro(), at=timezone.now())
    assert ask(browser, refund_request, known).status_code == 304


def test_moving_up_in_the_queue_is_news(at_home: AtHome) -> None:
    first = a_request(at=timezone.now())
    browser, refund_request = at_home(olena()), asked()
    known = version(browser, refund_request)
    transitions.withdraw(first, by=first.member, at=timezone.now())
    answer = ask(browser, refund_request, known)
    assert "It is the next one that we examine." in words(answer)


def test_money_that_moves_a_step_is_news(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), approved()
    refund = opened(refund_request)
    known = version(browser, refund_request)
    at = timezone.now()
    move(refund, to=RefundState.SENDING, moves=MOVES, action=Action.REFUND_SENDING, by=petro(), at=at)
    answer = ask(browser, refund_request, known)
    assert "We are sending it now." in words(answer)


def test_every_move_of_a_refund_is_news() -> None:
    beside_the_page = {
        Action.REFUND_DISAGREES,
        Action.EXTERNAL_REFUND_FOUND,
        Action.EXTERNAL_REFUND_CONFIRMED,
        Action.EXTERNAL_REFUND_UNDONE,
        Action.REFUND_ACCOUNT_GIVEN,
        Action.REFUND_ACCOUNT_CHANGED,
        Action.REFUND_ACCOUNT_AGREED,
        Action.REFUND_PUT_IN_BATCH,
    }
    of_refunds = {action for action in Action if action.startswith("refund.")}
    assert of_refunds - set(SEEN) == beside_the_page


def opened(refund_request: RefundRequest) -> Refund:
    """The refund of its one payment, which nobody has sent yet."""
    order = order_of(refund_request)
    return opening.open(
        payment=order.payments.get(),
        amount=order.amount,
        reference=refund_request.reference,
        decision_round=1,
        by=petro(),
        at=timezone.now(),
    )


def test_what_is_typed_is_not_in_what_is_swapped(at_home: AtHome) -> None:
    answer = ask(at_home(olena()), asked())
    assert b"<textarea" not in answer.content
    assert b"<form" not in answer.content


def test_a_closed_request_is_asked_about_rarely(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    assert b'data-live-seconds="20"' in ask(browser, refund_request).content
    transitions.withdraw(refund_request, by=olena(), at=timezone.now())
    assert b'data-live-seconds="300"' in ask(browser, refund_request).content


@pytest.mark.django_db
def test_after_signing_out_a_script_is_told_so_and_a_person_signs_in() -> None:
    refund_request = asked()
    assert ask(Client(), refund_request).status_code == 403
    sent = Client().get(url(refund_request) + "news/")
    assert sent.status_code == 302
    assert sent["Location"].endswith(f"?next={url(refund_request)}")


def test_a_stranger_hears_nothing(at_home: AtHome) -> None:
    refund_request = asked()
    known = version(at_home(olena()), refund_request)
    assert ask(at_home(joao()), refund_request, known).status_code == 404


# Long conversations


def a_long_talk(count: int = 205) -> RefundRequest:
    refund_request = a_request(olenas_order(), at=timezone.now())
    for number in range(count):
        conversation.write_as_member(
            refund_request, body=f"Line {number}.", token=uuid4(), by=olena(), at=timezone.now()
        )
    return refund_request


def test_a_long_conversation_is_read_backwards_a_stretch_at_a_time(
    at_home: AtHome, django_assert_max_num_queries: Counted
) -> None:
    browser, refund_request = at_home(olena()), a_long_talk()
    address, read = url(refund_request), list[int]()
    while address:
        with django_assert_max_num_queries(12):
            page = browser.get(address)
        lines = words(page).split("Line ")[1:]
        read = [int(line.split(".")[0]) for line in lines] + read
        assert len(lines) <= 40
        address = _earlier(page)
    assert read == list(range(205))


def _earlier(page: Page) -> str:
    html = page.content.decode()
    return (
        html.split("data-earlier")[0].rsplit('href="', 1)[1].split('"')[0] if "data-earlier" in html else ""
    )


def test_what_is_before_a_note_or_anothers_message_is_not_told(at_home: AtHome) -> None:
    refund_request, other = held(), a_request(at=timezone.now())
    note = conversation.write_note(refund_request, body="Hm", token=uuid4(), by=petro(), at=timezone.now())
    theirs = conversation.write_as_member(
        other, body="Hello", token=uuid4(), by=other.member, at=timezone.now()
    )
    for message in (note, theirs):
        assert at_home(olena()).get(f"{url(refund_request)}before/{message.pk}/").status_code == 404
