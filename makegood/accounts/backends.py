"""Who is behind a session: the person, with their roles in the same query."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Q, Value

from makegood.accounts.models import User
from makegood.accounts.roles import Role
from makegood.made_once import Given, MadeOnce


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth brings no types
    """Signs people in as django-allauth does; every page needs their roles, so they come along."""

    def get_user(self, user_id: int) -> User | None:
        """The person, while their account is open."""
        found: list[Any] = _with_roles()(person=user_id)
        person: User | None = found[0] if found else None
        if person is not None:
            person.roles = frozenset(map(Role, found[0].held))
        return person


@cache
def _with_roles() -> MadeOnce[Any]:
    held = ArrayAgg("staff_roles__role", filter=~Q(staff_roles=None), default=Value([]))
    person = Given("person", BigIntegerField())
    return MadeOnce(User.objects.annotate(held=held).filter(pk=person, is_active=True))
