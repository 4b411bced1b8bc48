"""Before money is released the password is asked for, unless it was given within ten minutes."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from makegood.accounts.models import User
from makegood.refund_requests.states import State
from tests.cases import awaiting_approval, now, ready_to_decide
from tests.desk.conftest import Desk
from tests.people import finn, petro

pytestmark = pytest.mark.django_db

PASSWORD = "quiet rivers find the sea"  # of nobody
LETTER = "Dear Olena, you get your money back."


def with_password(person: User) -> User:
    User.objects.filter(pk=person.pk).update(password=make_password(PASSWORD))
    return User.objects.get(pk=person.pk)


def test_a_refund_waits_for_the_password_and_then_goes_on_with_its_letter(at_desk: Desk) -> None:
    client, ready = at_desk(with_password(petro())), ready_to_decide()
    path = f"/desk/requests/{ready.reference}/decide/"
    asked = client.post(path, {"verdict": "refund", "letter": LETTER})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert now(ready).state == State.EXAMINING
    client.post(asked["Location"], {"password": PASSWORD, "next": path})
    assert (now(ready).state, now(ready).decisions.get().letter) == (State.APPROVED, LETTER)


def test_declining_releases_nothing_and_asks_for_nothing(at_desk: Desk) -> None:
    client, ready = at_desk(with_password(petro())), ready_to_decide(fixable=True)
    path = f"/desk/requests/{ready.reference}/decide/"
    answer = client.post(path, {"verdict": "decline", "letter": "Dear Olena, no."})
    assert answer["Location"] == f"/desk/requests/{ready.reference}/"


def test_the_second_person_gives_the_password_too(at_desk: Desk) -> None:
    client, waiting = at_desk(with_password(finn())), awaiting_approval()
    path = f"/desk/requests/{waiting.reference}/approval/approve/"
    asked = client.post(path)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert now(waiting).state == State.AWAITING_APPROVAL
    client.post(asked["Location"], {"password": PASSWORD, "next": path})
    assert now(waiting).state == State.APPROVED


@pytest.mark.parametrize(("minutes", "is_asked"), [(9, False), (11, True)])
def test_signing_in_counts_for_ten_minutes(
    minutes: int, is_asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, client = awaiting_approval(), Client()
    person = with_password(finn())
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    [given] = client.session["account_authentication_methods"]
    monkeypatch.setattr("makegood.desk.access.time", lambda: given["at"] + minutes * 60)
    answer = client.post(f"/desk/requests/{waiting.reference}/approval/approve/")
    assert answer["Location"].startswith("/accounts/reauthenticate/") == is_asked
