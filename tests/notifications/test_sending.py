"""Letters on their way: sent once, tried again while the mail server is down, one conversation a request."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from pytest_django import Settings

from makegood.audit.actions import Action
from makegood.notifications import letters, sending
from makegood.notifications.models import Letter
from makegood.notifications.sending import CLAIM, BeingSent
from makegood.notifications.tasks import send_letter
from makegood.refund_requests import transitions
from tests import cases
from tests.at_once import at_once, refusals, successes
from tests.jobs import jobs, work
from tests.people import NOON, a_product, ago, an_order, later, olena, petro

pytestmark = pytest.mark.django_db


def a_letter() -> Letter:
    letter = letters.received(cases.event_of(cases.a_request(), Action.SUBMITTED), NOON)
    assert letter is not None
    return letter


def next_letter(letter: Letter) -> Letter:
    """The one that follows in the same request: it is withdrawn."""
    refund_request = olena().refund_requests.get(reference=letter.thread)
    transitions.withdraw(refund_request, by=olena(), at=NOON)
    written = letters.withdrawn(cases.event_of(refund_request, Action.WITHDRAWN), NOON)
    assert written is not None
    return written


def received_mails() -> list[EmailMessage]:
    """What the mail server got, parsed from its bytes as a mail program would."""
    raw = [message.message().as_bytes() for message in mail.outbox]
    return [message_from_bytes(one, policy=policy.default) for one in raw]


def sent(letter: Letter) -> EmailMessage:
    sending.send(letter.pk, at=NOON)
    return received_mails()[-1]


class Down(EmailBackend):
    """A mail server that refuses everything, as a real one does when it is overloaded."""

    def send_messages(self, messages: object) -> int:  # noqa: ARG002 (Django's)
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def mail_server_down(settings: Settings) -> Callable[[], None]:
    """Down until the returned function is called."""
    up, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Down"

    def repaired() -> None:
        settings.EMAIL_BACKEND = up

    return repaired


# Once


def test_a_sent_letter_is_noted_as_sent() -> None:
    letter = sending.send(a_letter().pk, at=later(minutes=1))
    assert Letter.objects.get(pk=letter.pk).sent_at == later(minutes=1)
    assert len(mail.outbox) == 1


def test_sending_it_again_sends_nothing() -> None:
    letter = a_letter()
    for _ in range(3):
        sending.send(letter.pk, at=NOON)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_8_workers_at_once_send_it_once() -> None:
    letter = a_letter()
    ends = at_once(*[lambda: sending.send(letter.pk, at=NOON)] * 8)
    assert len(mail.outbox) == 1
    assert len(successes(ends)) >= 1
    assert {type(refusal) for refusal in refusals(ends)} <= {BeingSent}


def test_while_another_worker_sends_it_the_job_comes_back_later() -> None:
    letter = a_letter()
    Letter.objects.filter(pk=letter.pk).update(claimed_at=NOON)
    with pytest.raises(BeingSent):
        sending.send(letter.pk, at=NOON + CLAIM)
    assert mail.outbox == []


def test_what_a_killed_worker_began_is_sent_when_its_time_is_over_under_the_same_id() -> None:
    letter = a_letter()
    Letter.objects.filter(pk=letter.pk).update(claimed_at=NOON)
    sending.send(letter.pk, at=NOON + CLAIM + timedelta(seconds=1))
    assert received_mails()[0]["Message-ID"] == letter.message_id


def test_postgresql_refuses_a_letter_sent_by_nobody() -> None:
    letter = a_letter()
    with pytest.raises(IntegrityError, match="letter_sent_by_somebody"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(sent_at=NOON)


# The mail server is down


def test_a_mail_server_that_is_down_leaves_the_letter_to_be_sent(
    mail_server_down: Callable[[], None],
) -> None:
    letter = a_letter()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        sending.send(letter.pk, at=NOON)
    mail_server_down()
    sending.send(letter.pk, at=later(minutes=1))
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_changes_nothing_for_the_request(
    mail_server_down: Callable[[], None],
) -> None:
    approved = cases.approved()
    work()
    assert cases.now(approved).state == "approved"
    assert Letter.objects.filter(sent_at=None).count() == 2
    assert jobs("todo").count("notifications.send_letter") == 2, "to be tried again"
    assert jobs("failed") == []


def test_its_job_is_tried_for_days() -> None:
    strategy = send_letter.retry_strategy
    assert strategy is not None
    waits = [strategy.exponential_wait ** (attempt + 1) for attempt in range(strategy.max_attempts - 1)]  # type: ignore[attr-defined]
    assert timedelta(days=2) < timedelta(seconds=sum(waits)) < timedelta(days=4)


# What arrives


def test_a_mail_is_text_and_html_of_the_same_letter() -> None:
    letter = a_letter()
    message = sent(letter)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert message.get_content_type() == "multipart/alternative"
    assert plain.get_content().rstrip() == letter.text.rstrip()
    assert rich.get_content().rstrip() == letter.html.rstrip()


def test_it_goes_to_the_member_alone_and_comes_from_the_vendor() -> None:
    message = sent(a_letter())
    assert (message["To"], message["Cc"], message["Bcc"]) == ("olena@example.com", None, None)
    assert message["From"] == "Northwind Mail <refunds@northwind.example>"


def test_its_subject_carries_the_reference_and_the_product() -> None:
    letter = a_letter()
    assert sent(letter)["Subject"] == f"Refund request {letter.thread}, Mail Sender"


def test_machines_are_told_not_to_answer() -> None:
    message = sent(a_letter())
    assert message["Auto-Submitted"] == "auto-generated"
    suppressed = set(message["X-Auto-Response-Suppress"].split(", "))
    assert suppressed >= {"OOF", "AutoReply"}
    assert not suppressed & {"All", "NDR"}, "Exchange would tell us of no letter that did not arrive"


def test_all_letters_about_a_request_are_one_conversation() -> None:
    first = a_letter()
    second = next_letter(first)
    one, two = sent(first), sent(second)
    assert two["In-Reply-To"] == one["Message-ID"] == first.message_id
    assert one["References"] in two["References"]
    assert first.message_id in two["References"]
    assert two["Subject"] == f"Re: {one['Subject']}"


def test_two_requests_are_two_conversations() -> None:
    one, two = sent(a_letter()), sent(a_letter())
    assert one["References"] != two["References"]
    assert one["Message-ID"] != two["Message-ID"]
    assert not two["Subject"].startswith("Re:")


def test_no_name_and_no_product_adds_a_header_or_a_recipient() -> None:
    product = a_product("x", name="Mail\r\nBcc: everyone@example.com\r\n\r\nBuy now")
    request = cases.a_request(an_order(olena(), product, purchased_at=ago(days=3)))
    letter = letters.received(cases.event_of(request, Action.SUBMITTED), NOON)
    assert letter is not None
    message = sent(letter)
    assert message["Bcc"] is None
    assert mail.outbox[-1].recipients() == ["olena@example.com"]
    assert "\n" not in message["Subject"]


def test_every_script_arrives_as_it_was_written() -> None:
    held = cases.ready_to_decide(fixable=True)
    words = "Шановна Олено, 您好, dziękujemy, مرحبا, 🙂"
    transitions.decide(held, verdict="decline", letter=words, by=petro(), at=NOON)  # type: ignore[arg-type]
    letter = letters.declined(cases.event_of(held, Action.DECLINED), NOON)
    assert letter is not None
    plain = sent(letter).get_body(("plain",))
    assert plain is not None
    assert words in plain.get_content()
