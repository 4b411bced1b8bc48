"""The page of one request: reading it, writing, notes and findings."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest
from django.utils import timezone

from makegood.accounts.models import User
from makegood.desk.signals import OFTEN
from makegood.refund_requests import transitions
from makegood.refund_requests.models import Evidence, Finding, Message, RefundRequest, Visibility
from makegood.refund_requests.states import State
from tests.cases import (
    a_defect,
    a_form,
    a_request,
    approved,
    found_to_be_a_defect,
    messages_of,
    now,
    order_of,
    send,
    with_engineers,
    withdrawn,
)
from tests.desk.conftest import Desk
from tests.desk.scenes import a_message, held_by_petro, olena_wrote
from tests.people import (
    a_member,
    a_use,
    ago,
    an_order,
    finn,
    joao,
    lars,
    marta,
    mei,
    olena,
    petro,
    roza,
    verifier,
)

pytestmark = pytest.mark.django_db

EVIL = '<script>alert("x")</script>'


def test_it_shows_each_condition_with_its_mark_and_why(at_desk: Desk) -> None:
    body = _page(at_desk, petro(), held_by_petro())
    assert "within 30 days" in body
    assert "the last day to ask is" in body
    assert "day 21" in body
    assert "To be established: 2. If it comes out well: refund $79.00." in body


def test_what_is_said_is_sent_once_and_promises_anew(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held)
    for _ in range(2):
        response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
        assert response.status_code == 303
    assert messages_of(held) == ["Which version is it?"]
    assert now(held).state == State.EXAMINING


def test_a_question_waits_for_the_answer(at_desk: Desk) -> None:
    held = held_by_petro()
    at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", a_message(held, asks="1"))
    assert now(held).state == State.ASKED


def test_a_reply_is_refused_when_the_customer_wrote_meanwhile_and_the_draft_is_kept(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held)
    olena_wrote(held, "It is version 9.6")
    client = at_desk(petro())
    response = client.post(f"/desk/requests/{held.reference}/messages/", form)
    body = response.content.decode()
    assert response.status_code == 409
    assert "Someone wrote in the meantime" in body
    assert "It is version 9.6" in body
    assert "Which version is it?" in body
    assert messages_of(held) == ["It is version 9.6"]


def test_after_reading_the_same_draft_can_be_sent(at_desk: Desk) -> None:
    held = held_by_petro()
    form, seen = a_message(held), olena_wrote(held)
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    assert f'name="seen_up_to" value="{seen.pk}"' in response.content.decode()
    again = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/messages/", {**form, "seen_up_to": seen.pk}
    )
    assert again.status_code == 303
    assert messages_of(held) == ["One more thing", "Which version is it?"]


def test_a_message_without_words_is_the_same_page(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", a_message(held, body=" "))
    assert response.status_code == 422
    assert "Please write a few words." in response.content.decode()


def test_who_lost_the_request_to_a_colleague_keeps_what_was_typed(at_desk: Desk) -> None:
    held = held_by_petro()
    form = a_message(held)
    at = timezone.now()
    transitions.put_back(held, by=petro(), at=at, reason="tired")
    transitions.take(now(held), by=roza(), at=at)
    response = at_desk(petro()).post(f"/desk/requests/{held.reference}/messages/", form)
    body = response.content.decode()
    assert response.status_code == 409
    assert "Roza Lind has it now" in body
    assert "Which version is it?" in body
    assert messages_of(held) == []


@pytest.mark.parametrize("writer", [petro, marta, finn])
def test_a_note_is_for_colleagues_only(writer: Callable[[], User], at_desk: Desk) -> None:
    waiting = a_request()
    form = {"body": "Same as D-118", "token": a_message(waiting)["token"]}
    response = at_desk(writer()).post(f"/desk/requests/{waiting.reference}/notes/", form)
    assert response.status_code == 303
    assert Message.objects.get().visibility == Visibility.INTERNAL
    assert "the customer never sees this" in _page(at_desk, petro(), waiting)


def test_an_empty_note_is_the_same_page(at_desk: Desk) -> None:
    waiting = a_request()
    response = at_desk(petro()).post(
        f"/desk/requests/{waiting.reference}/notes/", {"body": "", "token": a_message(waiting)["token"]}
    )
    assert (response.status_code, Message.objects.count()) == (422, 0)


def test_an_engineer_establishes_a_fact_with_a_note(at_desk: Desk) -> None:
    held = held_by_petro()
    address = f"/desk/requests/{held.reference}/findings/bug_confirmed/"
    response = at_desk(marta()).post(address, {"value": "yes", "note": "Seen on Postfix 3.7"})
    assert response.status_code == 303
    found = Finding.objects.get()
    assert (found.value, found.note, found.author) == (True, "Seen on Postfix 3.7", marta())
    body = _page(at_desk, petro(), held)
    assert "Seen on Postfix 3.7" in body
    assert "To be established: 1." in body


def test_a_later_finding_corrects_the_earlier_one_which_stays_to_be_read(at_desk: Desk) -> None:
    held = held_by_petro()
    address = f"/desk/requests/{held.reference}/findings/bug_confirmed/"
    at_desk(marta()).post(address, {"value": "yes", "note": ""})
    at_desk(marta()).post(address, {"value": "no", "note": "It was the firewall"})
    body = _page(at_desk, petro(), held)
    assert body.index("It was the firewall") < body.index("Corrected later:")


def test_a_finding_points_to_the_pictures_that_show_it(at_desk: Desk) -> None:
    held = held_by_petro()
    picture = held.evidence.get()
    address = f"/desk/requests/{held.reference}/findings/bug_confirmed/"
    response = at_desk(marta()).post(address, {"value": "yes", "note": "", "pictures": [picture.pk]})
    assert response.status_code == 303
    assert [row.evidence for row in Finding.objects.get().pictures.all()] == [picture]
    body = _page(at_desk, petro(), held)
    assert "Shown by" in body.split('class="findings"')[1].split("</ol>")[0]


def test_a_picture_of_another_request_shows_nothing_here(at_desk: Desk) -> None:
    held, other = held_by_petro(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    address = f"/desk/requests/{held.reference}/findings/bug_confirmed/"
    typed = {"value": "yes", "note": "Seen in it", "pictures": [other.evidence.get().pk]}
    response = at_desk(marta()).post(address, typed)
    assert (response.status_code, Finding.objects.count()) == (422, 0)
    assert "Seen in it" in response.content.decode()


def test_a_finding_without_an_answer_is_the_same_page_with_the_note_kept(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(marta()).post(
        f"/desk/requests/{held.reference}/findings/fixable/", {"note": "Looking into it"}
    )
    body = response.content.decode()
    assert response.status_code == 422
    assert "Please answer the question." in body
    assert "Looking into it" in body


def test_a_representative_cannot_give_the_engineers_verdict(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(petro()).post(
        f"/desk/requests/{held.reference}/findings/bug_confirmed/", {"value": "yes", "note": ""}
    )
    assert (response.status_code, Finding.objects.count()) == (404, 0)


def test_a_fact_that_the_policy_does_not_ask_is_not_there(at_desk: Desk) -> None:
    held = held_by_petro()
    response = at_desk(marta()).post(f"/desk/requests/{held.reference}/findings/amount_paid/", {"value": "1"})
    assert response.status_code == 404


def test_after_the_decision_a_finding_is_refused_in_words(at_desk: Desk) -> None:
    decided = approved()
    response = at_desk(marta()).post(
        f"/desk/requests/{decided.reference}/findings/fixable/", {"value": "yes", "note": "Fixed after all"}
    )
    body = response.content.decode()
    assert response.status_code == 409
    assert "This request has been decided" in body
    assert "Fixed after all" in body


def test_the_engineer_of_a_linked_defect_is_sent_to_its_verdict(at_desk: Desk) -> None:
    waiting = with_engineers()
    body = _page(at_desk, marta(), waiting)
    assert f'href="/desk/defects/{now(waiting).defect_id}/"' in body
    assert "findings/bug_confirmed" not in body


def test_the_use_since_an_automatic_charge_is_shown(at_desk: Desk) -> None:
    first = an_order(mei(), verifier(), purchased_at=ago(days=60), auto_renewal_chosen=True)
    renewal = an_order(mei(), verifier(), purchased_at=ago(days=10), renews=first, auto_renewal_chosen=True)
    asked = send(a_form(renewal, ground="automatic_charge", pictures=0))
    a_use(renewal, used_at=ago(days=1), units=12)
    body = _page(at_desk, petro(), asked)
    assert "12 verification credits, last on" in body
    assert f"order {first.number}" in body
    assert "chosen while purchasing" in body


def test_the_same_picture_in_a_strangers_request_is_a_signal(at_desk: Desk) -> None:
    mine, other = a_request(), a_request(an_order(lars(), purchased_at=ago(days=3)))
    sha = Evidence.objects.filter(refund_request=other).values("original_sha256")
    Evidence.objects.filter(refund_request=mine).update(original_sha256=sha)
    link = f'<a href="/desk/requests/{other.reference}/">{other.reference}</a>'
    assert f"was also sent in {link}, by another member." in _page(at_desk, petro(), mine)


def test_an_order_that_was_named_before_is_a_signal(at_desk: Desk) -> None:
    before = withdrawn()
    again = a_request(order_of(before))
    link = f'<a href="/desk/requests/{before.reference}/">{before.reference}</a>'
    assert f"Order {order_of(before).number} was also named in {link}." in _page(at_desk, petro(), again)


def test_many_requests_of_one_member_are_counted(at_desk: Desk) -> None:
    approved()
    few = [a_request(an_order(olena(), purchased_at=ago(days=days))) for days in range(1, OFTEN)]
    assert "Worth a look" not in _page(at_desk, petro(), few[0])
    a_request(an_order(olena(), purchased_at=ago(days=5)))
    body = _page(at_desk, petro(), a_request(an_order(olena(), purchased_at=ago(days=6))))
    words = f"{OFTEN + 1} other requests</a>; 1 of them was refunded."
    assert f'Olena sent <a href="/desk/requests/?find=olena%40example.com">{words}' in body


def test_the_same_picture_twice_by_one_member_is_no_signal(at_desk: Desk) -> None:
    orders = [an_order(joao(), purchased_at=ago(days=days)) for days in (3, 4)]
    mine, other = (a_request(order) for order in orders)
    sha = Evidence.objects.filter(refund_request=other).values("original_sha256")
    Evidence.objects.filter(refund_request=mine).update(original_sha256=sha)
    assert "Worth a look" not in _page(at_desk, petro(), mine)


def test_earlier_requests_of_the_member_are_linked(at_desk: Desk) -> None:
    earlier = approved()
    later_one = a_request(an_order(earlier.member, purchased_at=ago(days=2)))
    assert f'href="/desk/requests/{earlier.reference}/"' in _page(at_desk, petro(), later_one)


def test_whatever_people_type_stays_text(at_desk: Desk) -> None:
    evil = a_member("evil@example.com", name=EVIL)
    asked = send(a_form(an_order(evil, purchased_at=ago(days=3)), description=EVIL, steps=EVIL))
    form = {"body": EVIL, "token": a_message(asked)["token"]}
    at_desk(petro()).post(f"/desk/requests/{asked.reference}/notes/", form)
    at_desk(marta()).post(
        f"/desk/requests/{asked.reference}/findings/bug_confirmed/", {"value": "yes", "note": EVIL}
    )
    for address in (f"/desk/requests/{asked.reference}/", "/desk/", "/desk/requests/"):
        body = at_desk(petro()).get(address).content.decode()
        assert EVIL not in body
    assert escape(EVIL) in _page(at_desk, petro(), asked)


def test_after_the_decision_it_shows_what_was_decided_and_found(at_desk: Desk) -> None:
    decided = approved()
    body = _page(at_desk, finn(), decided)
    assert "Petro Bondar decided to refund $79.00" in body
    assert "Can it be fixed?" in body
    assert "Marta Nowak" in body


def test_the_defect_is_named_in_the_list_of_the_engineer(at_desk: Desk) -> None:
    defect = a_defect()
    with_engineers(defect=defect)
    assert defect.reference in at_desk(marta()).get("/desk/").content.decode()


def test_what_was_established_stands_before_the_verdict(at_desk: Desk) -> None:
    ready = found_to_be_a_defect(held_by_petro())
    assert "By the policy: refund $79.00" in _page(at_desk, petro(), ready)


def _page(at_desk: Desk, user: User, refund_request: RefundRequest) -> str:
    response = at_desk(user).get(f"/desk/requests/{refund_request.reference}/")
    assert response.status_code == 200
    return response.content.decode()
