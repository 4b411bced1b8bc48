"""The lease on the ticket: how long it runs, keeping it, and what was typed when it was over."""

from __future__ import annotations

import pytest
from django.utils import timezone

from makegood.queue.leases import return_expired
from makegood.refund_requests.holding import LEASE
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests.cases import a_request, now, taken
from tests.desk.conftest import Desk
from tests.desk.scenes import a_message, held_by_petro, olena_wrote
from tests.people import petro, roza

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def expired() -> RefundRequest:
    """Petro had it until just now, and it went back to the queue."""
    held = taken(a_request(), by=petro(), at=timezone.now() - LEASE)
    return_expired(at=timezone.now())
    return now(held)


def path(refund_request: RefundRequest, step: str = "") -> str:
    return f"/desk/requests/{refund_request.reference}/{step}"


def test_the_ticket_says_until_when_it_is_held_and_offers_to_keep_it(at_desk: Desk) -> None:
    held = held_by_petro()
    body = at_desk(petro()).get(path(held)).content.decode()
    assert "yours until" in body
    assert f'action="{path(held, "keep/")}"' in body
    assert "keep/" not in at_desk(roza()).get(path(held)).content.decode()


def test_keeping_it_lets_the_lease_run_anew(at_desk: Desk) -> None:
    held = taken(a_request(), by=petro(), at=timezone.now() - LEASE / 2)
    before = now(held).lease_until
    assert before is not None
    response = at_desk(petro()).post(path(held, "keep/"))
    assert (response.status_code, response.headers["Location"]) == (303, path(held))
    after = now(held).lease_until
    assert after is not None
    assert after > before


def test_the_form_that_keeps_it_carries_the_token_of_forms(at_desk: Desk) -> None:
    page = at_desk(petro()).get(path(held_by_petro())).content.decode()
    form = page[page.index("data-lease") : page.index("data-lease-words")]
    assert "csrfmiddlewaretoken" in form


def test_a_script_hears_the_new_end_or_that_it_is_lost(at_desk: Desk) -> None:
    held = held_by_petro()
    kept = at_desk(petro()).post(path(held, "keep/"), headers=JSON)
    assert (kept.status_code, kept.json()["words"][:11]) == (200, "yours until")
    lost = at_desk(roza()).post(path(held, "keep/"), headers=JSON)
    assert (lost.status_code, "Petro Bondar has it now" in lost.json()["words"]) == (409, True)


def test_a_message_after_the_lease_is_kept_taken_up_again_and_sent(at_desk: Desk) -> None:
    back, client = expired(), at_desk(petro())
    typed = a_message(back, body="We look at the log of the 12th.")
    refused = client.post(path(back, "messages/"), typed)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Your time with" in page
    assert "We look at the log of the 12th." in page
    assert f'formaction="{path(back, "take-again/")}"' in page
    again = client.post(path(back, "take-again/"), typed)
    assert (again.status_code, now(back).holder) == (200, petro())
    assert "We look at the log of the 12th." in again.content.decode()
    assert client.post(path(back, "messages/"), typed).status_code == 303
    assert back.messages.get().body == "We look at the log of the 12th."


def test_what_the_member_wrote_meanwhile_is_still_to_be_read_first(at_desk: Desk) -> None:
    back, client = expired(), at_desk(petro())
    typed = a_message(back)
    olena_wrote(back, "It happens on the other machine too")
    client.post(path(back, "take-again/"), typed)
    refused = client.post(path(back, "messages/"), typed)
    assert (refused.status_code, "Someone wrote in the meantime" in refused.content.decode()) == (409, True)


def test_when_a_colleague_took_it_the_page_says_who_and_keeps_the_message(at_desk: Desk) -> None:
    back = expired()
    at_desk(roza()).post("/desk/take/")
    refused = at_desk(petro()).post(path(back, "take-again/"), a_message(back, body="Hello"))
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Roza Lind has it now" in page
    assert "Hello" in page
    assert now(back).holder == roza()


def test_what_comes_back_stands_on_the_board_of_who_had_it(at_desk: Desk) -> None:
    back = expired()
    assert "back for you" in at_desk(petro()).get("/desk/").content.decode()
    assert "back for you" not in at_desk(roza()).get("/desk/").content.decode()
    page = at_desk(petro()).get(path(back)).content.decode()
    assert "You had it until your time was over" in page
    response = at_desk(petro()).post(path(back, "take-again/"))
    assert (response.status_code, now(back).state) == (303, State.EXAMINING)
