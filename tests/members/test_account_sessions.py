"""Where a person is signed in, and ending it."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from makegood.accounts.sessions import sessions_of
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import PASSWORD, a_member, lars, olena

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _olena_with_a_password(db: None) -> None:
    a_member("olena@example.com", name="Olena Kovalenko", time_zone="Europe/Kyiv", password=PASSWORD)


def signed_in(agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """A browser in which Olena has signed in by her password."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    return client


def test_each_device_is_listed_and_this_one_marked() -> None:
    signed_in(SAFARI, "198.51.100.4")
    page = words(signed_in().get("/account/sessions/"))
    assert "Firefox on Linux this one 192.0.2.7" in page
    assert "Safari on iPhone" in page
    assert "198.51.100.4" in page


def test_one_device_is_signed_out() -> None:
    phone, laptop = signed_in(SAFARI), signed_in()
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert laptop.post(f"/account/sessions/{row.pk}/end/").status_code == 303
    assert phone.get("/refunds/").status_code == 302
    assert laptop.get("/refunds/").status_code == 200


def test_everywhere_else_is_signed_out() -> None:
    others, here = [signed_in(SAFARI), signed_in()], signed_in()
    assert "You are signed out on 2 other devices." in words(here.post("/account/sessions/end/", follow=True))
    assert [each.get("/refunds/").status_code for each in others] == [302, 302]
    assert here.get("/refunds/").status_code == 200
    assert sessions_of(olena(), at=timezone.now()).count() == 1


def test_nobody_ends_the_session_of_another(at_home: AtHome) -> None:
    hers = signed_in()
    row = UserSession.objects.get(session_key=hers.session.session_key)
    assert at_home(lars()).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert hers.get("/refunds/").status_code == 200


def test_a_changed_password_ends_the_other_sessions() -> None:
    phone, laptop = signed_in(SAFARI), signed_in()
    new = "quite another heron stands here"
    told = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert laptop.post("/accounts/password/change/", told).status_code == 302
    assert sessions_of(olena(), at=timezone.now()).count() == 1
    assert phone.get("/refunds/").status_code == 302
    assert laptop.get("/refunds/").status_code == 200


def test_a_password_chosen_by_letter_ends_every_session(mailoutbox: list[EmailMessage]) -> None:
    thief = signed_in()
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "olena@example.com"})
    link = next(word for word in str(mailoutbox[0].body).split() if "/password/reset/key/" in word)
    form = browser.get(link.removeprefix("http://testserver"), follow=True)
    new = "quite another heron stands here"
    browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert thief.get("/refunds/").status_code == 302


def test_a_session_of_before_the_list_is_in_it_from_its_next_page(client: Client) -> None:
    client.force_login(olena())
    assert not UserSession.objects.exists()
    client.get("/refunds/")
    assert "this one" in words(client.get("/account/sessions/"))


def test_session_fixation_signing_in_makes_another_session() -> None:
    browser = Client()
    browser.get("/accounts/passkeys/login/", headers={"Accept": "application/json"})
    planted = browser.session.session_key
    assert planted
    browser.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    assert browser.session.session_key not in {None, planted}
    thief = Client()
    thief.cookies["session"] = planted
    assert thief.get("/refunds/").status_code == 302
