"""A page hears, moments after it is committed, that something changed; as long as it may."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
from django.db import connection, transaction
from django.utils import timezone

from makegood.accounts import granting
from makegood.accounts.roles import Role
from makegood.accounts.sessions import end_sessions
from makegood.audit.actors import System
from makegood.audit.telling import CHANNEL
from makegood.config.streams.hub import PER_PERSON
from makegood.refund_requests import conversation
from makegood.refund_requests.models import RefundRequest
from tests.cases import a_request
from tests.config.streams.conftest import Follower
from tests.people import an_order, lars, olena, petro
from tests.serving import Served, session_of

Follow = Callable[..., Follower]
CHANGED = "data: changed"
BOARD = "/desk/live/"
A_WHILE = 2.5


def a_waiting_request() -> RefundRequest:
    at = timezone.now() - timedelta(days=1)
    return a_request(an_order(olena(), purchased_at=at), at=at)


def olena_writes(refund_request: RefundRequest) -> None:
    conversation.write_as_member(refund_request, body="Hello?", token=uuid4(), by=olena(), at=timezone.now())


def test_the_board_hears_of_what_is_committed_and_of_nothing_else(follow: Follow) -> None:
    refund_request = a_waiting_request()
    board = follow(petro(), BOARD)
    assert board.answer.headers["Content-Type"] == "text/event-stream"
    assert board.answer.headers["Cache-Control"] == "no-store"
    assert board.answer.headers["X-Accel-Buffering"] == "no"
    assert not [name for name in board.answer.headers if "follows" in name]
    assert board.hears() == CHANGED, "what happened before it came, nobody told it"

    with transaction.atomic():
        olena_writes(refund_request)
        transaction.set_rollback(True)
    assert board.hears_nothing(for_seconds=A_WHILE)

    began = time.monotonic()
    olena_writes(refund_request)
    assert board.hears() == CHANGED
    assert time.monotonic() - began < A_WHILE


def test_a_ticket_hears_of_itself_alone(follow: Follow) -> None:
    mine, other = a_waiting_request(), a_waiting_request()
    ticket = follow(olena(), f"/refunds/{mine.reference}/live/")
    at_the_desk = follow(petro(), f"/desk/requests/{mine.reference}/live/")
    for page in (ticket, at_the_desk):
        assert page.hears() == CHANGED
    olena_writes(other)
    for page in (ticket, at_the_desk):
        assert page.hears_nothing(for_seconds=A_WHILE)
    olena_writes(mine)
    for page in (ticket, at_the_desk):
        assert page.hears() == CHANGED


def test_a_stranger_learns_nothing(served: Served, follow: Follow) -> None:
    refund_request = a_waiting_request()
    assert follow(lars(), f"/refunds/{refund_request.reference}/live/").answer.status_code == 404
    assert follow(lars(), BOARD).answer.status_code == 404
    asked = httpx.get(served.url + BOARD, headers={"Accept": "text/event-stream"})
    assert asked.status_code == 302


def test_who_loses_the_role_hears_no_more(follow: Follow) -> None:
    representative = petro()
    board = follow(representative, BOARD)
    assert board.hears() == CHANGED
    granting.revoke(representative, Role.REPRESENTATIVE, by=System("a test"), at=timezone.now())
    assert board.hears() is None
    assert follow(representative, BOARD).answer.status_code == 404


def test_who_is_signed_out_hears_no_more(follow: Follow) -> None:
    representative = petro()
    board = follow(representative, BOARD)
    assert board.hears() == CHANGED
    end_sessions(representative, by=representative, at=timezone.now())
    assert board.hears() is None


def test_who_comes_back_is_told_what_was_missed(follow: Follow) -> None:
    refund_request = a_waiting_request()
    board = follow(petro(), BOARD)
    assert board.hears() == CHANGED
    board.leave()
    olena_writes(refund_request)
    assert follow(petro(), BOARD).hears() == CHANGED


def test_a_connection_to_the_database_that_is_cut_is_made_again(follow: Follow) -> None:
    refund_request = a_waiting_request()
    board = follow(petro(), BOARD)
    assert board.hears() == CHANGED
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE %s",
            [f'NOTIFY "{CHANNEL}"%'],
        )
        assert cursor.fetchone() == (1,)
    assert board.hears() == CHANGED, "what happened meanwhile, nobody told it"
    olena_writes(refund_request)
    assert board.hears() == CHANGED


def test_a_page_too_many_asks_instead(follow: Follow) -> None:
    boards = [follow(petro(), BOARD) for _ in range(PER_PERSON)]
    assert [board.hears() for board in boards] == [CHANGED] * PER_PERSON
    assert follow(petro(), BOARD).answer.status_code == 204
    assert follow(olena(), f"/refunds/{a_waiting_request().reference}/live/").hears() == CHANGED
    boards[0].leave()
    time.sleep(0.5)
    assert follow(petro(), BOARD).answer.status_code == 200


def test_a_restart_waits_for_no_stream(served_once: Served, follow: Follow) -> None:
    served_once.start()
    boards = [follow(petro(), BOARD, at=served_once) for _ in range(3)]
    assert [board.hears() for board in boards] == [CHANGED] * 3
    assert served_once.stop() < 3
    assert [board.hears() for board in boards] == [None] * 3


def test_a_server_that_holds_no_streams_says_so(served_once: Served) -> None:
    served_once.start("--worker-class", "gthread")
    asked = httpx.get(
        served_once.url + BOARD,
        headers={"Accept": "text/event-stream"},
        cookies={"session": session_of(petro())},
    )
    assert (asked.status_code, asked.headers["Cache-Control"]) == (204, "no-store")
