"""The people of the desk as an owner sees them: roles with their limits, how they sign in, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from makegood.accounts.models import Limits, RoleChange, StaffRole, User
from makegood.accounts.roles import LIMITED, RIGHTS, ROLE_NAMES, Right, Role
from makegood.accounts.templatetags.said import amount_in_words
from makegood.audit.actions import Action
from makegood.audit.models import Event

SHOWN = 200
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class HeldRole:
    """A role somebody holds or would hold; `limits` in words, empty where a limit means nothing."""

    role: Role
    label: Promise
    limits: str


@dataclass(frozen=True)
class Person:
    """Somebody of the desk. `last_seen` None: never; `away_since` None: gets requests, if they examine any.

    `is_invited`: they have not chosen a password yet.
    """

    user: User
    roles: Sequence[HeldRole]
    has_second_step: bool
    last_seen: datetime | None
    away_since: datetime | None
    is_invited: bool

    @property
    def is_closed(self) -> bool:
        """Whether an owner has closed the account."""
        return self.user.closed_by_id is not None

    @property
    def may_be_given(self) -> list[tuple[Role, Promise]]:
        """The roles they do not hold."""
        held = {each.role for each in self.roles}
        return [(role, label) for role, label in ROLE_NAMES.items() if role not in held]


def people_seen_by(user: User) -> QuerySet[User]:
    """Everybody who holds a role, or held one; an owner finds every account, to give it the first role."""
    there = User.objects.filter(erased_at=None)
    return there if user.may(Right.MANAGE_PEOPLE) else there.filter(_works_or_worked())


def people_of_the_desk() -> list[Person]:
    """Everybody who holds a role, or held one: open accounts first, by name. Two queries, however many."""
    rows = _with_signs(User.objects.filter(_works_or_worked(), erased_at=None))
    return [_person(row) for row in rows.order_by("closed_by", "name", "pk")[:SHOWN]]


def names_of_the_desk() -> list[tuple[int, str]]:
    """Keys and names of the same people, for a list to choose from."""
    rows = User.objects.filter(_works_or_worked(), erased_at=None).order_by("name", "pk")[:SHOWN]
    return [(row.pk, str(row)) for row in rows]


def person_of(rows: QuerySet[User], pk: int) -> Person | None:
    """One of `rows` with all that the page shows; None when they are not among them."""
    row = _with_signs(rows).filter(pk=pk).first()
    return _person(row) if row else None


def waiting_changes(person: User | None = None) -> list[tuple[RoleChange, HeldRole]]:
    """What waits for a second owner, the oldest first; of one person, or of all."""
    rows = RoleChange.objects.filter(agreed=None).select_related("person", "asked_by")
    if person is not None:
        rows = rows.filter(person=person)
    return [(row, as_held(Role(row.role), row)) for row in rows.order_by("pk")[:SHOWN]]


def as_held(role: Role, limits: Limits) -> HeldRole:
    """The role with these limits, in words."""
    return HeldRole(role, ROLE_NAMES[role], limits_in_words(role, limits))


def limits_in_words(role: Role, limits: Limits) -> str:
    """“up to $200.00 a decision, $1,000.00 a day”; “no limit”; empty for a role that agrees to no amount."""
    if role not in LIMITED:
        return ""
    words = {
        name: amount_in_words(amount)
        for name, amount in (("limit", limits.limit), ("day_limit", limits.day_limit))
        if amount is not None
    }
    return _WORDS[frozenset(words)]().format(**words)


_WORDS = {
    frozenset[str](): lambda: _("no limit"),
    frozenset({"limit"}): lambda: _("up to {limit} a decision"),
    frozenset({"day_limit"}): lambda: _("up to {day_limit} a day"),
    frozenset({"limit", "day_limit"}): lambda: _("up to {limit} a decision, {day_limit} a day"),
}


def _works_or_worked() -> Q:
    granted = Event.objects.filter(action=Action.ROLE_GRANTED, subject_kind="user")
    return Q(pk__in=granted.values("subject_id")) | Q(pk__in=StaffRole.objects.values("user"))


def _with_signs(people: QuerySet[User]) -> QuerySet[Any]:
    keys = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_STEPS)
    seen = UserSession.objects.filter(user=OuterRef("pk")).order_by().values("user")
    rows = people.select_related("worker", "closed_by").prefetch_related("staff_roles")
    return rows.annotate(
        has_second_step=Exists(keys),
        last_seen=Greatest("last_login", Subquery(seen.annotate(at=Max("last_seen_at")).values("at"))),
    )


def _person(row: Any) -> Person:
    held = {Role(each.role): each for each in row.staff_roles.all()}
    examines = any(Right.EXAMINE in RIGHTS[role] for role in held)
    worker = getattr(row, "worker", None)
    return Person(
        user=row,
        roles=[as_held(role, held[role]) for role in Role if role in held],
        has_second_step=row.has_second_step,
        last_seen=row.last_seen,
        away_since=worker.away_since if worker and examines else None,
        is_invited=not row.has_usable_password(),
    )
