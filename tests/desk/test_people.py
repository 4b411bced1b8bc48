"""The pages of who works at the desk."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from makegood.accounts import managing
from makegood.accounts.models import RoleChange, StaffRole, User
from makegood.accounts.roles import Right, Role
from makegood.notifications.models import Letter
from tests.desk.conftest import Desk
from tests.jobs import work
from tests.people import PASSWORD, a_lead, aud, finn, marta, mei, ola, olena, petro, roza, staff

pytestmark = pytest.mark.django_db


def odd() -> User:
    """A second owner."""
    return staff("odd@northwind.example", Role.OWNER, name="Odd Moen")


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_list_says_who_may_do_what_up_to_which_amount(at_desk: Desk) -> None:
    petro().staff_roles.update(day_limit_minor=100_000)
    everybody = (finn(), marta(), aud(), ola())
    page = words(at_desk(ola()).get("/desk/people/").content.decode())
    assert "Representative up to $200.00 a decision, $1,000.00 a day" in page
    assert "Owner no limit" in page
    assert all(str(person) in page for person in everybody)
    assert "olena@example.com" not in page


def test_an_auditor_reads_and_is_offered_nothing_to_change(at_desk: Desk) -> None:
    client, other = at_desk(aud()), petro()
    for path in ("/desk/people/", f"/desk/people/{other.pk}/"):
        page = client.get(path).content.decode()
        assert str(other) in page
        assert re.findall(r'action="(/desk/[^"]*)"', page) == []
        assert "/desk/people/invite/" not in page
    assert client.get(f"/desk/people/{olena().pk}/").status_code == 404, "a member is no person of the desk"


def test_limits_are_set_and_the_page_shows_what_was_before(at_desk: Desk) -> None:
    client, path = at_desk(ola()), f"/desk/people/{petro().pk}/roles/representative/"
    assert client.get(path).context["form"]["limit"].value() == "200.00"
    typed = {"limit": "50.00", "day_limit": "90", "currency": "usd"}
    page = words(client.post(path, typed, follow=True).content.decode())
    assert "up to $50.00 a decision, $90.00 a day" in page
    assert (
        "Limits changed: Representative One day: no limit 90.00 USD One order: 200.00 USD 50.00 USD" in page
    )
    assert "Ola Hansen · Owner" in page, "the header names who is signed in"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"limit": "much", "currency": "USD"}, "the amount in digits"),
        ({"limit": "1.005", "currency": "USD"}, "the amount in digits"),
        ({"limit": "-1", "currency": "USD"}, "the amount in digits"),
        ({"limit": "50.00"}, "which currency the amount is in"),
        ({"limit": "50.00", "currency": "DOL"}, "which currency the amount is in"),
    ],
)
def test_a_limit_that_is_none_is_said_and_kept_in_the_form(
    at_desk: Desk, typed: dict[str, str], sentence: str
) -> None:
    answer = at_desk(ola()).post(f"/desk/people/{petro().pk}/roles/representative/", typed)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, typed["limit"] in page) == (422, True, True)
    assert str(petro().staff_roles.get().limit) == "200.00 USD"


def test_a_role_without_amounts_has_no_limits_to_set(at_desk: Desk) -> None:
    client, path = at_desk(ola()), f"/desk/people/{petro().pk}/roles/engineer/"
    assert list(client.get(path).context["form"].fields) == []
    client.post(path, {"limit": "50.00", "currency": "USD"})
    assert StaffRole.objects.get(user=petro(), role=Role.ENGINEER).limit is None
    client.post(f"{path}take/")
    assert not petro().may(Right.GIVE_VERDICT)


def test_the_second_owner_finds_what_waits_and_agrees(at_desk: Desk) -> None:
    odd()
    asking = at_desk(ola())
    typed = {"limit": "500.00", "currency": "USD"}
    page = asking.post(f"/desk/people/{petro().pk}/roles/finance/", typed, follow=True).content.decode()
    assert "Another owner has to agree" in page
    assert ("Take it back" in page, ">Agree<" in page) == (True, False)
    change = RoleChange.objects.get()
    refused = asking.post(f"/desk/people/changes/{change.pk}/agree/")
    assert (refused.status_code, "another owner has to agree" in refused.content.decode()) == (409, True)
    agreeing = at_desk(odd())
    assert "up to $500.00 a decision" in words(agreeing.get("/desk/people/").content.decode())
    agreeing.post(f"/desk/people/changes/{change.pk}/agree/")
    assert petro().may(Right.MOVE_MONEY)
    assert agreeing.post(f"/desk/people/changes/{change.pk}/turn-down/").status_code == 409
    assert agreeing.post(f"/desk/people/changes/{change.pk}/forget/").status_code == 404


def test_nobody_is_offered_to_change_themselves_and_who_tries_is_told(at_desk: Desk) -> None:
    client, mine = at_desk(ola()), f"/desk/people/{ola().pk}/"
    page = client.get(mine).content.decode()
    assert "another owner changes your roles" in page
    assert re.findall(r'action="(/desk/people/[^"]*)"', page) == []
    for step in ("close/", "roles/owner/take/"):
        answer = client.post(mine + step)
        assert (answer.status_code, "Nobody changes their own" in answer.content.decode()) == (409, True)
    assert client.post(f"{mine}roles/finance/").status_code == 409


def test_an_account_is_closed_and_opened_again(at_desk: Desk) -> None:
    client, path = at_desk(ola()), f"/desk/people/{petro().pk}/"
    closed = client.post(f"{path}close/", follow=True).content.decode()
    assert "signed out everywhere" in closed
    assert "Closed by Ola Hansen" in words(closed)
    assert at_desk(roza()).get("/desk/").status_code == 200
    again = client.post(f"{path}reopen/", follow=True).content.decode()
    assert "is open again" in again
    assert petro().may(Right.EXAMINE)


def invite(client: Client, **typed: str) -> str:
    told = {"name": "Nina Vold", "email": "nina@northwind.example", "role": "engineer", **typed}
    return client.post("/desk/people/invite/", told, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_link_of_an_invitation_works_once(at_desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    assert "The invitation goes to nina@northwind.example." in invite(at_desk(ola()))
    work()
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mailoutbox[0].body))
    assert found
    link, browser = found[1], Client()
    form = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    nina = User.objects.get(email="nina@northwind.example")
    assert nina.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=nina).verified, "the letter came there"
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()
    signed_in = browser.post("/accounts/login/", {"login": nina.email, "password": PASSWORD}, follow=True)
    assert signed_in.redirect_chain[-1][0] == "/desk/"
    kept = Letter.objects.get(kind="invited")
    assert ("/password/reset/key/…" in kept.text, "/password/reset/key/…" in kept.html) == (True, True)
    assert link not in kept.text + kept.html


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"email": "olena@example.com"}, 409, "Olena Kovalenko has an account with this address already"),
        ({"email": "OLENA@example.com"}, 409, "Olena Kovalenko has an account with this address already"),
        ({"email": "nobody"}, 422, "This is not an e-mail address"),
        ({"email": f"{'n' * 240}@northwind.example"}, 422, "at most 254 characters"),
        ({"role": "king"}, 422, "choose a role"),
        ({"name": " "}, 422, "give their name"),
    ],
)
def test_an_invitation_that_cannot_go_is_explained(
    at_desk: Desk, typed: dict[str, str], status: int, sentence: str
) -> None:
    olena()
    told = {"name": "Nina Vold", "email": "nina@northwind.example", "role": "engineer", **typed}
    answer = at_desk(ola()).post("/desk/people/invite/", told)
    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)
    assert not User.objects.filter(name="Nina Vold").exists()


def test_the_password_is_asked_for_before_anything_changes_and_the_form_goes_on(at_desk: Desk) -> None:
    User.objects.filter(pk=ola().pk).update(password=make_password(PASSWORD))
    client, person = at_desk(ola()), petro()
    path = f"/desk/people/{person.pk}/roles/representative/take/"
    sent = client.post(path)
    assert sent["Location"].startswith("/accounts/reauthenticate/")
    assert person.staff_roles.exists()
    told = client.post(sent["Location"], {"password": PASSWORD, "next": path})
    assert told["Location"] == f"/desk/people/{person.pk}/"
    assert not person.staff_roles.exists()
    # Within ten minutes it is not asked again.
    assert client.get(f"/desk/people/{person.pk}/roles/lead/").status_code == 200


def test_a_refusal_after_the_password_was_asked_for_is_a_page_of_the_desk(at_desk: Desk) -> None:
    User.objects.filter(pk=ola().pk).update(password=make_password(PASSWORD))
    client, path = at_desk(ola()), f"/desk/people/{ola().pk}/close/"
    sent = client.post(path)
    refused = client.post(sent["Location"], {"password": PASSWORD, "next": path})
    assert (refused.status_code, "Nobody changes their own" in refused.content.decode()) == (409, True)
    assert "Ola Hansen · Owner" in words(refused.content.decode()), "with the header of the desk"


def test_the_pages_ask_as_little_for_many_as_for_few(at_desk: Desk) -> None:
    client, someone = at_desk(ola()), petro()
    paths = ("/desk/people/", f"/desk/people/{someone.pk}/")
    few = [_asked(client, path) for path in paths]
    for person in (roza(), a_lead(), marta(), finn()):
        managing.give(person, Role.AUDITOR, limit=None, day_limit=None, by=ola(), at=timezone.now())
    odd()
    for person in (mei(), someone):
        managing.give(person, Role.LEAD, limit=None, day_limit=None, by=ola(), at=timezone.now())
    many = [_asked(client, path) for path in paths]
    assert many == few
    assert max(many) <= 12


def _asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
