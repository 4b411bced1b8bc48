"""Two-step sign-in by an app and by recovery codes."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from tests.authenticator import code_of
from tests.members.scenes import words
from tests.people import PASSWORD, a_member, olena

pytestmark = pytest.mark.usefixtures("in_one_half_minute")

NOT_RIGHT = "This code is not right, or it was used already."


@pytest.fixture(autouse=True)
def _olena_with_a_password(db: None) -> None:
    a_member("olena@example.com", name="Olena Kovalenko", time_zone="Europe/Kyiv", password=PASSWORD)
    cache.clear()


def by_password() -> Client:
    """A browser in which Olena's password was typed."""
    client = Client()
    client.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    return client


def again(client: Client, page: str) -> str:
    """Type the password once more where `page` asks for it; where that leads."""
    asked = client.get(page)["Location"]
    return str(client.post(asked, {"password": PASSWORD})["Location"])


def set_up(client: Client) -> str:
    """Olena's app, set up; its secret."""
    again(client, "/accounts/two-step/app/")
    client.get("/accounts/two-step/app/")
    secret = str(client.session["mfa.totp.secret"])
    client.post("/accounts/two-step/app/", {"code": code_of(secret)})
    cache.clear()  # the code of setting up counts as used for half a minute
    return secret


def is_in(client: Client) -> bool:
    return client.get("/refunds/").status_code == 200


def test_setting_it_up_asks_for_the_password_again() -> None:
    assert by_password().get("/accounts/two-step/app/")["Location"].startswith("/accounts/reauthenticate/")


def test_the_picture_for_the_app_is_in_the_page_and_names_the_vendor() -> None:
    client = by_password()
    again(client, "/accounts/two-step/app/")
    page = client.get("/accounts/two-step/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "otpauth://totp/olena%40example.com?secret=" in page
    assert "issuer=Northwind%20Mail" in page


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_by_letter(mailoutbox: list[EmailMessage]) -> None:
    set_up(by_password())
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["olena@example.com"], "Two-step sign-in is on")
    assert "http://testserver/accounts/password/reset/" in str(letter.body)


def test_signing_in_asks_for_the_code() -> None:
    secret = set_up(by_password())
    client = by_password()
    assert not is_in(client)
    assert "The second step" in words(client.get("/accounts/two-step/code/"))
    client.post("/accounts/two-step/code/", {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_works_once() -> None:
    secret = set_up(by_password())
    first, second = by_password(), by_password()
    code = code_of(secret)
    first.post("/accounts/two-step/code/", {"code": code})
    answer = second.post("/accounts/two-step/code/", {"code": code})
    assert is_in(first)
    assert not is_in(second)
    assert NOT_RIGHT in words(answer)


def test_codes_cannot_be_tried_out() -> None:
    secret = set_up(by_password())
    client = by_password()
    for _ in range(10):
        client.post("/accounts/two-step/code/", {"code": "000000"})
    answer = client.post("/accounts/two-step/code/", {"code": code_of(secret)})
    assert not is_in(client)
    assert "Too many failed login attempts" in words(answer)


def test_recovery_codes_are_shown_once_and_by_a_button() -> None:
    client = by_password()
    set_up(client)
    assert not re.search(r"\b\d{8}\b", words(client.get("/accounts/two-step/recovery-codes/")))
    shown = re.findall(r"\b\d{8}\b", words(client.post("/accounts/two-step/recovery-codes/")))
    assert len(shown) == 10
    once_more = words(client.post("/accounts/two-step/recovery-codes/"))
    assert not re.search(r"\b\d{8}\b", once_more)
    assert "You have 10 codes left." in once_more


def test_a_recovery_code_lets_in_once() -> None:
    client = by_password()
    set_up(client)
    code = re.findall(r"\b\d{8}\b", words(client.post("/accounts/two-step/recovery-codes/")))[0]
    first, second = by_password(), by_password()
    first.post("/accounts/two-step/code/", {"code": code})
    second.post("/accounts/two-step/code/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_new_recovery_codes_end_the_old() -> None:
    client = by_password()
    set_up(client)
    old = re.findall(r"\b\d{8}\b", words(client.post("/accounts/two-step/recovery-codes/")))[0]
    client.post("/accounts/two-step/recovery-codes/new/")
    again_in = by_password()
    again_in.post("/accounts/two-step/code/", {"code": old})
    assert not is_in(again_in)


def test_turning_it_off_asks_for_the_password_again() -> None:
    secret = set_up(by_password())
    client = by_password()
    client.post("/accounts/two-step/code/", {"code": code_of(secret)})
    assert client.post("/accounts/two-step/app/off/")["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=olena()).exists()
    client.post("/accounts/reauthenticate/?next=/accounts/two-step/app/off/", {"password": PASSWORD})
    client.post("/accounts/two-step/app/off/")
    assert not Authenticator.objects.filter(user=olena()).exists()


def test_without_the_second_step_nothing_is_done_in_the_name_of_the_person() -> None:
    set_up(by_password())
    client = by_password()
    for page in ("/account/", "/account/export/", "/accounts/email/", "/accounts/password/change/"):
        assert client.get(page)["Location"].startswith("/accounts/login/")
