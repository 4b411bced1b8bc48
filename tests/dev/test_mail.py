"""The letters of the demo: readable without a mail server, harmless, and found nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from pytest_django import Settings

from makegood.dev.mailbox import mails_in
from tests.people import a_member

pytestmark = pytest.mark.django_db
DASHES = "-" * 79


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return tmp_path


def post(subject: str, *, text: str = "Hello", html: str = "", date: str = "") -> None:
    """Send a mail, dated 12:00 on 23 November 2026 unless `date` says another."""
    message = EmailMultiAlternatives(
        subject,
        text,
        "refunds@northwind.example",
        ["olena@example.com"],
        headers={"Date": date or "Mon, 23 Nov 2026 12:00:00 +0000"},
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def page(client: Client, number: int = 0, *, part: str = "") -> str:
    key = mails_in(Path(_folder()))[number].key
    return client.get(f"/dev/mail/{key}{part}").content.decode()


def _folder() -> str:
    from django.conf import settings

    return str(settings.EMAIL_FILE_PATH)


def test_before_anything_was_sent_it_says_what_will_appear(client: Client, folder: Path) -> None:
    assert "No letters yet" in client.get("/dev/mail").content.decode()


def test_before_the_folder_exists_it_says_the_same(client: Client, folder: Path) -> None:
    folder.rmdir()
    assert client.get("/dev/mail").status_code == 200


def test_letters_are_listed_newest_first(client: Client, folder: Path) -> None:
    post("The second", date="Mon, 23 Nov 2026 12:00:01 +0000")
    post("The third", date="Mon, 23 Nov 2026 14:00:02 +0200")
    post("The first")
    listed = client.get("/dev/mail").content.decode()
    assert listed.index("The third") < listed.index("The second") < listed.index("The first")


def test_the_list_shows_the_news_of_each(client: Client, folder: Path) -> None:
    post("Refund request R-1", text="$79.00 is on its way to you\n\nHello Olena,")
    assert "$79.00 is on its way to you" in client.get("/dev/mail").content.decode()


def test_the_list_tells_times_as_the_pages_of_its_reader_do(
    client: Client, folder: Path, settings: Settings
) -> None:
    settings.MAKEGOOD_DESK_ZONE = "Europe/Kyiv"
    post("Refund request R-1")
    assert "23 November 2026, 14:00<" in client.get("/dev/mail").content.decode()
    client.force_login(a_member("aiko@example.com", time_zone="Asia/Tokyo"))
    assert "23 November 2026, 21:00<" in client.get("/dev/mail").content.decode()


def test_a_letter_is_shown_with_its_words_and_headers(client: Client, folder: Path) -> None:
    post("Grüße", text="Дякуємо & bis bald", html="<p>Hi</p>")
    shown = page(client)
    assert "Grüße" in shown
    assert "Дякуємо &amp; bis bald" in shown
    assert "olena@example.com" in shown
    assert "Message-ID" in shown


def test_html_stands_in_a_sandboxed_frame_of_its_own(client: Client, folder: Path) -> None:
    post("A letter", html="<p>Hi</p>")
    shown = page(client)
    assert "<p>Hi</p>" not in shown
    assert f'src="/dev/mail/{mails_in(folder)[0].key}/html"' in shown
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown


def test_what_is_in_the_frame_can_do_nothing(client: Client, folder: Path) -> None:
    post("A letter", html="<script>alert(1)</script>")
    answer = client.get(f"/dev/mail/{mails_in(folder)[0].key}/html")
    rules = answer.headers["Content-Security-Policy"]
    assert answer.content.strip() == b"<script>alert(1)</script>"
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in rules
    assert "default-src 'none'" in rules
    assert "script-src" not in rules
    assert "allow-scripts" not in rules
    assert "allow-same-origin" not in rules
    assert (answer.headers["X-Frame-Options"], answer.headers["X-Content-Type-Options"]) == (
        "SAMEORIGIN",
        "nosniff",
    )


def test_the_link_of_a_letter_without_html_can_be_followed(client: Client, folder: Path) -> None:
    post("A new password", text="Choose it here:\n\nhttp://localhost:8000/accounts/password/reset/key/1x-a/")
    assert '<a href="http://localhost:8000/accounts/password/reset/key/1x-a/"' in page(client)


def test_hostile_subjects_and_texts_are_shown_as_text(client: Client, folder: Path) -> None:
    post("<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    for shown in (page(client), client.get("/dev/mail").content.decode()):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_mails_of_one_file_are_told_apart_even_with_dashes_inside(folder: Path) -> None:
    both = EmailBackend(file_path=str(folder))
    text = f"above\n{DASHES}\nbelow"
    messages = [EmailMultiAlternatives(f"Mail {n}", text, "a@b.example", ["c@d.example"]) for n in (1, 2)]
    both.send_messages(messages)
    assert sorted(mail.subject for mail in mails_in(folder)) == ["Mail 1", "Mail 2"]
    assert {mail.text.strip() for mail in mails_in(folder)} == {text}


@pytest.mark.parametrize("key", ["0" * 20, "nothing", "etc-passwd"])
def test_a_letter_that_is_not_there_is_not_found(client: Client, folder: Path, key: str) -> None:
    assert client.get(f"/dev/mail/{key}").status_code == 404
    assert client.get(f"/dev/mail/{key}/html").status_code == 404


def test_outside_the_demo_there_is_nothing(client: Client, folder: Path, settings: Settings) -> None:
    post("Reset your password", html="<p>Hi</p>")
    key = mails_in(folder)[0].key
    settings.DEMO = False
    for address in ("/dev/mail", f"/dev/mail/{key}", f"/dev/mail/{key}/html"):
        assert client.get(address).status_code == 404


def test_letters_are_only_read(client: Client, folder: Path) -> None:
    assert client.post("/dev/mail").status_code == 405
