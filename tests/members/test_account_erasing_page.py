"""The page on which a member erases the account."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from tests import cases
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import PASSWORD, a_member, olena

FORM = "/account/erase/"


def test_the_page_asks_for_the_password_again() -> None:
    a_member("olena@example.com", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    asked = browser.get(FORM)["Location"]
    assert asked == f"/accounts/reauthenticate/?next={FORM}".replace("/account/", "%2Faccount%2F").replace(
        "erase/", "erase%2F"
    )
    browser.post(asked, {"password": PASSWORD})
    page = words(browser.get(FORM))
    assert "What goes" in page
    goes, stays = page.split("What stays, without your name")
    assert "all our letters but those of decisions" in goes
    assert "the letter of the decision" in stays
    answer = browser.post(FORM, {"address": "lars@example.com"})
    assert answer.status_code == 422
    assert "This is not the e-mail address of this account." in words(answer)
    assert "Your account is erased" in words(browser.post(FORM, {"address": "Olena@example.com"}))
    assert browser.get("/account/").status_code == 302
    assert User.objects.get(erased_at__isnull=False).email.endswith("@erased.invalid")


def test_the_page_says_what_stands_against_it(at_home: AtHome) -> None:
    refund_request = cases.a_request(at=timezone.now())
    answer = at_home(olena()).get(FORM)
    assert answer.status_code == 409
    assert "Your account cannot be erased yet" in words(answer)
    assert f'href="/refunds/{refund_request.reference}/"' in answer.content.decode()
