"""Giving people staff roles and taking them back, each with its event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from makegood.accounts.models import RoleChange, StaffRole, User
from makegood.accounts.roles import RIGHTS, Right, Role
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.money import Money


class CurrenciesDiffer(Exception):
    """The limit of one decision and that of a day are in different currencies."""

    def __init__(self) -> None:
        super().__init__(_("The limit of one decision and that of a day must be in the same currency."))


class LastOwner(Exception):
    """Without an owner nobody could give roles any more."""

    def __init__(self) -> None:
        super().__init__(_("This is the last owner. Please make somebody else an owner first."))


def grant(
    user: User,
    role: Role,
    *,
    by: Actor,
    at: datetime,
    limit: Money | None = None,
    day_limit: Money | None = None,
    change: RoleChange | None = None,
) -> StaffRole:
    """Give `user` the role, or change its limits; None is no limit. `change`: what two owners agreed to.

    Raises CurrenciesDiffer.
    """
    limits = columns_of(limit, day_limit)
    with transaction.atomic():
        held = StaffRole.objects.select_for_update().filter(user=user, role=role).first()
        details: dict[str, Any] = {"limit": said(limit), "day_limit": said(day_limit), **_before(held)}
        if change is not None:
            details["asked_by"] = change.asked_by_id
        now, _new = StaffRole.objects.update_or_create(
            user=user,
            role=role,
            defaults={**limits, "changed_by_id": by.pk, "change": change},
        )
        record(
            Action.LIMITS_CHANGED if held else Action.ROLE_GRANTED,
            subject=user,
            by=by,
            at=at,
            role=role.value,
            **details,
        )
    return now


def columns_of(limit: Money | None, day_limit: Money | None) -> dict[str, object]:
    """The three columns of `Limits`. Raises CurrenciesDiffer."""
    currencies = {each.currency for each in (limit, day_limit) if each is not None}
    if len(currencies) > 1:
        raise CurrenciesDiffer
    return {
        "limit_minor": None if limit is None else limit.minor,
        "day_limit_minor": None if day_limit is None else day_limit.minor,
        "limit_currency": next(iter(currencies), ""),
    }


def said(limit: Money | None) -> str | None:
    """A limit as an event keeps it: `200.00 USD`; None is no limit."""
    return None if limit is None else str(limit)


def _before(held: StaffRole | None) -> dict[str, Any]:
    return (
        {} if held is None else {"limit_before": said(held.limit), "day_limit_before": said(held.day_limit)}
    )


def revoke(user: User, role: Role, *, by: Actor, at: datetime) -> bool:
    """Take the role from `user`; whether they held it. Raises LastOwner."""
    with transaction.atomic():
        others = owners_locked() - {user.pk}
        held = StaffRole.objects.select_for_update().filter(user=user, role=role).first()
        if held is None:
            return False
        if role is Role.OWNER and not others:
            raise LastOwner
        held.delete()
        record(Action.ROLE_REVOKED, subject=user, by=by, at=at, role=role.value, **_before(held))
    return True


def owners_locked() -> set[int]:
    """The keys of the owners whose accounts are open, under a lock; call inside a transaction."""
    held = StaffRole.objects.select_for_update().filter(role=Role.OWNER).order_by("pk")
    keys = list(held.values_list("user_id", flat=True))
    # Asked for once the lock is held: whoever closed an account meanwhile has committed.
    return set(User.objects.filter(pk__in=keys, is_active=True).values_list("pk", flat=True))


def holders_of(right: Right) -> QuerySet[User]:
    """Everyone who may do it now, in a lasting order."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return User.objects.filter(is_active=True, staff_roles__role__in=roles).distinct().order_by("pk")
