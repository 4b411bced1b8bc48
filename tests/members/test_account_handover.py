"""A link of the shop's own members area lets its customer in once, and nobody else."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from threading import Event
from urllib.parse import quote

import jwt
import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from makegood.accounts.handover import AUDIENCE, NotByLink, let_in, read_link, write_link
from makegood.accounts.models import UsedHandover, User
from makegood.audit.models import Event as Recorded
from makegood.privacy.erasing import erase
from tests.at_once import at_once, refusals, successes
from tests.members.conftest import AtHome
from tests.members.scenes import words
from tests.people import PASSWORD, a_member, lars, olena, petro

OLD = "This link is too old"
DAMAGED = "This link is damaged"
USED = "This link was used already"


def a_link(email: str = "olena@example.com", /, **changes: object) -> str:
    """A token of the shop, valid for five minutes from now unless `changes` say otherwise."""
    token = write_link(email=email, name="Olena", secret=settings.MAKEGOOD_HANDOVER_SECRET, at=timezone.now())
    if not changes:
        return token
    claims = jwt.decode(token, options={"verify_signature": False}) | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, settings.MAKEGOOD_HANDOVER_SECRET, algorithm="HS256")


def in_seconds(seconds: int) -> int:
    return int((timezone.now() + timedelta(seconds=seconds)).timestamp())


def who(client: Client) -> int | None:
    """The person signed in."""
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def test_a_customer_comes_in(client: Client) -> None:
    member, token = olena(), a_link()
    page = words(client.get(f"/enter?token={token}"))
    assert "Continue as olena@example.com?" in page
    answer = client.post("/enter", {"token": token})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert who(client) == member.pk
    assert Recorded.objects.filter(action="account.came_by_handover", actor_id=member.pk).count() == 1


def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(client: Client) -> None:
    olena()
    token = a_link()
    for _ in range(3):
        assert Client().get(f"/enter?token={token}").status_code == 200
    assert not UsedHandover.objects.exists()
    assert client.post("/enter", {"token": token}).status_code == 302


def test_somebody_new_gets_an_account(client: Client) -> None:
    client.post("/enter", {"token": a_link("new@example.com", name="Nia Obi")})
    new = User.objects.get(email="new@example.com")
    assert (new.name, new.has_usable_password(), who(client)) == ("Nia Obi", False, new.pk)
    assert EmailAddress.objects.get(user=new).verified


@pytest.mark.django_db(transaction=True)
def test_several_links_of_somebody_new_at_once_make_one_account() -> None:
    links = [
        read_link(a_link("new@example.com"), secret=settings.MAKEGOOD_HANDOVER_SECRET, at=timezone.now())
        for _ in range(4)
    ]
    came = at_once(*(partial(let_in, link, at=timezone.now()) for link in links))
    assert refusals(came) == []
    assert {user.email for user in successes(came)} == {"new@example.com"}
    assert User.objects.filter(email="new@example.com").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_being_erased_does_not_come_in_meanwhile() -> None:
    member, begun = olena(), Event()
    link = read_link(a_link(), secret=settings.MAKEGOOD_HANDOVER_SECRET, at=timezone.now())

    def erased() -> User:
        with transaction.atomic():
            gone = erase(member, at=timezone.now())
            begun.set()
            time.sleep(0.5)  # the link comes in the meantime
        return gone

    def comes() -> User:
        begun.wait(timeout=10)
        return let_in(link, at=timezone.now())

    _erased, came = at_once(erased, comes)
    assert isinstance(came, NotByLink)
    assert not UsedHandover.objects.exists()


def test_a_link_used_twice_lets_nobody_in(client: Client) -> None:
    olena()
    token = a_link()
    client.post("/enter", {"token": token})
    thief = Client()
    answer = thief.post("/enter", {"token": token})
    assert answer.status_code == 410
    assert USED in words(answer)
    assert who(thief) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exp": -60}, OLD),
        ({"exp": 3600}, DAMAGED),  # the shop must not make links that live long
        ({"exp": "soon"}, DAMAGED),
        ({"exp": None}, DAMAGED),
        ({"jti": None}, DAMAGED),
        ({"jti": "1"}, DAMAGED),
        ({"jti": "x" * 65}, DAMAGED),
        ({"jti": "a link\0"}, DAMAGED),
        ({"aud": "another-site"}, DAMAGED),
        ({"email": "not an address"}, DAMAGED),
        ({"email": ["olena@example.com"]}, DAMAGED),
        ({"name": 7}, DAMAGED),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_as_it_should_be(
    client: Client, method: str, changes: dict[str, object], sentence: str
) -> None:
    olena()
    # Reckoned when the test runs: seconds from now.
    told = {
        name: in_seconds(value) if name == "exp" and isinstance(value, int) else value
        for name, value in changes.items()
    }
    answer = getattr(client, method)("/enter", {"token": a_link(**told)})
    assert answer.status_code == 410
    assert sentence in words(answer)
    assert who(client) is None


def test_a_forged_link_lets_nobody_in(client: Client) -> None:
    olena()
    good = a_link()
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    forged = [
        jwt.encode(claims, "another secret of thirty-two bytes and more", algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, settings.MAKEGOOD_HANDOVER_SECRET, algorithm="HS384"),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        jwt.encode(claims | {"email": "lars@example.com"}, "x" * 32, "HS256").rsplit(".", 1)[0]
        + f".{signature}",
        "",
        "nonsense",
        "%00",
    ]
    for token in forged:
        answer = client.post("/enter", {"token": token})
        assert answer.status_code == 410, token
        assert DAMAGED in words(answer)
    assert who(client) is None


def test_without_a_secret_no_link_works(client: Client, settings: object) -> None:
    token = a_link()
    settings.MAKEGOOD_HANDOVER_SECRET = ""  # type: ignore[attr-defined]
    for each in (token, jwt.encode({"aud": AUDIENCE}, "", algorithm="none")):
        assert client.post("/enter", {"token": each}).status_code == 410


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil.example"],
)
def test_a_link_leads_to_no_other_site(client: Client, page: str) -> None:
    olena()
    assert client.post("/enter", {"token": a_link(next=page)})["Location"] == "/"


def test_a_link_leads_to_the_page_it_names(client: Client) -> None:
    olena()
    assert client.post("/enter", {"token": a_link(next="/downloads/")})["Location"] == "/downloads/"


def test_staff_do_not_come_in_by_a_link_of_the_shop(client: Client) -> None:
    petro()
    answer = client.post("/enter", {"token": a_link("petro@northwind.example")})
    assert answer.status_code == 403
    assert who(client) is None
    assert not UsedHandover.objects.exists()


def test_a_closed_account_stays_closed(client: Client) -> None:
    User.objects.filter(pk=olena().pk).update(is_active=False)
    assert client.post("/enter", {"token": a_link()}).status_code == 403
    assert who(client) is None


def test_who_waits_with_an_unproved_account_for_its_owner_is_locked_out(client: Client) -> None:
    a_member("victim@example.com", password=PASSWORD, verified=False)
    client.post("/enter", {"token": a_link("victim@example.com")})
    victim = User.objects.get(email="victim@example.com")
    assert who(client) == victim.pk
    assert not victim.has_usable_password()


def test_session_fixation_the_session_is_another_one_afterwards(client: Client) -> None:
    olena()
    client.get("/accounts/passkeys/login/", headers={"Accept": "application/json"})
    planted = client.session.session_key
    client.post("/enter", {"token": a_link()})
    assert client.session.session_key not in {None, planted}


def test_somebody_else_who_is_signed_in_is_told_and_signed_out(at_home: AtHome) -> None:
    browser, member, token = at_home(lars()), olena(), a_link()
    assert "You are signed in as lars@example.com now" in words(browser.get(f"/enter?token={token}"))
    browser.post("/enter", {"token": token})
    assert who(browser) == member.pk


def test_a_form_of_another_site_cannot_sign_somebody_in() -> None:
    olena()
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/enter", {"token": a_link()}).status_code == 403
    assert who(browser) is None


def test_the_command_prints_a_link_for_trying(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("handover", "olena@example.com", "--name", "Olena", "--next", "/downloads/")
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://testserver/enter?token=")
    token = link.partition("token=")[2]
    assert quote(token) == token
    assert client.post("/enter", {"token": token})["Location"] == "/downloads/"
