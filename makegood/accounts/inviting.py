"""Inviting somebody new to the desk: an account without a password, and a letter with a link to set one."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.granting import owners_locked
from makegood.accounts.managing import NotAnOwner, give
from makegood.accounts.models import RoleChange, StaffRole, User
from makegood.accounts.roles import Role
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.money import Money


class HasAnAccount(Exception):
    """Somebody has this address already: `person`."""

    def __init__(self, person: User) -> None:
        self.person = person
        super().__init__(
            _("{name} has an account with this address already. You can give them a role there.").format(
                name=person
            )
        )


class HasComeIn(Exception):
    """Whoever has set a password needs no invitation; they can ask for a new one by themselves."""

    def __init__(self) -> None:
        super().__init__(_("They have a password already, and can choose a new one on the sign-in page."))


def invite(
    email: str,
    *,
    name: str,
    role: Role,
    limit: Money | None,
    day_limit: Money | None,
    by: User,
    at: datetime,
) -> tuple[User, StaffRole | RoleChange]:
    """A new person with `role`, or with a role that waits for a second owner; the letter is written for it.

    Raises HasAnAccount, NotAnOwner, CurrenciesDiffer.
    """
    with transaction.atomic():
        _require_owner(by)
        known = User.objects.filter(email__iexact=email).first()
        if known is not None:
            raise HasAnAccount(known)
        person = _made(email, name)
        given = give(person, role, limit=limit, day_limit=day_limit, by=by, at=at)
        record(Action.INVITED, subject=person, by=by, at=at)
    return person, given


def invite_again(person: User, *, by: User, at: datetime) -> Event:
    """Another letter with a new link. Raises HasComeIn, NotAnOwner."""
    with transaction.atomic():
        _require_owner(by)
        if User.objects.select_for_update(no_key=True).get(pk=person.pk).has_usable_password():
            raise HasComeIn
        return record(Action.INVITED, subject=person, by=by, at=at)


def _require_owner(by: User) -> None:
    if by.pk not in owners_locked():
        raise NotAnOwner


def _made(email: str, name: str) -> User:
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, name=name, time_zone=settings.MAKEGOOD_DESK_ZONE)
    except IntegrityError:
        # Invited by somebody else, or signed up, in this moment.
        raise HasAnAccount(User.objects.get(email__iexact=email)) from None
    EmailAddress.objects.create(user=person, email=person.email.lower(), primary=True, verified=False)
    return person


def prove_by_link(sender: object, user: User, **_more: object) -> None:
    """Receiver: who has set a password by the link in a letter to their only address has proved it."""
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.count() == 1:
        addresses.filter(email__iexact=user.email).update(verified=True)


def listen() -> None:
    """Called once, when Django starts."""
    password_reset.connect(prove_by_link, dispatch_uid="prove_by_link")
