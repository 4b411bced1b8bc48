"""What each letter says: the news first, the same words as text and HTML, and one link."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import transaction

from makegood import reactions
from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.defects import transitions as defects
from makegood.money import Money
from makegood.notifications import letters
from makegood.notifications.models import Letter
from makegood.orders.trials import start_trial
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.models import RefundRequest, Verdict
from makegood.refunds import advancing, by_hand
from makegood.refunds.models import Refund
from makegood.refunds.providers.manual import ManualProvider
from tests import cases
from tests.at_once import at_once, refusals
from tests.jobs import jobs
from tests.people import (
    NOON,
    a_member,
    a_payment,
    a_product,
    ago,
    an_order,
    finn,
    later,
    marta,
    mei,
    olena,
    petro,
    verifier,
)

pytestmark = pytest.mark.django_db
Writer = Callable[[Event, datetime], Letter | None]


def written(writer: Writer, event: Event, *, at: datetime = NOON) -> Letter:
    """The letter, once it is written."""
    letter = writer(event, at)
    assert letter is not None
    return letter


def about(refund_request: RefundRequest, action: Action, writer: Writer) -> Letter:
    return written(writer, cases.event_of(refund_request, action))


def received() -> Letter:
    return about(cases.a_request(), Action.SUBMITTED, letters.received)


def a_message(body: str = "Which provider do you use?", *, asks: bool = False) -> Letter:
    held = cases.taken(cases.a_request())
    conversation.write_as_staff(held, body=body, token=uuid4(), by=petro(), at=NOON, seen_up_to=0, asks=asks)
    return about(held, Action.MESSAGE_FROM_US, letters.message)


def with_engineers() -> Letter:
    return about(cases.with_engineers(), Action.SENT_TO_ENGINEERS, letters.with_engineers)


def answered_by_engineers(verdict: str = "fixed") -> Letter:
    defect = (
        defects.reproduce(cases.a_defect(), by=marta(), at=NOON) if verdict != "not" else cases.a_defect()
    )
    waiting = cases.with_engineers(defect=defect)
    if verdict == "fixed":
        defects.fix(defect, fixed_in="9.7.1", by=marta(), at=NOON)
    elif verdict == "cannot":
        defects.give_up(defect, by=marta(), at=NOON)
    else:
        defects.not_reproduced(defect, by=marta(), at=NOON)
    transitions.engineers_answered(waiting, by=System("a test"), at=NOON)
    return about(waiting, Action.ENGINEERS_ANSWERED, letters.engineers_answered)


def approved() -> Letter:
    return about(cases.approved(), Action.APPROVED, letters.approved)


def declined() -> Letter:
    return about(cases.declined(), Action.DECLINED, letters.declined)


def withdrawn() -> Letter:
    return about(cases.withdrawn(), Action.WITHDRAWN, letters.withdrawn)


def reopened() -> Letter:
    again = transitions.reopen(cases.declined(), by=petro(), at=NOON, reason="A colleague reproduced it")
    return about(again, Action.REOPENED, letters.reopened)


def trial() -> Letter:
    start_trial(olena(), verifier(), by=olena(), at=NOON)
    return written(letters.trial_started, Event.objects.get(action=Action.TRIAL_STARTED))


def paid_by_wire() -> Refund:
    """A refund of 79.00 USD for an approved request, waiting for finance to send it."""
    order = an_order(olena(), purchased_at=ago(days=21), paid=False)
    a_payment(order, captured_at=ago(days=21), provider="manual", method="wire", method_label="Bank wire")
    decision = cases.refunded_by(cases.ready_to_decide(order), by=petro())
    reactions.open_refunds(cases.event_of(decision.refund_request, Action.APPROVED), NOON)
    refund = Refund.objects.get(reference=decision.refund_request.reference)
    return advancing.advance(refund.pk, provider=ManualProvider(), by=System("a test"), at=NOON)


def refund_sent() -> Letter:
    sent = by_hand.record_sent(
        paid_by_wire(), reference="ARN 74537604221", provider=ManualProvider(), by=finn(), at=NOON
    )
    event = Event.objects.get(action=Action.REFUND_SUCCEEDED, subject_id=sent.pk)
    return written(letters.refund_sent, event)


def arrived() -> Letter:
    sent = by_hand.record_sent(
        paid_by_wire(), reference="ARN 74537604221", provider=ManualProvider(), by=finn(), at=NOON
    )
    by_hand.record_arrived(sent, provider=ManualProvider(), by=finn(), at=later(days=4))
    refund_request = RefundRequest.objects.get(reference=sent.reference)
    transitions.settle(refund_request, by=System("a test"), at=later(days=4))
    return about(refund_request, Action.REFUNDED, letters.arrived)


EVERY: list[Callable[[], Letter]] = [
    received,
    a_message,
    with_engineers,
    answered_by_engineers,
    approved,
    declined,
    withdrawn,
    reopened,
    trial,
]
MONEY: list[Callable[[], Letter]] = [refund_sent, arrived]
# Money is never moved inside a transaction, so those tests cannot run in one.
without_transaction = pytest.mark.django_db(transaction=True)
every_letter = pytest.mark.parametrize(
    "write", [*EVERY, *(pytest.param(write, marks=without_transaction) for write in MONEY)]
)


def words_of(page: str) -> str:
    """What a person reads of the HTML, on one line."""
    body = page[page.index("<body") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def on_one_line(text: str) -> str:
    return " ".join(text.split())


# All of them


@every_letter
def test_text_and_html_say_the_same_words(write: Callable[[], Letter]) -> None:
    letter = write()
    (link,) = re.findall(r"http://testserver\S+", letter.text)
    bare = re.sub(rf":\s*{re.escape(link)}", "", letter.text)
    assert re.sub(r"\s+(?=[:,.])", "", words_of(letter.html)) == re.sub(
        r"\s+(?=[:,.])", "", on_one_line(bare)
    )


@every_letter
def test_there_is_one_link_and_it_leads_to_this_site(write: Callable[[], Letter]) -> None:
    letter = write()
    links = re.findall(r'(?:href|src|background|action)="([^"]*)"', letter.html)
    assert links == re.findall(r"https?://\S+", letter.text)
    assert len(links) == 1
    assert links[0].startswith("http://testserver/")


@every_letter
def test_nothing_is_loaded_from_anywhere(write: Callable[[], Letter]) -> None:
    page = write().html
    assert not re.search(r"<(img|script|iframe|link|object|form|input|svg|audio|video)\b|url\(|@import", page)


@every_letter
def test_it_reads_in_the_dark_too(write: Callable[[], Letter]) -> None:
    assert '<meta name="color-scheme" content="light dark">' in write().html


@every_letter
def test_it_is_tidy(write: Callable[[], Letter]) -> None:
    text = write().text
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert not re.search(r"[{}%]|None|&\w+;", text), "no template showed through"


@every_letter
def test_written_twice_it_is_one_letter_sent_once(write: Callable[[], Letter]) -> None:
    letter = write()
    writer: Writer = getattr(letters, letter.kind)
    assert writer(letter.event, later(days=1)) == letter
    assert Letter.objects.count() == 1
    assert jobs("todo").count("notifications.send_letter") == 1


@without_transaction
def test_written_by_8_workers_at_once_it_is_one_letter() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    ends = at_once(*[lambda: letters.received(event, NOON)] * 8)
    assert refusals(ends) == []
    assert Letter.objects.count() == jobs("todo").count("notifications.send_letter") == 1


@without_transaction
def test_undone_with_its_transaction_it_leaves_neither_letter_nor_job() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    with transaction.atomic():
        letters.received(event, NOON)
        transaction.set_rollback(True)
    assert not Letter.objects.exists()
    assert "notifications.send_letter" not in jobs("todo")


def test_a_letter_links_to_the_page_of_its_request() -> None:
    letter = received()
    assert f"http://testserver/refunds/{letter.thread}/" in letter.text


def test_nobody_writes_to_a_closed_account() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    User.objects.filter(email="olena@example.com").update(is_active=False)
    assert letters.received(event, NOON) is None
    assert not Letter.objects.exists()


# One by one


def test_received_says_what_was_asked_and_by_when_the_member_hears_from_us() -> None:
    text = received().text
    assert text.startswith("We have received your refund request\n\nHello Olena,\n")
    assert "Mail Sender, bought 2 November 2026, 14:00 Kyiv time, price $79.00" in text
    assert "You hear from us again by 25 November 2026, 18:00" in text


def test_times_are_those_of_the_members_clock_and_say_so() -> None:
    request = cases.a_request(an_order(mei(), purchased_at=ago(days=3)))
    text = about(request, Action.SUBMITTED, letters.received).text
    assert "Received: 23 November 2026, 20:00 Taipei time" in text


def test_a_time_zone_that_does_not_exist_becomes_the_desks() -> None:
    User.objects.filter(pk=olena().pk).update(time_zone="Mars/Olympus")
    assert "Received: 23 November 2026, 14:00 Kyiv time" in received().text


def test_a_promise_that_is_past_is_not_promised() -> None:
    event = cases.event_of(cases.a_request(), Action.SUBMITTED)
    assert "hear from us" not in written(letters.received, event, at=later(days=9)).text


def test_a_message_carries_its_words_and_who_wrote() -> None:
    text = a_message("Which provider\ndo you use?").text
    assert text.startswith("We have written to you\n")
    assert "Petro of our refund department wrote:\n\nWhich provider\ndo you use?\n" in text


def test_a_question_says_that_we_wait_and_the_place_is_kept() -> None:
    text = a_message(asks=True).text
    assert text.startswith("We have a question about your request\n")
    assert "We wait for your answer. Your request keeps its place in the queue." in text
    assert "You hear from us" not in text


@pytest.mark.parametrize(
    ("verdict", "news", "says"),
    [
        ("fixed", "The defect is fixed in version 9.7.1", "Please try that version"),
        ("cannot", "The defect cannot be fixed", "found that it cannot be fixed"),
        ("not", "We could not make the defect happen", "tell us in your request now"),
    ],
)
def test_the_engineers_answer_is_told(verdict: str, news: str, says: str) -> None:
    text = answered_by_engineers(verdict).text
    assert text.startswith(news + "\n")
    assert says in on_one_line(text)


def test_the_engineers_answer_is_the_one_of_that_time_though_it_changed_since() -> None:
    defect = defects.reproduce(cases.a_defect(), by=marta(), at=NOON)
    waiting = cases.with_engineers(defect=defect)
    defects.give_up(defect, by=marta(), at=NOON)
    transitions.engineers_answered(waiting, by=System("a test"), at=NOON)
    defects.fix(defect, fixed_in="9.8", by=marta(), at=later(hours=1))
    letter = about(waiting, Action.ENGINEERS_ANSWERED, letters.engineers_answered)
    assert letter.text.startswith("The defect cannot be fixed\n")


def test_approved_says_how_much_to_where_why_and_by_which_policy() -> None:
    text = approved().text
    assert text.startswith("We refund $79.00\n")
    assert cases.LETTER in text
    assert "Refund: $79.00\nTo: Visa ending 4242\n" in text
    assert f"by version {cases.the_policy().version} of our refund policy" in text


def test_money_is_said_in_its_own_currency_with_its_own_places() -> None:
    order = an_order(olena(), purchased_at=ago(days=3), amount=Money.of("9800", "JPY"))
    decision = cases.refunded_by(cases.ready_to_decide(order), by=petro())
    transitions.approve(decision.refund_request, by=finn_without_limit(), at=NOON)
    text = about(decision.refund_request, Action.APPROVED, letters.approved).text
    assert "We refund ¥9,800" in text


def finn_without_limit() -> User:
    person = finn()
    person.staff_roles.update(limit_minor=None, limit_currency="")
    return person


def test_declined_carries_the_reasons_and_how_to_answer() -> None:
    text = declined().text
    assert text.startswith("We cannot refund this\n")
    assert cases.LETTER in text
    assert "If we have overlooked something, please tell us in your request." in text


def test_withdrawn_warns_whoever_did_not_do_it() -> None:
    assert "If it was not you, please sign in and change your password." in withdrawn().text


def test_reopened_gives_the_reason() -> None:
    assert "A colleague reproduced it" in reopened().text


@without_transaction
def test_refund_sent_gives_an_honest_range_and_the_trace_reference() -> None:
    text = refund_sent().text
    assert text.startswith("$79.00 is on its way to you\n")
    assert "a range and not a promise" in text
    assert "Expected: between 24 November 2026 and 30 November 2026" in text
    assert "Trace reference: ARN 74537604221" in text
    assert "To: Bank wire" in text


@without_transaction
def test_arrived_says_when_and_expects_nothing_more() -> None:
    text = arrived().text
    assert text.startswith("Your money has arrived\n")
    assert "Arrived: 27 November 2026, 14:00 Kyiv time" in text
    assert "Expected" not in text


def test_a_trial_says_what_it_includes_and_when_it_ends() -> None:
    letter = trial()
    assert letter.subject == "Your free trial of Mail Verifier Online"
    assert "Ends: 7 December 2026, 14:00 Kyiv time\nIncludes: 100 verification credits" in letter.text
    assert "/trials/verifier-online/" in letter.text


# Hostile words

SCRIPT = "<script>alert(1)</script> & <b>bold</b> {{ 7|add:7 }} {% include 'x' %}"


def test_what_people_write_is_text_in_html_and_itself_in_text() -> None:
    letter = a_message(SCRIPT)
    assert SCRIPT in letter.text
    assert html.escape(SCRIPT) in letter.html
    assert "<script" not in letter.html
    assert "<b>" not in letter.html


def test_an_address_in_a_message_is_no_link() -> None:
    letter = a_message("See https://evil.example/")
    assert 'href="https://evil.example' not in letter.html


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/refund Click here",
        "evil.example",
        "Olena\r\nBcc: everyone@example.com",
        "<b>Olena</b>",
        "{{ settings.SECRET_KEY }}",
        "Your-account-is-closed-please-call-this-number-now",
        "+380501234567",
        "\u202eanelO",
        "",
    ],
)
def test_a_name_that_is_no_name_is_not_greeted(name: str) -> None:
    User.objects.filter(pk=olena().pk).update(name=name)
    letter = received()
    assert "\nHello,\n" in letter.text
    assert not name or name not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize(
    "name", ["Олена Коваленко", "João", "O’Brien", "Anne-Marie", "美琳", "Łukasz", "D'Arcy"]
)
def test_names_of_every_script_are_greeted(name: str) -> None:
    User.objects.filter(pk=olena().pk).update(name=name)
    assert f"Hello {name.split()[0]},\n" in received().text


def test_a_product_name_cannot_break_out_of_the_subject() -> None:
    product = a_product("x", name="Mail\r\nBcc: everyone@example.com\u202e\u200b Sender")
    request = cases.a_request(an_order(olena(), product, purchased_at=ago(days=3)))
    subject = about(request, Action.SUBMITTED, letters.received).subject
    assert subject == f"Refund request {request.reference}, Mail Bcc: everyone@example.com Sender"


def test_a_long_product_name_leaves_the_reference_in_the_subject() -> None:
    product = a_product("x", name="m" * 120)
    member = a_member("long@example.com", name="Long")
    request = cases.a_request(an_order(member, product, purchased_at=ago(days=3)))
    subject = about(request, Action.SUBMITTED, letters.received).subject
    assert request.reference in subject
    assert len(subject) <= 160


def test_a_declined_letters_words_are_text_too() -> None:
    ready = cases.ready_to_decide(fixable=True)
    transitions.decide(ready, verdict=Verdict.DECLINE, letter=SCRIPT, by=petro(), at=NOON)
    assert html.escape(SCRIPT) in about(ready, Action.DECLINED, letters.declined).html
