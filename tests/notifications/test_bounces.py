"""Letters that did not arrive: noted on the letter that it was, by nobody but who had it in hand."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications import sending
from makegood.notifications.bounces import envelope_sender
from makegood.notifications.models import Letter, Trouble
from makegood.notifications.undelivered import undelivered_of, with_undelivered
from makegood.privacy.erasing import erase
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from tests.notifications.mails import a_mail, a_report, came_in
from tests.notifications.scenes import on_one_line, received, trial
from tests.people import NOON, later, olena, petro

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailbox(settings: Settings) -> None:
    settings.MAKEGOOD_EMAIL_BOUNCES = "bounces@northwind.example"


def now(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def test_a_letter_leaves_from_an_address_that_only_we_can_make() -> None:
    letter = received()
    sending.send(letter.pk, at=NOON)
    envelope = mail.outbox[-1].from_email
    assert envelope.startswith(f"bounces+{letter.pk}.")
    assert envelope.endswith("@northwind.example")
    assert len(envelope.partition("@")[0]) <= 64, "RFC 5321, 4.5.3.1.1"
    assert mail.outbox[-1].message()["From"] == "Northwind Mail <refunds@northwind.example>"


@pytest.mark.parametrize("change", [str, str.upper])
def test_a_report_marks_the_letter_and_stands_in_the_ticket(change: type[str]) -> None:
    letter = received()
    assert came_in(a_report(to=change(envelope_sender(letter)))).done == "noted"
    marked = now(letter)
    assert (marked.trouble, marked.trouble_status, marked.trouble_at) == (Trouble.BOUNCED, "5.1.1", NOON)
    assert marked.trouble_said == "550 5.1.1 <olena@example.com>: user unknown"
    event = Event.objects.get(action=Action.LETTER_BOUNCED)
    assert event.thread == letter.thread
    assert "olena" not in str(event.details), "no event holds an address"


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822", "message/global-headers"])
def test_without_a_mailbox_of_their_own_reports_are_known_by_what_came_back(
    settings: Settings, returned: str
) -> None:
    settings.MAKEGOOD_EMAIL_BOUNCES = ""
    letter = received()
    assert envelope_sender(letter) == "refunds@northwind.example"
    assert came_in(a_report(letter.message_id, returned=returned)).done == "noted"
    assert now(letter).trouble == Trouble.BOUNCED


def test_a_late_report_does_not_bring_the_address_of_an_erased_person_back() -> None:
    letter = received()
    sending.send(letter.pk, at=NOON)
    transitions.withdraw(RefundRequest.objects.get(), by=olena(), at=NOON)
    erase(olena(), at=NOON)
    assert came_in(a_report(to=envelope_sender(letter))).done == "noted"
    marked = now(letter)
    assert (marked.trouble, marked.trouble_status) == (Trouble.BOUNCED, "5.1.1")
    assert (marked.to_email, marked.trouble_said) == ("", "")


def test_nobody_marks_the_letter_of_another() -> None:
    mine, theirs = received(), trial()
    mark = envelope_sender(mine).partition(".")[2]
    forged = [
        a_report(to=f"bounces+{theirs.pk}.{mark}"),
        a_report(to=f"bounces+{theirs.pk}.{'0' * 20}@northwind.example"),
        a_report(to=f"bounces+{theirs.pk}@northwind.example"),
        a_report(to=f"other+{theirs.pk}.{mark}"),
        a_report("<guessed@testserver>"),
        a_report(),
        # The address is wrong, so the right Message-ID beside it does not help.
        a_report(theirs.message_id, to=f"bounces+{mine.pk}.{'0' * 20}@northwind.example"),
    ]
    assert {came_in(raw).done for raw in forged} == {"left"}
    assert not Letter.objects.exclude(trouble="").exists()


def test_an_absence_note_to_that_address_is_no_report() -> None:
    letter = received()
    raw = a_mail("olena@example.com", to=envelope_sender(letter), auto_submitted="auto-replied")
    assert came_in(raw).done == "left"
    assert now(letter).trouble == ""
    assert mail.outbox == []


def test_delayed_and_then_failed() -> None:
    letter = received()
    to = envelope_sender(letter)
    late, failed = a_report(to=to, action="delayed", status="4.4.1"), a_report(to=to, status="4.4.7")
    for raw in (late, late, failed, late, failed):
        came_in(raw)
    assert (now(letter).trouble, now(letter).trouble_status) == (Trouble.BOUNCED, "4.4.7")
    told = Event.objects.filter(thread=letter.thread, action__startswith="letter.").order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["letter.delayed", "letter.bounced"]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "nonsense", ""])
def test_other_reports_are_left(action: str) -> None:
    letter = received()
    assert came_in(a_report(to=envelope_sender(letter), action=action)).done == "left"
    assert now(letter).trouble == ""


def test_what_the_mail_server_said_is_one_short_line() -> None:
    letter = received()
    came_in(a_report(to=envelope_sender(letter), status="", said="smtp; 550\u202e " + "x" * 5000))
    assert now(letter).trouble_status == "5.0.0"
    assert len(now(letter).trouble_said) <= 300
    assert now(letter).trouble_said.isprintable()


def test_postgresql_refuses_trouble_of_no_moment() -> None:
    with pytest.raises(IntegrityError, match="letter_trouble_known_since"), transaction.atomic():
        Letter.objects.filter(pk=received().pk).update(trouble=Trouble.BOUNCED)


# Refused at once


class Refusing(EmailBackend):
    """A mail server that refuses the recipient, as `refusal` says."""

    refusal: smtplib.SMTPException

    def send_messages(self, messages: object) -> int:  # noqa: ARG002 (Django's)
        raise self.refusal


UNKNOWN_USER = {"olena@example.com": (550, b"5.1.1 no such user here")}
FOR_GOOD = [smtplib.SMTPRecipientsRefused(UNKNOWN_USER), smtplib.SMTPDataError(554, b"5.7.1 not wanted")]
FOR_NOW = [
    smtplib.SMTPRecipientsRefused({"olena@example.com": (451, b"4.7.1 greylisted")}),
    smtplib.SMTPDataError(452, b"4.3.1 full"),
    smtplib.SMTPSenderRefused(550, b"5.7.1 not yours", "refunds@northwind.example"),
    smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password"),
    smtplib.SMTPServerDisconnected("gone"),
]


@pytest.fixture
def refusing(settings: Settings) -> type[Refusing]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    return Refusing


@pytest.mark.parametrize("refusal", FOR_GOOD, ids=lambda refusal: type(refusal).__name__)
def test_a_refusal_for_good_is_noted_and_not_tried_for_days(
    refusing: type[Refusing], refusal: smtplib.SMTPException
) -> None:
    refusing.refusal = refusal
    letter = sending.send(received().pk, at=NOON)
    assert letter.trouble == Trouble.BOUNCED
    assert letter.trouble_status in {"5.1.1", "5.7.1"}
    refusing.refusal = smtplib.SMTPServerDisconnected("it was asked again")
    assert sending.send(letter.pk, at=later(days=1)).sent_at is None


@pytest.mark.parametrize("refusal", FOR_NOW, ids=lambda refusal: type(refusal).__name__)
def test_a_refusal_that_may_pass_is_tried_again(
    refusing: type[Refusing], refusal: smtplib.SMTPException
) -> None:
    refusing.refusal, letter = refusal, received()
    with pytest.raises(smtplib.SMTPException):
        sending.send(letter.pk, at=NOON)
    assert now(letter).trouble == ""


# Whether letters arrive


def came_back(*, days: float = 0, hours: float = 0) -> bool:
    """Whether the pages of Olena's request say so, that long after NOON."""
    row = with_undelivered(RefundRequest.objects.all(), at=later(days=days, hours=hours)).get()
    return undelivered_of(row) is not None


