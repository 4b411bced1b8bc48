"""The ticket: the news first, what was said, the decision as a letter; internal notes never."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from makegood.audit.actors import System
from makegood.queue.models import Promise
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import Message, NamedOrder, RefundRequest, Verdict
from makegood.refund_requests.states import State
from makegood.refunds import opening, retrying
from makegood.refunds.models import Refund
from makegood.refunds.moving import move
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.states import State as RefundState
from tests.cases import LETTER, a_request, found_to_be_a_defect, now, taken, with_engineers
from tests.members.conftest import AtHome
from tests.members.scenes import Page, a_png, olenas_order, words
from tests.people import finn, joao, ola, olena, petro


def url(refund_request: RefundRequest) -> str:
    return f"/refunds/{refund_request.reference}/"


def asked() -> RefundRequest:
    """Olena's request, waiting since just now."""
    return a_request(olenas_order(), at=timezone.now())


def held() -> RefundRequest:
    """In Petro's hands since just now."""
    return taken(asked(), by=petro(), at=timezone.now())


def approved() -> RefundRequest:
    """79.00 USD granted."""
    ready = found_to_be_a_defect(held())
    transitions.decide(ready, verdict=Verdict.REFUND, letter=LETTER, by=petro(), at=timezone.now())
    return now(ready)


def refund_of(refund_request: RefundRequest) -> Refund:
    """The refund of its one payment."""
    named = NamedOrder.objects.get(refund_request=refund_request, wanted=True)
    return opening.open(
        payment=named.order.payments.get(),
        amount=named.order.amount,
        reference=refund_request.reference,
        decision_round=refund_request.round,
        by=System("a test"),
        at=timezone.now(),
    )


def send(browser: Client, refund_request: RefundRequest, **typed: object) -> Page:
    """Write to the refund department."""
    form = {"body": "Is there any news?", "token": uuid4(), **typed}
    return browser.post(url(refund_request) + "messages/", form)


# Where it stands


def test_a_waiting_request_says_its_place_and_when_we_write(at_home: AtHome) -> None:
    a_request(at=timezone.now())
    refund_request = a_request(olenas_order(), at=timezone.now())
    page = words(at_home(olena()).get(url(refund_request)))
    assert "Your request is in the queue" in page
    assert "1 request is before yours" in page
    due = Promise.objects.filter(refund_request=refund_request).latest("id").due_at
    assert f"{due:%-d %B %Y}, 18:00 Kyiv time" in page


def test_each_state_has_a_headline_of_its_own(at_home: AtHome) -> None:
    browser = at_home(olena())
    assert "We are examining your request" in words(browser.get(url(held())))
    waiting = with_engineers(asked())
    assert "Our engineers are looking at it" in words(browser.get(url(waiting)))
    asking = held()
    transitions.ask_member(asking, by=petro(), at=timezone.now())
    assert "We need an answer from you" in words(browser.get(url(asking)))


def test_an_approved_request_shows_the_letter_with_each_clause_and_its_version(at_home: AtHome) -> None:
    page = words(at_home(olena()).get(url(approved())))
    assert "We refund $79.00" in page
    assert LETTER in page
    assert "It cannot be fixed." in page
    assert "§ 2(b)" in page
    assert "refund policy, version 2026-11" in page


def test_a_refund_on_its_way_says_how_much_where_to_and_when(at_home: AtHome) -> None:
    refund_request = approved()
    refund = refund_of(refund_request)
    moved(refund, RefundState.SENDING)
    moved(refund, RefundState.SUCCEEDED, succeeded_at=timezone.now(), trace_reference="74027 11")
    page = words(at_home(olena()).get(url(refund_request)))
    assert "$79.00 is on its way to your card" in page
    assert "Visa ending 4242" in page
    assert "Expected between" in page
    assert "74027 11" in page


def test_money_that_arrived_is_the_news(at_home: AtHome) -> None:
    refund_request = approved()
    refund = refund_of(refund_request)
    moved(refund, RefundState.SENDING)
    moved(refund, RefundState.SUCCEEDED, succeeded_at=timezone.now())
    moved(refund, RefundState.SETTLED, settled_at=timezone.now())
    transitions.settle(refund_request, by=System("a test"), at=timezone.now())
    assert "$79.00 has arrived" in words(at_home(olena()).get(url(refund_request)))


def test_money_that_took_another_way_is_told_once_and_not_to_the_card(at_home: AtHome) -> None:
    refund_request = approved()
    first = refund_of(refund_request)
    for state in (RefundState.SENDING, RefundState.FAILED):
        first = move(first, state, by=System("a test"), at=timezone.now())
    wire = retrying.fall_back(
        first, provider=ManualProvider(), consent="By mail", by=finn(), at=timezone.now()
    )
    wire = retrying.approve(wire, by=ola(), at=timezone.now())
    moved(wire, RefundState.SENDING)
    moved(wire, RefundState.SUCCEEDED, succeeded_at=timezone.now())
    page = words(at_home(olena()).get(url(refund_request)))
    assert "$79.00 is on its way to you" in page
    assert "another way than you paid order" in page
    assert "which you paid order" not in page


def moved(refund: Refund, to: RefundState, **fields: object) -> None:
    """As the worker would move it after the provider's answer."""
    Refund.objects.filter(pk=refund.pk).update(
        state=to, next_look_at=None, last_asked_at=timezone.now(), **fields
    )


