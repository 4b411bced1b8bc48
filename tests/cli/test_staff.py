"""`makegood staff`."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from tests.people import olena

pytestmark = pytest.mark.django_db


def test_somebody_new_gets_an_account_without_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("staff", "grant", "you@vendor.example", "owner", "--name", "Ada Byron")
    ada = User.objects.get(email="you@vendor.example")
    assert ada.may(Right.APPROVE)
    assert "get one at /accounts/password/reset/" in capsys.readouterr().out


def test_a_limit_is_an_amount_with_its_currency() -> None:
    call_command("staff", "grant", olena().email, "finance", "--limit", "200.00 USD")
    assert str(olena().staff_roles.get().limit) == "200.00 USD"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grant", "nobody@vendor.example", "owner"], "give their name with --name"),
        (["grant", "no address", "owner", "--name", "Ada"], "is not an e-mail address"),
        (["grant", "olena@example.com", "finance", "--limit", "much"], "is not an amount such as"),
        (["grant", "olena@example.com", "finance", "--limit", "1.005 USD"], "is not an amount such as"),
        (["revoke", "olena@example.com", "owner"], "is not owner"),
        (["revoke", "nobody@vendor.example", "owner"], "is not owner"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], sentence: str) -> None:
    olena()
    with pytest.raises(CommandError, match=sentence):
        call_command("staff", *arguments)


def test_a_role_is_taken_back() -> None:
    call_command("staff", "grant", olena().email, "engineer")
    call_command("staff", "revoke", "OLENA@example.com", "engineer")
    assert not olena().is_staff
