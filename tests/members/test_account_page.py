"""Your account: what there is, the name, the language and the time zone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import settings
from django.test import Client

from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import olena

AtMost = Callable[[int], AbstractContextManager[object]]


def test_the_page_says_what_there_is(at_home: AtHome) -> None:
    page = words(at_home(olena()).get("/account/"))
    for said in ("Olena Kovalenko", "olena@example.com", "Kyiv time", "English", "On this device only."):
        assert said in page


def test_the_address_in_the_bar_leads_there(at_home: AtHome) -> None:
    page = at_home(olena()).get("/refunds/").content.decode()
    assert '<a href="/account/">olena@example.com</a>' in page


def test_a_name_is_changed(at_home: AtHome) -> None:
    answer = at_home(olena()).post("/account/name/", {"name": "Olena Bondar"})
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert olena().name == "Olena Bondar"


def test_a_name_must_be_one(at_home: AtHome) -> None:
    answer = at_home(olena()).post("/account/name/", {"name": "  "})
    assert answer.status_code == 422
    assert "Please write the name by which we may greet you." in words(answer)
    assert olena().name == "Olena Kovalenko"


def test_the_bar_keeps_the_name_until_the_new_one_is_taken(at_home: AtHome) -> None:
    assert "Olena Kovalenko" in at_home(olena()).get("/account/name/").content.decode()


def test_a_zone_is_chosen_among_the_cities_of_its_part_of_the_world(at_home: AtHome) -> None:
    browser = at_home(olena())
    page = browser.get("/account/language/").content.decode()
    assert '<optgroup label="Europe">' in page
    assert '<option value="Europe/Kyiv" selected>Kyiv</option>' in page
    answer = browser.post("/account/language/", {"language": "en", "time_zone": "Asia/Taipei"})
    assert answer["Location"] == "/account/"
    assert olena().time_zone == "Asia/Taipei"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_nobody_has_a_zone_or_a_language_that_does_not_exist(at_home: AtHome) -> None:
    told = {"language": "tlh", "time_zone": "Mars/Olympus_Mons"}
    answer = at_home(olena()).post("/account/language/", told)
    assert answer.status_code == 422
    assert (olena().language, olena().time_zone) == ("en", "Europe/Kyiv")


@pytest.mark.parametrize("page", ["", "name/", "language/", "sessions/", "export/"])
def test_a_page_costs_at_most_twelve_queries(
    at_home: AtHome, django_assert_max_num_queries: AtMost, page: str
) -> None:
    browser = at_home(olena())
    for _ in range(5):
        at_home(olena())
    with django_assert_max_num_queries(12):
        assert browser.get(f"/account/{page}").status_code == 200


def test_no_address_of_the_account_is_for_strangers(client: Client) -> None:
    for page in ("", "name/", "language/", "sessions/", "export/", "erase/"):
        assert client.get(f"/account/{page}")["Location"].startswith("/accounts/login/?next=/account/")
