"""The account in a real browser: a passkey made and used, an app set up, and everything looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from playwright.sync_api import expect

from makegood.accounts.models import User
from makegood.audit.models import Event
from tests.authenticator import code_of
from tests.journeys.stage import DESKTOP, DESKTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, Person, Till, seen_on
from tests.members.test_account_handover import a_link
from tests.people import PASSWORD, olena

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]


@pytest.fixture(autouse=True)
def _olena_with_a_password(till: Till) -> None:
    User.objects.filter(pk=olena().pk).update(password=make_password(PASSWORD))
    cache.clear()


def with_a_finger(person: Person) -> Any:
    """A device that keeps passkeys and is always content with the finger on it."""
    device = person.page.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    kept = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kept})
    return device


def sign_in(person: Person) -> None:
    person.open("/accounts/login/")
    person.page.get_by_label("Email").fill("olena@example.com")
    person.page.locator("#id_password").fill(PASSWORD)
    signs_in(person)


def signs_in(person: Person) -> None:
    """Press the button, which leads on; others there sign in by other ways."""
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(person: Person) -> None:
    """The password again."""
    person.page.locator("#id_password").fill(PASSWORD)
    person.submits("Go on")


@seen_on(PHONE, DESKTOP_AT_NIGHT)
def test_a_passkey(someone: Someone) -> None:
    member = someone()
    with_a_finger(member)
    sign_in(member)
    expect(member.page.get_by_role("heading", level=1)).to_contain_text("My orders")
    member.open("/accounts/passkeys/add/")
    member.sees("Your password again, please", step="again")
    confirm(member)
    member.sees("Add a passkey", step="add")
    member.page.get_by_label("A name for it").fill("My phone")
    member.submits("Make the passkey")
    member.sees("Your recovery codes", step="codes-to-show")
    member.submits("Show my codes")
    expect(member.page.get_by_role("link", name="Save as a file")).to_be_visible()
    member.sees("Your recovery codes", step="codes")
    with member.page.expect_download() as saved:
        member.page.get_by_role("link", name="Save as a file").click()
    assert len(saved.value.path().read_text().split()) >= 11
    member.open("/accounts/passkeys/")
    member.sees("Your passkeys", step="list")
    expect(member.page.get_by_role("heading", name="My phone")).to_be_visible()
    member.page.context.clear_cookies()
    member.open("/accounts/login/")
    member.sees("Sign in", step="login")
    member.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(member.page.get_by_role("heading", level=1)).to_contain_text("My orders")
    member.open("/account/")
    member.sees("Your account", step="account")


@pytest.mark.usefixtures("in_one_half_minute")
@seen_on(PHONE_AT_NIGHT, DESKTOP)
def test_an_app(someone: Someone) -> None:
    member = someone()
    sign_in(member)
    member.open("/accounts/two-step/")
    member.sees("Two-step sign-in", step="off")
    member.follows("Set it up")
    confirm(member)
    member.sees("Set up your app", step="picture")
    picture = member.page.get_by_role("img")
    assert picture.evaluate("image => image.naturalWidth") > 0
    member.page.get_by_text("I cannot scan it").click()
    secret = member.page.locator(".app-key").inner_text()
    member.page.get_by_label("Authenticator code").fill("000000")
    member.submits("Turn it on")
    member.reads("This code is not right")
    member.sees("Set up your app", step="wrong-code")
    member.page.get_by_label("Authenticator code").fill(code_of(secret))
    member.submits("Turn it on")
    member.sees("Your recovery codes", step="codes")
    cache.clear()
    member.page.context.clear_cookies()
    sign_in(member)
    member.sees("The second step", step="second-step")
    member.page.get_by_label("Code").fill(code_of(secret))
    signs_in(member)
    expect(member.page.get_by_role("heading", level=1)).to_contain_text("My orders")


@seen_on(PHONE, DESKTOP, DESKTOP_AT_NIGHT)
def test_every_page_of_the_account(someone: Someone) -> None:
    member = someone(olena())
    pages = {
        "/account/": "Your account",
        "/account/name/": "Your name",
        "/account/language/": "Language and time zone",
        "/account/sessions/": "Where you are signed in",
        "/account/export/": "Export my data",
        "/accounts/provider/": "Your account at the shop",
        "/accounts/passkeys/": "Your passkeys",
        f"/enter?token={a_link('lars@example.com')}": "Continue as lars@example.com?",
    }
    for number, (address, heading) in enumerate(pages.items()):
        member.open(address)
        member.sees(heading, step=f"{number}")
    member.open("/accounts/email/")
    member.sees("Your e-mail address", step="address")
    member.open("/account/erase/")
    confirm(member)
    member.sees("Erase my account?", step="erase")
    member.page.get_by_label("Your e-mail address").fill("olena@example.com")
    member.submits("Erase it for good")
    member.sees("Your account is erased", step="erased")
    assert Event.objects.filter(action="account.erased").count() == 1


@seen_on(PHONE)
def test_the_zone_of_the_device_is_offered_and_never_taken_by_itself(someone: Someone) -> None:
    User.objects.filter(pk=olena().pk).update(time_zone="Asia/Taipei")
    member = someone(olena())
    member.open("/account/language/")
    zone = member.page.get_by_label("Time zone")
    expect(zone).to_have_value("Asia/Taipei")
    member.sees("Language and time zone", step="offer")
    member.page.get_by_role("button", name="Take Kyiv").click()
    expect(zone).to_have_value("Europe/Kyiv")