def test_a_declined_request_says_why(at_home: AtHome) -> None:
    ready = found_to_be_a_defect(held(), fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=LETTER, by=petro(), at=timezone.now())
    page = words(at_home(olena()).get(url(ready)))
    assert "We cannot refund this" in page
    assert "Not met: It cannot be fixed." in page


def test_a_decision_that_waits_for_the_second_person_is_not_told(at_home: AtHome) -> None:
    ready = found_to_be_a_defect(held())
    petro().staff_roles.update(limit_minor=100)
    transitions.decide(ready, verdict=Verdict.REFUND, letter=LETTER, by=petro(), at=timezone.now())
    assert now(ready).state == State.AWAITING_APPROVAL
    page = words(at_home(olena()).get(url(ready)))
    assert "We are checking our decision" in page
    assert LETTER not in page
    assert "We refund" not in page


# What was said


def test_messages_are_shown_with_who_wrote_them_and_notes_never(at_home: AtHome) -> None:
    refund_request = held()
    conversation.write_as_staff(
        refund_request,
        body="Which version is it?",
        token=uuid4(),
        by=petro(),
        at=timezone.now(),
        seen_up_to=0,
    )
    conversation.write_note(
        refund_request, body="Looks like the last one", token=uuid4(), by=petro(), at=timezone.now()
    )
    page = words(at_home(olena()).get(url(refund_request)))
    assert "Petro, refund department" in page
    assert "Which version is it?" in page
    assert "Looks like the last one" not in page
    assert "Internal note" not in page


def test_reasons_that_are_for_the_desk_are_not_told(at_home: AtHome) -> None:
    ready = found_to_be_a_defect(held(), fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=LETTER, by=petro(), at=timezone.now())
    transitions.reopen(ready, by=System("worker"), at=timezone.now(), reason="Marta was not sure")
    page = words(at_home(olena()).get(url(ready)))
    assert "We look at it again" in page
    assert "Marta" not in page
    assert LETTER not in page


def test_a_message_is_sent_with_its_pictures(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    answer = send(browser, refund_request, pictures=[a_png("more.png")])
    assert answer.status_code == 303
    message = Message.objects.get()
    assert (message.body, refund_request.evidence.get(message=message).name) == (
        "Is there any news?",
        "more.png",
    )
    assert "more.png" in words(browser.get(url(refund_request)))


def test_the_same_form_sent_twice_is_one_message(at_home: AtHome) -> None:
    browser, refund_request, token = at_home(olena()), asked(), uuid4()
    for _ in range(2):
        send(browser, refund_request, token=token)
    assert Message.objects.count() == 1


def test_the_same_form_with_many_pictures_sent_twice_is_no_error(at_home: AtHome) -> None:
    browser, refund_request, token = at_home(olena()), asked(), uuid4()
    for _ in range(2):
        pictures = [a_png(f"{number}.png", colour=f"#{number}{number}0") for number in range(6)]
        answer = send(browser, refund_request, token=token, pictures=pictures)
        assert answer.status_code == 303
    assert refund_request.evidence.exclude(message=None).count() == 6


def test_an_empty_message_is_refused_and_the_page_says_so(at_home: AtHome) -> None:
    answer = send(at_home(olena()), asked(), body="  ")
    assert answer.status_code == 422
    assert "Please write a few words." in words(answer)


def test_a_refused_picture_keeps_the_words(at_home: AtHome) -> None:
    bad = SimpleUploadedFile("page.png", b"<script>", "image/png")
    answer = send(at_home(olena()), asked(), body="See the picture", pictures=[bad])
    assert answer.status_code == 422
    assert "“page.png” is not a picture" in words(answer)
    assert "See the picture</textarea>" in answer.content.decode()
    assert not Message.objects.exists()


def test_words_of_a_member_are_words_and_not_a_page(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    send(browser, refund_request, body="<script>alert(1)</script> {{ user }}")
    page = browser.get(url(refund_request)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ user }}" in page


def test_what_was_asked_is_read_back(at_home: AtHome) -> None:
    page = words(at_home(olena()).get(url(asked())))
    assert "What does not work? It stops after 400 letters" in page
    assert "error.png" in page


# Withdrawing


def test_withdrawing_asks_first_and_then_says_so(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    assert "Withdraw this request?" in words(browser.get(url(refund_request) + "withdraw/"))
    assert now(refund_request).state == State.WAITING
    page = words(browser.post(url(refund_request) + "withdraw/", follow=True))
    assert "You have withdrawn this request" in page
    assert "Write to us" not in page
    assert now(refund_request).state == State.WITHDRAWN


def test_a_decided_request_is_not_withdrawn_and_says_why(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), approved()
    page = words(browser.post(url(refund_request) + "withdraw/", follow=True))
    assert "This request can no longer be withdrawn" in page
    assert now(refund_request).state == State.APPROVED


def test_a_withdrawn_request_takes_no_message(at_home: AtHome) -> None:
    browser, refund_request = at_home(olena()), asked()
    browser.post(url(refund_request) + "withdraw/")
    answer = send(browser, refund_request)
    assert answer.status_code == 422
    assert "This request was withdrawn" in words(answer)


def test_a_stranger_finds_no_ticket(at_home: AtHome) -> None:
    refund_request = asked()
    for stranger in (at_home(joao()), at_home(petro())):
        assert stranger.get(url(refund_request)).status_code == 404
        assert send(stranger, refund_request).status_code == 404
        assert stranger.get(url(refund_request) + "withdraw/").status_code == 404
        assert stranger.post(url(refund_request) + "withdraw/").status_code == 404
    assert now(refund_request).state == State.WAITING
