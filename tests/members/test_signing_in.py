"""Who is not signed in comes back to the same page after signing in, with what was typed."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from makegood.accounts.models import User
from makegood.refund_requests.models import Draft
from tests.cases import a_request
from tests.members.conftest import AtHome
from tests.members.scenes import olenas_order, step, up_to_questions, words
from tests.people import PASSWORD, a_member, olena

PAGES = ["/refunds/", "/downloads/", "/refunds/R-7K3M-20/", "/refunds/R-7K3M-20/withdraw/"]


def sign_in(client: Client, url: str) -> str:
    """Sign in on the page that asked for it; where it leads."""
    return client.post(url, {"login": "olena@example.com", "password": PASSWORD})["Location"]


@pytest.fixture(autouse=True)
def _olena_with_a_password(db: None) -> None:
    a_member("olena@example.com", name="Olena Kovalenko", time_zone="Europe/Kyiv", password=PASSWORD)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_the_sign_in_and_back(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("page", ["/", "/policy", "/help/screenshot", "/trials/"])
def test_these_pages_are_for_everyone(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


def test_what_was_typed_survives_a_session_that_ran_out(at_home: AtHome) -> None:
    draft = up_to_questions(at_home(olena()), olenas_order())
    late = Client()
    answer = late.post(step(draft, "what-happened"), {"description": "It stops", "steps": "1. Send"})
    assert answer["Location"] == f"/accounts/login/?next={step(draft, 'what-happened')}"
    assert sign_in(late, answer["Location"]) == step(draft, "what-happened")
    assert Draft.objects.get().answers == {}
    page = late.get(step(draft, "what-happened")).content.decode()
    assert "It stops</textarea>" in page
    assert "1. Send</textarea>" in page


def test_what_somebody_typed_is_not_shown_on_another_page(at_home: AtHome) -> None:
    draft = up_to_questions(at_home(olena()), olenas_order())
    late = Client()
    sign_in(late, late.post(step(draft, "what-happened"), {"description": "It stops"})["Location"])
    assert "It stops" not in words(late.get(step(draft, "order")))


def test_a_message_typed_before_signing_in_is_there_afterwards() -> None:
    refund_request = a_request(olenas_order(), at=timezone.now())
    ticket = f"/refunds/{refund_request.reference}/"
    late = Client()
    answer = late.post(ticket + "messages/", {"body": "Is there any news?"})
    assert answer["Location"] == f"/accounts/login/?next={ticket}"
    sign_in(late, answer["Location"])
    assert "Is there any news?</textarea>" in late.get(ticket).content.decode()


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"X-Requested-With": "autosave"}])
def test_a_script_is_told_and_gets_no_sign_in_page(at_home: AtHome, headers: dict[str, str]) -> None:
    draft = up_to_questions(at_home(olena()), olenas_order())
    answer = Client().post(step(draft, "what-happened"), {"description": "x"}, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")


def test_a_button_pressed_too_late_leads_to_a_page_that_can_be_shown() -> None:
    answer = Client().post("/refunds/new/")
    assert answer["Location"] == "/accounts/login/?next=/refunds/new/"


@pytest.mark.parametrize("page", ["/refunds/R-7K3M-20/messages/", "/downloads/1/"])
def test_nothing_is_changed_by_looking(at_home: AtHome, page: str) -> None:
    assert at_home(olena()).get(page).status_code == 405


def test_a_letter_to_an_address_not_proved_yet_repeats_no_words_of_whoever_signed_up(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    name = "Win at https://evil.example now"
    told = {"email": "victim@example.com", "password1": "rather slow tides turn", "name": name}
    assert client.post("/accounts/signup/", told).status_code == 302
    (letter,) = mailoutbox
    assert letter.to == ["victim@example.com"]
    assert "evil.example" not in f"{letter.subject} {letter.body}"


def test_an_address_must_be_proved_before_anything_of_its_owner_is_shown(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    told = {"email": "new@example.com", "password1": "rather slow tides turn", "name": "Nia Obi"}
    client.post("/accounts/signup/", told)
    assert client.get("/refunds/").status_code == 302
    link = next(word for word in str(mailoutbox[0].body).split() if "/accounts/confirm-email/" in word)
    client.post(link.removeprefix("http://testserver"))
    signed_in = client.post("/accounts/login/", {"login": told["email"], "password": told["password1"]})
    assert signed_in.status_code == 302
    assert client.get("/refunds/").status_code == 200


def test_our_letters_about_the_account_are_ours(client: Client, mailoutbox: list[EmailMessage]) -> None:
    client.post("/accounts/password/reset/", {"email": "olena@example.com"})
    (letter,) = mailoutbox
    assert letter.subject == "A new password"
    assert "Northwind Mail" in letter.body
    assert "your password stays as it is" in letter.body


def test_whom_the_shop_brought_sets_a_password_by_mail_and_is_in(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.create_user("bought@example.com", name="Bo Lund")
    client.post("/accounts/password/reset/", {"email": "bought@example.com"})
    link = next(word for word in str(mailoutbox[0].body).split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": "bought@example.com", "password": PASSWORD})
    assert client.get("/refunds/").status_code == 200
