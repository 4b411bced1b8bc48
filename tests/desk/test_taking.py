"""Taking from the queue and putting back."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests.at_once import at_once
from tests.cases import a_request, now
from tests.desk.conftest import Desk
from tests.desk.scenes import held_by_petro
from tests.people import a_lead, ago, an_order, lars, ola, olena, petro, roza

pytestmark = pytest.mark.django_db


def test_the_server_picks_the_one_that_has_waited_longest(at_desk: Desk) -> None:
    a_request(at=ago(hours=1))
    first = a_request(an_order(lars(), purchased_at=ago(days=3)), at=ago(hours=5))
    response = at_desk(petro()).post("/desk/take/")
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/requests/{first.reference}/")
    assert (now(first).state, now(first).holder) == (State.EXAMINING, petro())


@pytest.mark.django_db(transaction=True)
def test_two_representatives_taking_at_once_get_two_different_requests(at_desk: Desk) -> None:
    a_request()
    a_request(an_order(lars(), purchased_at=ago(days=3)))
    clients = [at_desk(petro()), at_desk(roza())]
    calls = [lambda client=client: client.post("/desk/take/").headers["Location"] for client in clients]
    assert len(set(at_once(*calls))) == 2
    assert RefundRequest.objects.filter(state=State.EXAMINING).count() == 2


def test_when_nobody_waits_it_says_so_calmly(at_desk: Desk) -> None:
    response = at_desk(petro()).post("/desk/take/", follow=True)
    assert response.redirect_chain == [("/desk/", 303)]
    assert "Nobody is waiting." in response.content.decode()


def test_putting_back_needs_a_reason_and_keeps_the_page(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/put-back/", {"reason": "  "})
    assert response.status_code == 422
    assert "Please give a reason" in response.content.decode()
    assert now(held).state == State.EXAMINING


def test_putting_back_returns_it_to_its_place(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/put-back/", {"reason": "I know the customer"}
    )
    assert (response.status_code, response.headers["Location"]) == (303, "/desk/")
    assert (now(held).state, now(held).queued_at) == (State.WAITING, held.queued_at)


def test_a_colleague_cannot_put_back_what_is_not_theirs_and_reads_why(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(roza()).post(
        f"/desk/requests/{held.reference}/put-back/", {"reason": "mine is better"}
    )
    body = response.content.decode()
    assert response.status_code == 409
    assert "Petro Bondar has it now" in body
    assert "mine is better" in body
    assert now(held).holder == petro()


def test_putting_back_and_taking_the_next_one_is_one_step_and_is_counted(at_desk: Desk) -> None:
    held = held_by_petro()
    other = a_request(an_order(lars(), purchased_at=ago(days=3)))
    path = f"/desk/requests/{held.reference}/put-back/"
    response = at_desk(petro()).post(path, {"reason": "I know the customer", "next": "1"}, follow=True)
    assert response.redirect_chain == [(f"/desk/requests/{other.reference}/", 303)]
    assert "You put back 1 request in the last seven days" in response.content.decode()


def test_one_who_put_back_the_only_one_reads_that_it_is_not_for_them_now(at_desk: Desk) -> None:
    held = held_by_petro()
    path = f"/desk/requests/{held.reference}/put-back/"
    response = at_desk(petro()).post(path, {"reason": "I know the customer", "next": "1"}, follow=True)
    assert "Nothing is for you now" in response.content.decode()
    assert now(held).state == State.WAITING


def test_the_limit_is_a_setting_and_is_said_in_words(at_desk: Desk, settings: Settings) -> None:
    settings.MAKEGOOD_WORK_IN_PROGRESS = 1
    held_by_petro()
    a_request(an_order(lars(), purchased_at=ago(days=3)))
    response = at_desk(petro()).post("/desk/take/", follow=True)
    assert response.redirect_chain == [("/desk/", 303)]
    assert "You already examine 1 request." in response.content.decode()
    assert petro().held_requests.count() == 1


def test_a_lead_takes_one_out_of_turn_and_the_reason_is_not_lost(at_desk: Desk) -> None:
    waiting = a_request()
    client, path = at_desk(a_lead()), f"/desk/requests/{waiting.reference}/"
    assert f'action="{path}choose/"' in client.get(path).content.decode()
    assert f'action="{path}choose/"' not in at_desk(petro()).get(path).content.decode()
    assert client.post(f"{path}choose/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}choose/", {"reason": "They called us"}).status_code == 303
    assert now(waiting).holder == a_lead()
    late = at_desk(ola()).post(f"{path}choose/", {"reason": "They called me too"})
    assert (late.status_code, "They called me too" in late.content.decode()) == (409, True)
    assert "Taken out of turn: They called us" in client.get(path).content.decode()


def test_no_request_is_taken_by_its_name(at_desk: Desk) -> None:
    waiting = a_request(an_order(olena(), purchased_at=ago(days=3)))
    client: Client = at_desk(petro())
    assert client.post(f"/desk/requests/{waiting.reference}/").status_code == 405
    assert (
        "Take the next one on the board"
        in client.get(f"/desk/requests/{waiting.reference}/").content.decode()
    )
    assert now(waiting).state == State.WAITING
