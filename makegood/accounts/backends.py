"""Who is behind a session: the person, with their roles in the same query."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from makegood.accounts.models import User
from makegood.accounts.roles import Role


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth brings no types
    """Signs people in as django-allauth does; every page needs their roles, so they come along."""

    def get_user(self, user_id: int) -> User | None:
        """The person, while their account is open."""
        held = ArrayAgg("staff_roles__role", filter=~Q(staff_roles=None), default=Value([]))
        user = User.objects.annotate(held=held).filter(pk=user_id, is_active=True).first()
        if user is not None:
            user.roles = frozenset(map(Role, user.held))
        return user
