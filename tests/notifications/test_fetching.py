"""The desk's mailbox read over IMAP: each mail once, with verified TLS, whatever breaks."""

from __future__ import annotations

import io
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from pytest_django import Settings

from makegood.cli.management.commands import mail as command
from makegood.notifications.incoming import fetching
from makegood.notifications.incoming.fetching import MailboxFailed, fetch
from makegood.notifications.models import Letter, Trouble
from makegood.notifications.tasks import fetch_mail
from tests.notifications.imap import Mailbox, serving
from tests.notifications.mails import a_mail, a_report
from tests.notifications.scenes import received
from tests.people import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def mailbox(certificate: tuple[Path, Path]) -> Iterator[Mailbox]:
    with serving(Mailbox(), certificate=certificate[0], key=certificate[1]) as box:
        yield box


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_each_unread_mail_is_taken_in_once(mailbox: Mailbox, trusting: ssl.SSLContext) -> None:
    letter = received()
    mailbox.mails = {7: a_mail(), 9: a_report(letter.message_id)}
    assert fetch(mailbox.url, at=NOON, context=trusting) == 2
    assert fetch(mailbox.url, at=NOON, context=trusting) == 0
    assert len(mail.outbox) == 1
    assert Letter.objects.get(pk=letter.pk).trouble == Trouble.BOUNCED
    assert mailbox.seen == {7, 9}


def test_a_server_that_we_do_not_trust_gets_no_password(mailbox: Mailbox) -> None:
    with pytest.raises(MailboxFailed, match=r"cannot be reached: .*certificate"):
        fetch(mailbox.url, at=NOON)
    assert mailbox.commands == []


@pytest.mark.parametrize("at", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH 9", "UID STORE 7"])
def test_broken_off_anywhere_the_next_fetch_goes_on(
    mailbox: Mailbox, trusting: ssl.SSLContext, at: str
) -> None:
    mailbox.mails = {7: a_mail(), 9: a_mail("lars@home.example")}
    mailbox.breaks_at = at
    with pytest.raises(MailboxFailed):
        fetch(mailbox.url, at=NOON, context=trusting)
    mailbox.breaks_at = ""
    fetch(mailbox.url, at=NOON, context=trusting)
    assert mailbox.seen == {7, 9}
    assert [one.to for one in mail.outbox] == [["lena@home.example"], ["lars@home.example"]]


def test_a_wrong_password_is_said_without_it(mailbox: Mailbox, trusting: ssl.SSLContext) -> None:
    with pytest.raises(MailboxFailed, match="wrong password") as failed:
        fetch(mailbox.url.replace("s%3Aecret", "hunter2"), at=NOON, context=trusting)
    assert "hunter2" not in str(failed.value)


def test_of_a_huge_mail_only_the_beginning_comes_over_the_line(
    mailbox: Mailbox, trusting: ssl.SSLContext
) -> None:
    mailbox.mails = {7: a_mail() + b"x" * 10_000_000}
    assert fetch(mailbox.url, at=NOON, context=trusting) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("url", ["", "imaps://desk:secret@mail.example/INBOX"])
def test_the_clock_fetches_only_where_there_is_a_mailbox(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, url: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(fetching, "fetch", lambda mailbox, **_when: asked.append(mailbox))
    settings.MAKEGOOD_IMAP_URL = url
    fetch_mail(timestamp=0)
    assert asked == ([url] if url else [])


# The commands


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> io.BytesIO:
    stream = io.BytesIO(raw)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    return stream


def test_a_mail_server_pipes_a_mail_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = piped(monkeypatch, a_mail(None) + b"x" * 3_000_000)
    call_command(
        "mail", "receive", "--sender", "lena@home.example", "--recipient", "refunds@northwind.example"
    )
    assert capsys.readouterr().out == "answered: the form is the only way\n"
    assert stream.read() == b"", "read to its end"
    assert mail.outbox[0].to == ["lena@home.example"]


def test_while_the_database_is_away_the_mail_server_keeps_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    piped(monkeypatch, a_mail())
    monkeypatch.setattr(command, "receive", away)
    with pytest.raises(CommandError, match=r"The mail was not taken in: OperationalError\.") as failed:
        call_command("mail", "receive")
    assert failed.value.returncode == 75


def test_fetching_without_a_mailbox_says_which_setting_is_missing() -> None:
    with pytest.raises(CommandError, match="MAKEGOOD_IMAP_URL is not set"):
        call_command("mail", "fetch")


def test_fetching_from_nowhere_is_said_in_a_sentence(settings: Settings) -> None:
    settings.MAKEGOOD_IMAP_URL = "imaps://desk:secret@localhost:9/INBOX"
    with pytest.raises(CommandError, match="The mail server cannot be reached") as failed:
        call_command("mail", "fetch")
    assert "secret" not in str(failed.value)
