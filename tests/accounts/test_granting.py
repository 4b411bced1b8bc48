"""Roles are granted and taken back, and both are told."""

from __future__ import annotations

import pytest

from makegood.accounts.granting import CurrenciesDiffer, grant, revoke
from makegood.accounts.models import User
from makegood.accounts.roles import Right, Role
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.money import Money
from tests.people import NOON, ola, olena, usd

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_who_is_granted_a_role_has_its_rights_and_the_event_tells_its_limit() -> None:
    grant(olena(), Role.REPRESENTATIVE, by=ola(), at=NOON, limit=usd("200.00"))
    assert fresh(olena()).may(Right.EXAMINE)
    event = Event.objects.get(action=Action.ROLE_GRANTED)
    assert (event.details["role"], event.details["limit"]) == ("representative", "200.00 USD")


def test_granted_again_it_has_the_new_limit() -> None:
    grant(olena(), Role.FINANCE, by=ola(), at=NOON, limit=usd("200.00"))
    held = grant(olena(), Role.FINANCE, by=ola(), at=NOON)
    assert held.limit is None
    assert olena().staff_roles.count() == 1


def test_a_role_taken_back_takes_its_rights() -> None:
    grant(olena(), Role.ENGINEER, by=ola(), at=NOON)
    assert revoke(olena(), Role.ENGINEER, by=ola(), at=NOON)
    assert not fresh(olena()).may(Right.SEE_DESK)
    assert Event.objects.filter(action=Action.ROLE_REVOKED).count() == 1


def test_a_role_nobody_holds_is_not_taken_back() -> None:
    assert not revoke(olena(), Role.ENGINEER, by=ola(), at=NOON)
    assert not Event.objects.filter(action=Action.ROLE_REVOKED).exists()


def test_limits_in_two_currencies_are_refused() -> None:
    with pytest.raises(CurrenciesDiffer):
        grant(olena(), Role.FINANCE, by=ola(), at=NOON, limit=usd("1.00"), day_limit=Money.of("2.00", "EUR"))
