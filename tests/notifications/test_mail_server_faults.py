"""A mail server that is down, slow or refusing: no letter is lost, none is doubted, and no decision waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes, policy

import pytest
from pytest_django import Settings

from makegood.audit.actions import Action
from makegood.notifications import letters, sending
from makegood.notifications.models import Letter, Trouble
from tests import cases
from tests.notifications.mails import a_mail, came_in
from tests.notifications.smtp import FAULTS, MailServer, serving
from tests.people import NOON, later, olena

pytestmark = pytest.mark.django_db

FOR_GOOD = {"unknown": "5.1.1", "not wanted": "5.7.1"}


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with serving() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.4
        yield server


def a_letter() -> Letter:
    letter = letters.received(cases.event_of(cases.a_request(), Action.SUBMITTED), NOON)
    assert letter is not None
    return letter


@pytest.mark.faults
def test_every_letter_arrives_once_or_is_known_not_to(
    server: MailServer, fault_runs: Callable[[int], int]
) -> None:
    written: list[tuple[Letter, str]] = []
    for number in range(fault_runs(200)):
        server.fault = FAULTS[number % len(FAULTS)]
        letter = a_letter()
        with suppress(OSError):  # smtplib's errors among them: the job would come back later
            sending.send(letter.pk, at=NOON)
        written.append((letter, server.fault))
    server.fault = ""
    for letter, _fault in written:
        sending.send(letter.pk, at=later(hours=1))
    copies = [message_from_bytes(taken.raw, policy=policy.default)["Message-ID"] for taken in server.taken]
    for letter, fault in written:
        now = Letter.objects.get(pk=letter.pk)
        if fault in FOR_GOOD:
            assert (now.trouble, now.trouble_status, now.sent_at) == (Trouble.BOUNCED, FOR_GOOD[fault], None)
            assert letter.message_id not in copies
        else:
            assert (now.trouble, now.sent_at) == ("", later(hours=1))
            # Where the answer to a mail was lost, SMTP allows no better than the same id twice.
            assert copies.count(letter.message_id) == (2 if fault == "lost answer" else 1)
    states = set(olena().refund_requests.values_list("state", flat=True))
    assert states == {"waiting"}, "the requests stand as if nothing had happened"


def test_a_letter_goes_out_under_the_address_of_its_reports(server: MailServer, settings: Settings) -> None:
    settings.MAKEGOOD_EMAIL_BOUNCES = "bounces@northwind.example"
    letter = sending.send(a_letter().pk, at=NOON)
    (taken,) = server.taken
    assert taken.sender.startswith(f"<bounces+{letter.pk}.")
    assert taken.recipient == "<olena@example.com>"
    assert "refunds@northwind.example" in message_from_bytes(taken.raw, policy=policy.default)["From"]


def test_the_automatic_answer_goes_out_from_nobody(server: MailServer) -> None:
    assert came_in(a_mail()).done == "answered"
    (taken,) = server.taken
    assert (taken.sender, taken.recipient) == ("<>", "<lena@home.example>")
    answer = message_from_bytes(taken.raw, policy=policy.default)
    assert answer["Auto-Submitted"] == "auto-replied"
    assert b"\n" not in taken.raw.replace(b"\r\n", b""), "lines end as SMTP asks"


@pytest.mark.parametrize("fault", FAULTS[:-1])
def test_an_answer_that_no_server_takes_is_not_tried_again(server: MailServer, fault: str) -> None:
    server.fault = fault
    assert came_in(a_mail()).done == "left"
    server.fault = ""
    assert came_in(a_mail()).done == "left", "at most one a day is promised, and not one"
    assert server.taken == []
