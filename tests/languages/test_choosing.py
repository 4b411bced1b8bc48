"""Who is spoken to in which language: the account says it, then a choice, then what the browser asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from makegood.accounts.models import User
from makegood.accounts.speaking import choose_language, spoken_by
from tests.cases import the_policy
from tests.people import olena, petro

pytestmark = pytest.mark.django_db
SEVERAL = [("en", "English"), ("de", "Deutsch"), ("pt-br", "Português"), ("uk", "Українська")]


@pytest.fixture(autouse=True)
def several_languages() -> Iterator[None]:
    with override_settings(LANGUAGES=SEVERAL):
        yield


def language_of(answer: Any) -> str:
    """What the page and its head say, which must be the same."""
    said = str(answer["Content-Language"])
    assert f'<html lang="{said}"' in answer.text.replace("\n", " ")
    return said


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("pt-PT", "pt-br"),
        ("pt", "pt-br"),
        ("tlh, uk;q=0.1", "uk"),
        ("xx", "en"),
        ("", "en"),
        ("*", "en"),
        ("de;q=nan", "en"),
        ("de;q=2,uk", "en"),
        ("../../etc/passwd", "en"),
        ("de\x00", "en"),
        ("de," * 5000, "de"),
        ("a-" * 5000, "en"),
        ("Ünïcode", "en"),
    ],
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(client: Client, asked: str, spoken: str) -> None:
    answer = client.get(reverse("account_login"), headers={"Accept-Language": asked})
    assert (answer.status_code, language_of(answer)) == (200, spoken)
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_what_is_chosen_in_the_foot_wins_over_what_the_browser_asks(client: Client) -> None:
    page = client.get(reverse("members:trials"), headers={"Accept-Language": "uk"})
    assert '<option value="de"' in page.text
    answer = client.post(reverse("members:language"), {"language": "de", "next": reverse("members:trials")})
    assert (answer.status_code, answer["Location"]) == (303, reverse("members:trials"))
    page = client.get(reverse("members:trials"), headers={"Accept-Language": "uk"})
    assert language_of(page) == "de"


def test_the_account_wins_over_the_browser(client: Client) -> None:
    member = olena()
    choose_language(member, "uk")
    client.force_login(member)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert language_of(client.get("/refunds/", headers={"Accept-Language": "pt"})) == "uk"


def test_a_choice_is_kept_with_the_account_for_every_browser_and_letter(client: Client) -> None:
    member = olena()
    client.force_login(member)
    client.post(reverse("members:language"), {"language": "pt-br"})
    other = Client()
    other.force_login(User.objects.get(pk=member.pk))
    assert language_of(other.get("/refunds/")) == "pt-br"
    assert spoken_by(User.objects.get(pk=member.pk)) == "pt-br"


def test_the_first_sign_in_tells_the_language_and_a_later_one_does_not_change_it(client: Client) -> None:
    member = olena()
    User.objects.filter(pk=member.pk).update(language="")
    member.set_password("quiet rivers find the sea")
    member.save(update_fields=["password"])
    typed = {"login": member.email, "password": "quiet rivers find the sea"}
    for asked in ("de", "uk"):
        answer = Client(headers={"Accept-Language": asked}).post(reverse("account_login"), typed)
        assert answer.status_code == 302
        assert User.objects.get(pk=member.pk).language == "de"


def test_who_signs_in_is_greeted_in_the_language_of_the_account(client: Client) -> None:
    the_policy()
    member = olena()
    choose_language(member, "de")
    member.set_password("quiet rivers find the sea")
    member.save(update_fields=["password"])
    typed = {"login": member.email, "password": "quiet rivers find the sea"}
    answer = client.post(reverse("account_login"), typed, headers={"Accept-Language": "uk"}, follow=True)
    with translation.override("de"):
        greeting = translation.gettext("Successfully signed in as %(name)s.") % {"name": "Olena"}
    assert [str(message) for message in answer.context["messages"]] == [greeting]
    assert not greeting.startswith("Successfully")


def test_signing_up_keeps_the_language_of_the_page(client: Client) -> None:
    password = "quiet rivers find the sea"
    typed = {"email": "neu@example.com", "name": "Neu", "password1": password}
    client.post(reverse("account_signup"), typed, headers={"Accept-Language": "de"})
    assert User.objects.get(email="neu@example.com").language == "de"
    assert len(mail.outbox) == 1


def test_a_language_that_is_not_offered_changes_nothing(client: Client) -> None:
    member = olena()
    client.force_login(member)
    before = User.objects.get(pk=member.pk).language
    for wrong in ("fr", "", "../de", "de\x00", "en" * 5000):
        answer = client.post(reverse("members:language"), {"language": wrong})
        assert answer.status_code == 303
        assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert User.objects.get(pk=member.pk).language == before
    with pytest.raises(ValueError, match="is not one of the languages"):
        choose_language(member, "fr")


def test_a_language_that_is_no_longer_offered_gives_the_usual_one(client: Client) -> None:
    member = olena()
    User.objects.filter(pk=member.pk).update(language="fr")
    member.refresh_from_db()
    client.force_login(member)
    assert spoken_by(member) == "en"
    assert language_of(client.get("/refunds/")) == "en"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "\\\\evil"]
)
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    answer = client.post(reverse("members:language"), {"language": "de", "next": elsewhere})
    assert answer["Location"] == "/"


def test_the_desk_is_spoken_to_as_well(client: Client) -> None:
    the_policy()
    someone = petro()
    choose_language(someone, "de")
    client.force_login(someone)
    answer = client.get("/desk/")
    assert language_of(answer) == "de"
    assert reverse("members:language") in answer.text


def test_a_page_that_answers_a_form_offers_no_language(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": ""})
    assert reverse("members:language") not in answer.text


def test_an_error_page_is_in_the_language_too(client: Client) -> None:
    assert language_of(client.get("/nowhere/", headers={"Accept-Language": "uk"})) == "uk"


def test_one_language_needs_no_choice(client: Client) -> None:
    with override_settings(LANGUAGES=SEVERAL[:1]):
        assert reverse("members:language") not in client.get(reverse("members:trials")).text


def test_nothing_of_one_answer_stays_for_the_next(client: Client) -> None:
    client.get(reverse("account_login"), headers={"Accept-Language": "uk"})
    assert language_of(client.get(reverse("account_login"))) == "en"
    translation.activate("en")
