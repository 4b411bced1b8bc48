"""Signing in with an account at the vendor, against a real OpenID Connect provider in its own process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django.fixtures import Settings

from makegood.accounts.granting import grant
from makegood.accounts.models import User
from makegood.accounts.roles import Role
from tests import oidc_provider
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.oidc_provider import at_the_shop
from tests.people import NOON, PASSWORD, a_member, lars, ola, olena, petro

LOGIN = "/accounts/provider/vendor/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Its address."""
    with oidc_provider.running() as url:
        yield url


@pytest.fixture(autouse=True)
def _connected(provider: str, settings: Settings) -> None:
    settings.MAKEGOOD_OIDC_NAME = "Northwind Shop"
    settings.SOCIALACCOUNT_PROVIDERS = oidc_provider.as_setting(provider)


def sign_in(client: Client, sub: str, *, url: str = LOGIN, **form: str) -> Any:
    """Press the button, agree at the provider, come back; the answer to coming back."""
    away = client.post(url, form)["Location"]
    agreed = httpx.post(away, data={"sub": sub})
    assert agreed.status_code == 302, agreed.text
    back = agreed.headers["Location"]
    assert back.startswith("http://testserver/accounts/provider/vendor/back/?")
    return client.get(back.removeprefix("http://testserver"))


def who(client: Client) -> str | None:
    found = client.session.get("_auth_user_id")
    return User.objects.get(pk=found).email if found else None


def test_the_sign_in_page_has_its_button(client: Client) -> None:
    assert "Sign in with Northwind Shop" in words(client.get("/accounts/login/"))


def test_somebody_new_is_in_and_needs_no_letter(client: Client, provider: str) -> None:
    at_the_shop(provider, "s-1", email="nia@example.com", email_verified=True, name="Nia Obi")
    assert sign_in(client, "s-1")["Location"] == "/"
    assert who(client) == "nia@example.com"
    nia = User.objects.get(email="nia@example.com")
    assert (nia.name, nia.has_usable_password()) == ("Nia Obi", False)


def test_a_member_of_the_same_proved_address_is_in_and_connected(client: Client, provider: str) -> None:
    member = olena()
    at_the_shop(provider, "s-2", email="olena@example.com", email_verified=True, name="O. K.")
    sign_in(client, "s-2")
    assert who(client) == "olena@example.com"
    assert SocialAccount.objects.get(uid="s-2").user_id == member.pk
    assert olena().name == "Olena Kovalenko"


def test_it_is_the_account_that_counts_afterwards_and_not_the_address(client: Client, provider: str) -> None:
    olena()
    at_the_shop(provider, "s-3", email="olena@example.com", email_verified=True)
    sign_in(Client(), "s-3")
    at_the_shop(provider, "s-3", email="lars@example.com", email_verified=True)
    lars()
    sign_in(client, "s-3")
    assert who(client) == "olena@example.com"


@pytest.mark.parametrize("claim", [False, "false", "true", "yes", 1, None, []], ids=repr)
def test_hijack_an_address_that_is_not_proved_opens_nothing(
    client: Client, provider: str, claim: object, mailoutbox: list[EmailMessage]
) -> None:
    olena()
    at_the_shop(provider, "attacker", email="olena@example.com", email_verified=claim)
    sign_in(client, "attacker")
    assert who(client) is None
    assert client.get("/refunds/").status_code == 302
    assert not SocialAccount.objects.exists()
    assert User.objects.filter(email="olena@example.com").count() == 1
    assert [letter.subject for letter in mailoutbox] == ["You have an account already"]


def test_a_customer_whom_the_shop_imported_needs_no_letter(client: Client, provider: str) -> None:
    User.objects.create_user("bought@example.com", name="Bo Lund")
    at_the_shop(provider, "s-10", email="Bought@example.com", email_verified=True)
    sign_in(client, "s-10")
    assert who(client) == "bought@example.com"


def test_hijack_an_account_somebody_left_for_the_owner_to_walk_into(client: Client, provider: str) -> None:
    a_member("victim@example.com", password=PASSWORD, verified=False)
    at_the_shop(provider, "s-4", email="victim@example.com", email_verified=True)
    sign_in(client, "s-4")
    assert who(client) == "victim@example.com"
    assert not User.objects.get(email="victim@example.com").has_usable_password()


