"""Giving people staff roles and taking them back, each with its event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from makegood.accounts.models import StaffRole, User
from makegood.accounts.roles import RIGHTS, Right, Role
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.money import Money


class CurrenciesDiffer(Exception):
    """The limit of one decision and that of a day are in different currencies."""

    def __init__(self) -> None:
        super().__init__("The limit of one decision and the limit of a day must be in the same currency.")


def grant(
    user: User,
    role: Role,
    *,
    by: Actor,
    at: datetime,
    limit: Money | None = None,
    day_limit: Money | None = None,
) -> StaffRole:
    """Give `user` the role, or change its limits; None is no limit. Raises CurrenciesDiffer."""
    limits = [each for each in (limit, day_limit) if each is not None]
    currencies = {each.currency for each in limits}
    if len(currencies) > 1:
        raise CurrenciesDiffer
    with transaction.atomic():
        held, _ = StaffRole.objects.update_or_create(
            user=user,
            role=role,
            defaults={
                "limit_minor": None if limit is None else limit.minor,
                "day_limit_minor": None if day_limit is None else day_limit.minor,
                "limit_currency": next(iter(currencies), ""),
            },
        )
        record(
            Action.ROLE_GRANTED,
            subject=user,
            by=by,
            at=at,
            role=role.value,
            limit=None if limit is None else str(limit),
            day_limit=None if day_limit is None else str(day_limit),
        )
    return held


def revoke(user: User, role: Role, *, by: Actor, at: datetime) -> bool:
    """Take the role from `user`; whether they held it."""
    with transaction.atomic():
        taken, _ = StaffRole.objects.filter(user=user, role=role).delete()
        if taken:
            record(Action.ROLE_REVOKED, subject=user, by=by, at=at, role=role.value)
    return bool(taken)


def holders_of(right: Right) -> QuerySet[User]:
    """Everyone who may do it now, in a lasting order."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return User.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("pk")
