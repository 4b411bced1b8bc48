"""Mail to the desk gets one polite answer a sender and day, and nothing can make it two."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from pytest_django import Settings

from makegood.notifications.incoming import answering
from makegood.notifications.incoming.reading import LONGEST, read
from makegood.notifications.incoming.receiving import receive
from makegood.notifications.models import AutomaticAnswer
from makegood.refund_requests.models import Message, RefundRequest
from tests.at_once import at_once, refusals
from tests.notifications.mails import a_mail, a_report, came_in
from tests.people import later

pytestmark = pytest.mark.django_db


def the_answer() -> EmailMessage:
    (sent,) = mail.outbox
    return message_from_bytes(sent.message().as_bytes(), policy=policy.default)


def test_a_person_is_told_that_only_the_form_opens_a_request() -> None:
    assert came_in(a_mail()).done == "answered"
    answer = the_answer()
    assert answer["To"] == "lena@home.example"
    assert answer["From"] == "Northwind Mail <refunds@northwind.example>"
    assert "http://testserver/refunds/" in answer.get_content()
    assert not RefundRequest.objects.exists()
    assert not Message.objects.exists()


def test_the_answer_stands_under_the_mail_and_says_that_it_is_a_machines() -> None:
    came_in(a_mail(references="<0@home.example>"))
    answer = the_answer()
    assert answer["In-Reply-To"] == "<1@home.example>"
    assert answer["References"] == "<0@home.example> <1@home.example>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["Message-ID"] not in (None, "<1@home.example>")


def test_it_repeats_nothing_of_what_was_written() -> None:
    came_in(
        a_mail(subject="Cheap pills", from_='"Buy pills" <lena@home.example>', body="http://pills.example")
    )
    assert "pills" not in the_answer().as_string()


def test_it_goes_to_whom_the_envelope_names_and_not_to_whom_the_mail_claims() -> None:
    raw = a_mail(from_="victim@elsewhere.example", reply_to="other@elsewhere.example")
    came_in(raw.replace(b"From_:", b"From:"))
    assert mail.outbox[0].recipients() == ["lena@home.example"]


@pytest.mark.parametrize(
    "raw",
    [
        a_mail(None),
        a_mail(""),
        a_mail("MAILER-DAEMON@home.example"),
        a_mail("postmaster@home.example"),
        a_mail("noreply@shop.example"),
        a_mail("do-not-reply@shop.example"),
        a_mail("news-bounces@list.example"),
        a_mail("refunds@northwind.example"),
        a_mail("REFUNDS@Northwind.example"),
        a_mail("bounces+1.abc@northwind.example"),
        a_mail(auto_submitted="auto-replied"),
        a_mail(auto_submitted="auto-generated; owner-email=a@b.example"),
        a_mail(auto_submitted=""),
        a_mail(precedence="bulk"),
        a_mail(precedence="Junk"),
        a_mail(precedence="list"),
        a_mail(list_id="<news.list.example>"),
        a_mail(list_unsubscribe="<https://shop.example/u>"),
        a_mail(x_auto_response_suppress="OOF"),
        a_mail(x_autoreply="yes"),
        a_mail(feedback_id="1:2:3"),
        a_mail(x_makegood="automatic answer"),
        a_report(),
        a_report(to="someone@elsewhere.example"),
    ],
)  # fmt: skip
def test_machines_are_not_answered(settings: Settings, raw: bytes) -> None:
    settings.MAKEGOOD_EMAIL_BOUNCES = "bounces@northwind.example"
    assert came_in(raw).done == "left"
    assert mail.outbox == []
    assert not AutomaticAnswer.objects.exists()


def test_what_says_that_a_person_sent_it_is_answered() -> None:
    assert came_in(a_mail(auto_submitted="no", x_auto_response_suppress="None")).done == "answered"


def test_one_answer_a_day_whatever_the_sender_varies() -> None:
    for sender in ("lena@home.example", "Lena@HOME.example", "lena+1@home.example", "lena+2@home.example"):
        came_in(a_mail(sender))
    assert len(mail.outbox) == 1
    receive(a_mail(), at=later(days=1))
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_8_workers_with_the_same_mail_answer_once() -> None:
    ends = at_once(*[lambda: came_in(a_mail())] * 8)
    assert refusals(ends) == []
    assert len(mail.outbox) == 1


def test_a_flood_of_forged_senders_does_not_make_us_write_to_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answering, "MOST_IN_AN_HOUR", 5)
    for number in range(20):
        came_in(a_mail(f"victim{number}@home.example"))
    assert len(mail.outbox) == 5
    receive(a_mail("late@home.example"), at=later(hours=2))
    assert len(mail.outbox) == 6


def test_no_address_is_kept_and_the_row_goes_after_a_week() -> None:
    came_in(a_mail())
    assert "lena" not in str(AutomaticAnswer.objects.values().get())
    assert answering.forget(at=later(days=6)) == 0
    assert answering.forget(at=later(days=8)) == 1


# Machines that answer each other


def correspondence(answers: bool, rude: bool) -> Iterator[bytes]:
    """What a machine sends that answers whatever comes; a `rude` one does not say that it is a machine."""
    yield a_mail("robot@home.example")
    read_so_far = 0
    while answers and len(mail.outbox) > read_so_far:
        read_so_far = len(mail.outbox)
        marks = {} if rude else {"auto_submitted": "auto-replied", "precedence": "bulk"}
        yield a_mail("robot@home.example", subject="Re: I am away", **marks)


@pytest.mark.parametrize("rude", [False, True])
def test_two_machines_end_after_one_answer(rude: bool) -> None:
    done = [came_in(raw).done for raw in correspondence(answers=True, rude=rude)]
    assert done == ["answered", "left"]
    assert len(mail.outbox) == 1


def test_a_machine_that_writes_by_itself_every_hour_is_answered_once_a_day() -> None:
    for hour in range(48):
        receive(a_mail("robot@home.example"), at=later(hours=hour))
    assert len(mail.outbox) == 3, "noon to midnight, a day, and the rest of the next"


def test_our_own_answer_coming_back_is_left() -> None:
    came_in(a_mail())
    ours = mail.outbox[0].message().as_bytes()
    for sender in ("lena@home.example", "mirror@home.example", ""):
        assert came_in(ours, sender=sender).done == "left"
    assert len(mail.outbox) == 1


def test_a_sender_that_mail_servers_of_old_cannot_write_is_left(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert came_in(a_mail(None), sender="олена@home.example").done == "left"


# Hostile mail

HOSTILE = [
    b"",
    b"\x00" * 1000,
    b"\xff\xfe" * 500,
    b"no headers at all",
    b"Return-Path: <a@home.example>\r\n\r\n",
    b"Return-Path: <a@home.example>\r\nSubject: =?utf-99?q?=FF=FE?=\r\nFrom: =?x?b?!!!?=\r\n\r\nhello",
    b"Return-Path: <a@home.example>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x",
    b"Return-Path: <a@home.example>\r\nContent-Type: multipart/report\r\n\r\nnothing of one",
    b"Return-Path: <>\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nAction\xff: failed\r\n--x--",
    b"Return-Path: <a@home.example>\r\nFrom: " + b"a@b.example, " * 20_000 + b"\r\n\r\n",
    b"Return-Path: <a@home.example>\r\nSubject: " + b"x" * 500_000 + b"\r\n\r\n",
    b"Return-Path: <a@home.example>\r\nContent-Type: text/plain; charset=\x80\x81\r\n\r\n\x80",
    b"Return-Path: <" + b"a" * 5000 + b"@home.example>\r\n\r\n",
    b"Return-Path: <a@home.example\r\n Bcc: all@home.example>\r\n\r\n",
    b"Return-Path: a@home.example, b@home.example\r\n\r\n",
    b"Return-Path: <\xd1\x83@home.example>\r\n\r\n",
    a_report("<\0@testserver>\xff"),
    a_report("<1@testserver>", said="smtp; \0\ud7ff\x1b[31m", status="9.9.9999"),
    b"Return-Path: <a@home.example>\r\nDelivered-To: " + b"(" * 3000 + b"\r\n\r\n",
    b"Return-Path: <>\r\n"
    + b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
        for depth in range(3000)
    ),
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_a_hostile_mail_fails_nothing_and_reaches_nobody_else(raw: bytes) -> None:
    came_in(raw)
    assert all(len(sent.recipients()) == 1 for sent in mail.outbox)
    assert all("all@home.example" not in sent.recipients() for sent in mail.outbox)
    for sent in mail.outbox:
        assert sent.message()["Bcc"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Message-ID", "<1@home.example>\r\n Bcc: all@home.example"),
        ("Message-ID", "<a b>"),
        ("Message-ID", "not an id"),
        ("References", "<" + "x" * 5000 + ">"),
        ("Content-Language", "../../etc"),
        ("Accept-Language", "\x00"),
    ],
)
def test_no_header_of_theirs_becomes_one_of_ours(name: str, value: str) -> None:
    raw = f"Return-Path: <lena@home.example>\r\n{name}: {value}\r\n\r\nhello".encode()
    assert came_in(raw).done == "answered"
    answer = the_answer()
    assert answer["Bcc"] is None
    assert all(len(str(line)) < 3000 for line in answer.values())


def test_a_mail_of_10_megabytes_is_read_no_further_than_its_beginning() -> None:
    raw = a_mail() + b"x" * 10_000_000
    assert len(read(raw).message.as_bytes()) < LONGEST + 10_000
    assert came_in(raw).done == "answered"


def test_the_answer_is_in_the_language_of_the_mail_where_we_speak_it(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    came_in(a_mail(content_language="de-AT"))
    assert the_answer()["Content-Language"] == "de"