def test_hijack_staff_are_not_signed_in_by_another_system(client: Client, provider: str) -> None:
    petro()
    at_the_shop(provider, "s-5", email="Petro@northwind.example", email_verified=True)
    sign_in(client, "s-5")
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_hijack_a_member_who_came_to_work_here_is_not_signed_in_any_more(
    client: Client, provider: str
) -> None:
    member = olena()
    at_the_shop(provider, "s-11", email="olena@example.com", email_verified=True)
    sign_in(Client(), "s-11")
    grant(member, Role.REPRESENTATIVE, by=ola(), at=NOON)
    refused = sign_in(client, "s-11")
    assert (refused.status_code, who(client)) == (403, None)
    assert "Whoever works at the desk signs in here" in words(refused)


def test_staff_connect_no_account_of_another_system(at_home: AtHome, provider: str) -> None:
    browser = at_home(petro())
    at_the_shop(provider, "s-12", email="elsewhere@example.com", email_verified=True)
    refused = sign_in(browser, "s-12", url=f"{LOGIN}?process=connect")
    assert refused.status_code == 403
    assert "Whoever works at the desk signs in here" in words(refused)
    assert not SocialAccount.objects.exists()


def test_login_csrf_an_answer_that_this_browser_did_not_ask_for(client: Client, provider: str) -> None:
    at_the_shop(provider, "s-6", email="attacker@example.com", email_verified=True)
    away = Client().post(LOGIN)["Location"]
    back = httpx.post(away, data={"sub": "s-6"}).headers["Location"]
    answer = client.get(back.removeprefix("http://testserver"))
    assert "That did not work" in words(answer)
    assert who(client) is None


def test_a_code_of_another_sign_in_is_refused_by_its_verifier(client: Client, provider: str) -> None:
    at_the_shop(provider, "s-7", email="s7@example.com", email_verified=True)
    mine, other = (Client().post(LOGIN)["Location"] for _ in range(2))
    mine = client.post(LOGIN)["Location"]
    stolen = httpx.URL(httpx.post(other, data={"sub": "s-7"}).headers["Location"]).params["code"]
    state = httpx.URL(mine).params["state"]
    answer = client.get("/accounts/provider/vendor/back/", {"code": stolen, "state": state})
    assert "That did not work" in words(answer)
    assert who(client) is None


def test_open_redirect_the_way_back_stays_on_this_site(client: Client, provider: str) -> None:
    at_the_shop(provider, "s-8", email="s8@example.com", email_verified=True)
    assert sign_in(client, "s-8", next="https://evil.example/")["Location"] == "/"
    assert sign_in(Client(), "s-8", next="/downloads/")["Location"] == "/downloads/"


def test_who_says_no_at_the_provider_reads_so(client: Client, provider: str) -> None:
    away = client.post(LOGIN)["Location"]
    back = httpx.post(away, data={"action": "deny"}).headers["Location"]
    state = httpx.URL(away).params["state"]
    back = (
        f"/accounts/provider/vendor/back/?error=access_denied&state={state}" if "state" not in back else back
    )
    answer = client.get(back.removeprefix("http://testserver"), follow=True)
    assert "You did not sign in" in words(answer)


def test_looking_at_the_address_does_not_send_anybody_away(client: Client) -> None:
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "Sign in with Northwind Shop?" in words(page)


def test_a_member_connects_and_parts_the_accounts(at_home: AtHome, provider: str) -> None:
    browser = at_home(olena())
    at_the_shop(provider, "s-9", email="elsewhere@example.com", email_verified=True)
    sign_in(browser, "s-9", url=f"{LOGIN}?process=connect")
    account = SocialAccount.objects.get(uid="s-9")
    assert account.user == olena()
    assert not EmailAddress.objects.filter(email="elsewhere@example.com").exists()
    assert "You can sign in with it here." in words(browser.get("/accounts/provider/"))
    refused = browser.post("/accounts/provider/", {"account": account.pk})
    assert "Please choose a password first" in words(refused)
    User.objects.filter(pk=olena().pk).update(password=make_password(PASSWORD))
    browser = Client()
    browser.post("/accounts/login/", {"login": "olena@example.com", "password": PASSWORD})
    asked = browser.post("/accounts/provider/", {"account": account.pk})["Location"]
    browser.post(asked, {"password": PASSWORD})
    assert not SocialAccount.objects.exists()


def test_the_provider_is_away(client: Client, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:9"
    )
    answer = client.post(LOGIN)
    assert answer.status_code == 503
    assert "That did not work" in words(answer)


def test_without_a_provider_there_is_nothing(client: Client, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS, settings.MAKEGOOD_OIDC_NAME = {}, ""
    assert client.post(LOGIN).status_code == 404
    assert "Sign in with Northwind" not in words(client.get("/accounts/login/"))
