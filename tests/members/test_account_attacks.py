"""What an attacker tries at the doors of an account."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from makegood.accounts.models import User
from tests.members.scenes import words
from tests.people import PASSWORD, a_member, lars, olena

ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
NEW = "quite another heron stands here"


@pytest.fixture(autouse=True)
def _olena_with_a_password(db: None) -> None:
    a_member("olena@example.com", name="Olena Kovalenko", time_zone="Europe/Kyiv", password=PASSWORD)
    cache.clear()


def by_password(client: Client, url: str = "/accounts/login/", **more: str) -> str:
    """Sign in; where it leads."""
    told = {"login": "olena@example.com", "password": PASSWORD}
    return str(client.post(url, told | more)["Location"])


def reset_link(client: Client, letters: list[EmailMessage]) -> str:
    """The link of the letter that Olena gets, opened; the page of the form."""
    client.post("/accounts/password/reset/", {"email": "olena@example.com"})
    link = next(word for word in str(letters[-1].body).split() if "/password/reset/key/" in word)
    return link.removeprefix("http://testserver")


@pytest.mark.parametrize("page", ELSEWHERE)
def test_open_redirect_after_signing_in(client: Client, page: str) -> None:
    assert by_password(client, next=page) == "/"
    assert by_password(Client(), f"/accounts/login/?next={page}") == "/"


@pytest.mark.parametrize("page", ELSEWHERE)
def test_open_redirect_after_the_password_was_asked_for_again(client: Client, page: str) -> None:
    by_password(client)
    answer = client.post(f"/accounts/reauthenticate/?next={page}", {"password": PASSWORD, "next": page})
    assert answer["Location"] == "/"


def test_a_used_reset_link(client: Client, mailoutbox: list[EmailMessage]) -> None:
    link = reset_link(client, mailoutbox)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert "This link no longer works" in words(Client().get(link, follow=True))
    assert "This link no longer works" in words(
        client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    )
    assert olena().check_password(NEW)


def test_a_reset_link_of_another_account(client: Client, mailoutbox: list[EmailMessage]) -> None:
    link = reset_link(client, mailoutbox)
    mine, key = link.rstrip("/").rpartition("/")[2].split("-", 1)
    victim = lars()
    assert str(victim.pk) != mine
    foreign = link.replace(f"/{mine}-{key}", f"/{victim.pk}-{key}")
    assert "This link no longer works" in words(Client().get(foreign, follow=True))


def test_a_reset_link_after_the_address_was_changed(client: Client, mailoutbox: list[EmailMessage]) -> None:
    link = reset_link(client, mailoutbox)
    member = olena()
    member.email = "new@example.com"
    member.save()
    assert "This link no longer works" in words(client.get(link, follow=True))


def test_guessing_a_password_ends_after_ten(client: Client) -> None:
    for _ in range(10):
        client.post("/accounts/login/", {"login": "olena@example.com", "password": "wrong"})
    answer = client.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many failed login attempts" in words(answer)


def test_guessing_from_one_address_ends_after_twenty(client: Client) -> None:
    for number in range(20):
        client.post("/accounts/login/", {"login": f"m{number}@example.com", "password": "wrong"})
    told = {"login": "olena@example.com", "password": PASSWORD}
    assert "Too many failed login attempts" in words(client.post("/accounts/login/", told))
    assert Client(REMOTE_ADDR="198.51.100.9").post("/accounts/login/", told).status_code == 302


def test_a_new_address_counts_only_once_it_is_proved(client: Client, mailoutbox: list[EmailMessage]) -> None:
    by_password(client)
    told = {"email": "new@example.com", "action_add": ""}
    again = client.post("/accounts/email/", told)["Location"]
    assert again.startswith("/accounts/reauthenticate/")
    client.post(again, {"password": PASSWORD})
    (letter,) = mailoutbox
    assert letter.to == ["new@example.com"]
    assert olena().email == "olena@example.com"
    link = next(word for word in str(letter.body).split() if "/accounts/confirm-email/" in word)
    client.post(link.removeprefix("http://testserver"))
    member = User.objects.get(name="Olena Kovalenko")
    assert member.email == "new@example.com"
    assert ["olena@example.com"] in [notice.to for notice in mailoutbox if "changed" in notice.subject]
    assert not EmailAddress.objects.filter(email="olena@example.com").exists()


def test_the_address_of_another_is_not_told_to_exist(client: Client, mailoutbox: list[EmailMessage]) -> None:
    lars()
    by_password(client)
    again = client.post("/accounts/email/", {"email": "lars@example.com", "action_add": ""})["Location"]
    client.post(again, {"password": PASSWORD})
    page = words(client.get("/accounts/email/"))
    assert "already" not in page