def test_letters_arrive_again_once_a_later_one_did_not_come_back() -> None:
    first = received()
    assert not came_back()
    came_in(a_report(to=envelope_sender(first)))
    assert came_back()
    sending.send(trial().pk, at=later(days=1))
    assert came_back(days=1, hours=1), "it may still come back"
    assert not came_back(days=2)


def test_a_new_address_has_not_failed_yet() -> None:
    came_in(a_report(to=envelope_sender(received())))
    User.objects.filter(pk=olena().pk).update(email="kovalenko@example.com")
    assert not came_back()


def test_a_letter_that_is_only_late_is_no_wrong_address() -> None:
    came_in(a_report(to=envelope_sender(received()), action="delayed", status="4.4.1"))
    assert not came_back()


@pytest.mark.parametrize(
    ("person", "address", "says"),
    [
        (olena, "/refunds/{}/", "did not arrive. Is the address right?"),
        (petro, "/desk/requests/{}/", "do not arrive, since"),
    ],
)
def test_member_and_desk_read_it(client: Client, person: Callable[[], User], address: str, says: str) -> None:
    letter = received()
    client.force_login(person())
    before = client.get(address.format(letter.thread)).content.decode()
    came_in(a_report(to=envelope_sender(letter)))
    after = client.get(address.format(letter.thread)).content.decode()
    assert says not in on_one_line(before)
    assert says in on_one_line(after)
    assert ("user unknown" in after) is (person is petro)
