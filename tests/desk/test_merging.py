"""Merging two requests of one customer at the desk, and what each of their pages then shows."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from makegood.desk.ticket import read_ticket
from makegood.refund_requests import conversation, merging
from makegood.refund_requests.assessing import answers_of_request
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State
from tests.cases import a_request, now, taken
from tests.desk.conftest import Desk
from tests.people import ago, an_order, marta, olena, petro, roza

pytestmark = pytest.mark.django_db


def a_newer_request() -> RefundRequest:
    order = an_order(olena(), purchased_at=ago(days=20))
    return a_request(order, at=timezone.now())


def an_older_one() -> RefundRequest:
    return taken(a_request(), at=timezone.now())


def merged() -> tuple[RefundRequest, RefundRequest]:
    kept, newer = an_older_one(), a_newer_request()
    return kept, merging.merge(newer, kept, by=petro(), at=timezone.now())


def test_the_number_of_the_newer_one_merges_it_into_the_one_that_is_held(at_desk: Desk) -> None:
    kept, newer = an_older_one(), a_newer_request()
    desk = at_desk(petro())
    assert "Merge a newer request into this one" in page(desk, kept)
    answer = desk.post(f"/desk/requests/{kept.reference}/merge/", {"other": newer.reference.lower()})
    assert (answer.status_code, now(newer).state) == (303, State.MERGED)
    shown = page(desk, kept)
    assert f"{newer.reference}</a> was merged into this request" in shown
    assert "Undo the merging" in shown
    assert f"from {newer.reference}" in shown
    assert "was also named in" not in shown, "what was merged into it is no other request"


def page(desk: object, asked: RefundRequest) -> str:
    body: str = desk.get(f"/desk/requests/{asked.reference}/").content.decode()  # type: ignore[attr-defined]
    return " ".join(body.split())


def test_why_not_is_said_at_the_form_and_the_number_stays(at_desk: Desk) -> None:
    kept = an_older_one()
    answer = at_desk(petro()).post(f"/desk/requests/{kept.reference}/merge/", {"other": kept.reference})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "This is the request itself." in body
    assert f'value="{kept.reference}"' in body


def test_who_does_not_hold_it_is_offered_no_merging(at_desk: Desk) -> None:
    assert "Merge a newer request" not in page(at_desk(roza()), an_older_one())


def test_the_merged_one_says_where_it_goes_on(at_desk: Desk) -> None:
    kept, gone = merged()
    shown = page(at_desk(roza()), gone)
    assert f'This request goes on in <a href="/desk/requests/{kept.reference}/">' in shown
    assert "Undo the merging" not in shown, "she holds neither"


def test_what_was_said_in_both_stands_in_one_conversation_in_order(at_desk: Desk) -> None:
    kept, newer = an_older_one(), a_newer_request()
    for asked, body in ((newer, "First of all"), (kept, "Then this")):
        conversation.write_as_member(asked, body=body, token=uuid4(), by=olena(), at=timezone.now())
    merging.merge(newer, kept, by=petro(), at=timezone.now())
    shown = page(at_desk(petro()), kept)
    assert shown.index("First of all") < shown.index("Then this")


def test_the_pictures_of_both_count_for_the_policy(at_desk: Desk) -> None:
    kept, gone = merged()
    assert [live.facts["screenshots"] for live in answers_of_request(now(kept))] == [2, 2]
    ticket = read_ticket(petro(), kept.reference)
    assert [live.facts["screenshots"] for live in ticket.answers] == [2, 2]
    shown = page(at_desk(marta()), kept)
    own, other = kept.evidence.get(), gone.evidence.get()
    offered = re.findall(r'<input type="checkbox" name="pictures" value="(\d+)"', shown)
    assert set(offered) == {str(own.pk)}, f"a finding cannot point to {other.pk}"


def test_the_member_reads_what_was_said_before_a_message_of_either(at_desk: Desk) -> None:
    kept, newer = an_older_one(), a_newer_request()
    first, second = (
        conversation.write_as_member(asked, body=body, token=uuid4(), by=olena(), at=timezone.now())
        for asked, body in ((kept, "First of all"), (newer, "Then this"))
    )
    merging.merge(newer, kept, by=petro(), at=timezone.now())
    answer = at_desk(olena()).get(reverse("members:earlier", args=[kept.reference, second.pk]))
    assert (answer.status_code, first.body in answer.content.decode()) == (200, True)


def test_undone_both_are_as_before(at_desk: Desk) -> None:
    kept, gone = merged()
    desk = at_desk(petro())
    answer = desk.post(f"/desk/requests/{gone.reference}/unmerge/")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/requests/{kept.reference}/")
    assert now(gone).state == State.WAITING
    assert "Undo the merging" not in page(desk, kept)


def test_what_cannot_be_undone_any_more_is_said(at_desk: Desk) -> None:
    kept, gone = merged()
    conversation.write_as_member(kept, body="And?", token=uuid4(), by=olena(), at=timezone.now())
    answer = at_desk(petro()).post(f"/desk/requests/{gone.reference}/unmerge/")
    assert answer.status_code == 409
    assert "Something has happened since they were merged" in answer.content.decode()


def test_the_member_is_led_on_and_what_they_send_arrives(at_desk: Desk) -> None:
    kept, gone = merged()
    member = at_desk(olena())
    assert f"Go on in {kept.reference}" in " ".join(
        member.get(f"/refunds/{gone.reference}/").content.decode().split()
    )
    answer = member.post(f"/refunds/{gone.reference}/messages/", {"body": "One more thing", "token": uuid4()})
    assert answer.headers["Location"] == f"/refunds/{kept.reference}/#last"
    shown = member.get(f"/refunds/{kept.reference}/").content.decode()
    assert f"Your message is sent to {kept.reference}" in shown
    assert "One more thing" in shown
