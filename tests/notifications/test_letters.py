"""What each letter says."""

from __future__ import annotations

import pytest

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.defects import transitions as defects
from makegood.money import Money
from makegood.notifications import letters
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from tests import cases
from tests.members.scenes import a_png
from tests.notifications.scenes import (
    a_message,
    about,
    an_exception,
    answered_by_engineers,
    approved,
    arrived,
    declined,
    merged,
    on_one_line,
    received,
    refund_sent,
    reopened,
    trial,
    unmerged,
    withdrawn,
    without_transaction,
    written,
)
from tests.people import (
    NOON,
    ago,
    an_order,
    finn,
    later,
    marta,
    mei,
    olena,
    petro,
)

pytestmark = pytest.mark.django_db


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


def test_a_message_says_that_files_go_with_it() -> None:
    letter = a_message(files=[a_png("one.png"), a_png("two.png", colour="#123")])
    words = "2 files go with this message; you find them on the page of your request."
    assert words in on_one_line(letter.text)
    assert words in on_one_line(letter.html)
    assert "with this message" not in a_message().text


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


def test_of_merged_requests_the_letter_says_where_they_go_on_and_when_they_are_apart_again() -> None:
    gone = merged()
    kept = RefundRequest.objects.get(merged_here__reference=gone.thread)
    text = on_one_line(gone.text)
    assert f"Everything goes on in your request {kept.reference}" in text
    assert "You hear from us again by" in text
    assert "is no longer a part of" in on_one_line(unmerged().text)


def test_an_exception_says_that_it_is_no_right_and_not_why_it_was_made() -> None:
    text = on_one_line(an_exception().text)
    assert "This is an exception: our refund policy does not grant it." in text
    assert "school" not in text
    assert "This is an exception" not in approved().text


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
