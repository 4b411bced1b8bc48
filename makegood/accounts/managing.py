"""What an owner does with the people of the desk: roles, limits, closing an account and opening it again.

Nobody does it to themselves, and what lets money leave takes two owners where there are two.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.granting import LastOwner, columns_of, grant, owners_locked, revoke, said
from makegood.accounts.models import RoleChange, StaffRole, User
from makegood.accounts.roles import FOR_TWO_OWNERS, Role
from makegood.accounts.sessions import end_sessions
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.money import Money

WAITS_ALONE = timedelta(hours=72)
"""Within this, somebody the others trust can undo what a thief of one owner's session has done."""


class NotAnOwner(Exception):
    """Whoever tried is no owner, or not any more."""

    def __init__(self) -> None:
        super().__init__(_("Only an owner changes who works at the desk, and you are not one any more."))


class OwnAccount(Exception):
    """Somebody tried to change their own roles or limits, or to close their own account."""

    def __init__(self) -> None:
        super().__init__(_("Nobody changes their own roles, limits or account; another owner can."))


class WaitsAlready(Exception):
    """The same role of the same person waits for a second owner."""

    def __init__(self) -> None:
        super().__init__(_("This waits for a second owner already; it has to be answered first."))


class NeedsAnother(Exception):
    """Whoever asked for it is not the second owner."""

    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself, so another owner has to agree."))


class AskedByNoOwner(Exception):
    """Whoever asked for it has been removed since, so two owners would not agree."""

    def __init__(self) -> None:
        super().__init__(
            _("Whoever asked for this is no owner any more. Please turn it down, and ask for it anew.")
        )


class AnsweredMeanwhile(Exception):
    """Somebody else has agreed, or turned it down."""

    def __init__(self) -> None:
        super().__init__(_("Somebody was faster: this is answered already, so nothing was changed."))


class AloneTooNew(Exception):
    """Whoever is the only owner now has taken the other away a short while ago."""

    def __init__(self) -> None:
        super().__init__(
            _("You removed another owner less than three days ago, so nobody gets more about money yet.")
        )


class NotOfTheDesk(Exception):
    """The account of a member is theirs."""

    def __init__(self) -> None:
        super().__init__(_("They hold no role at the desk, so their account is not ours to close."))


class AccountClosed(Exception):
    """Nobody is given anything while their account is closed."""

    def __init__(self) -> None:
        super().__init__(_("This account is closed. Please open it again first."))


def give(
    person: User, role: Role, *, limit: Money | None, day_limit: Money | None, by: User, at: datetime
) -> StaffRole | RoleChange:
    """Give `person` the role, or set its limits (None: no limit); a RoleChange waits for a second owner.

    Raises NotAnOwner, OwnAccount, AccountClosed, WaitsAlready, AloneTooNew, CurrenciesDiffer.
    """
    limits = columns_of(limit, day_limit)
    with transaction.atomic():
        owners = _owners(person, by=by)
        if not User.objects.select_for_update(no_key=True).get(pk=person.pk).is_active:
            raise AccountClosed
        if person.role_changes.filter(role=role, agreed=None).exists():
            raise WaitsAlready
        held = StaffRole.objects.filter(user=person, role=role).first()
        others = owners - {by.pk, person.pk}
        is_wide = role in FOR_TWO_OWNERS and widens(held, limit, day_limit)
        if is_wide and not others:
            _require_not_just_alone(by, at)
        if not (is_wide and others):
            return grant(person, role, by=by, at=at, limit=limit, day_limit=day_limit)
        change = RoleChange.objects.create(person=person, role=role, asked_by=by, asked_at=at, **limits)
        record(
            Action.ROLE_ASKED,
            subject=person,
            by=by,
            at=at,
            role=role.value,
            limit=said(limit),
            day_limit=said(day_limit),
        )
    return change


def _require_not_just_alone(by: User, at: datetime) -> None:
    """Else one owner would get round the second by removing them first."""
    recent = Event.objects.filter(actor_id=by.pk, at__gt=at - WAITS_ALONE)
    removed = recent.filter(action=Action.ROLE_REVOKED, details__role=Role.OWNER)
    closed = recent.filter(action=Action.ACCOUNT_CLOSED, details__roles__contains=[Role.OWNER])
    if removed.exists() or closed.exists():
        raise AloneTooNew


def widens(held: StaffRole | None, limit: Money | None, day_limit: Money | None) -> bool:
    """Whether these limits let agree to more than `held` does; None held: anything is more."""
    return held is None or _is_higher(held.limit, limit) or _is_higher(held.day_limit, day_limit)


def _is_higher(was: Money | None, wanted: Money | None) -> bool:
    """An amount in another currency is not to be compared, so it counts as more."""
    if was is None or wanted is None:
        return was is not None
    return wanted.currency != was.currency or wanted > was


def agree(change: RoleChange, *, by: User, at: datetime) -> StaffRole:
    """As the second owner: what was asked for is given.

    Raises NotAnOwner, OwnAccount, NeedsAnother, AskedByNoOwner, AnsweredMeanwhile.
    """
    with transaction.atomic():
        waiting = _waiting(change, by=by)
        if waiting.asked_by_id == by.pk:
            raise NeedsAnother
        if waiting.asked_by_id not in _owners(waiting.person, by=by):
            raise AskedByNoOwner
        _answer(waiting, agreed=True, by=by, at=at)
        return grant(
            waiting.person,
            Role(waiting.role),
            by=by,
            at=at,
            limit=waiting.limit,
            day_limit=waiting.day_limit,
            change=waiting,
        )


def turn_down(change: RoleChange, *, by: User, at: datetime) -> RoleChange:
    """Do not agree; whoever asked takes it back by this. Raises NotAnOwner, OwnAccount, AnsweredMeanwhile."""
    with transaction.atomic():
        return _turn_down(_waiting(change, by=by), by=by, at=at)


def take(person: User, role: Role, *, by: User, at: datetime) -> bool:
    """Take the role away; whether they held it. Raises NotAnOwner, OwnAccount, LastOwner."""
    with transaction.atomic():
        _owners(person, by=by)
        return revoke(person, role, by=by, at=at)


def close(person: User, *, by: User, at: datetime) -> User:
    """Close the account: its sessions end at once, nobody signs in to it, and its work is handed over.

    Closed again, nothing changes. Raises NotAnOwner, OwnAccount, NotOfTheDesk, LastOwner.
    """
    with transaction.atomic():
        owners = _owners(person, by=by)
        closing = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not closing.is_active:
            return closing
        if not closing.is_staff:
            raise NotOfTheDesk
        if owners == {closing.pk}:
            raise LastOwner
        for waiting in closing.role_changes.select_for_update().filter(agreed=None):
            _turn_down(waiting, by=by, at=at)
        closing.is_active, closing.closed_by = False, by
        closing.save(update_fields=["is_active", "closed_by"])
        end_sessions(closing, by=by, at=at)
        record(Action.ACCOUNT_CLOSED, subject=closing, by=by, at=at, roles=sorted(closing.roles))
    return closing


def reopen(person: User, *, by: User, at: datetime) -> User:
    """Open a closed account again, with the roles it had; opened again, nothing changes.

    Raises NotAnOwner, OwnAccount.
    """
    with transaction.atomic():
        _owners(person, by=by)
        opening = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if opening.closed_by_id is None:
            return opening
        opening.is_active, opening.closed_by = True, None
        opening.save(update_fields=["is_active", "closed_by"])
        record(Action.ACCOUNT_REOPENED, subject=opening, by=by, at=at)
    return opening


def _owners(person: User, *, by: User) -> set[int]:
    owners = owners_locked()
    if by.pk not in owners:
        raise NotAnOwner
    if by.pk == person.pk:
        raise OwnAccount
    return owners


def _waiting(change: RoleChange, *, by: User) -> RoleChange:
    _owners(change.person, by=by)
    waiting = RoleChange.objects.select_for_update(of=("self",)).select_related("person").get(pk=change.pk)
    if waiting.agreed is not None:
        raise AnsweredMeanwhile
    return waiting


def _answer(waiting: RoleChange, *, agreed: bool, by: User, at: datetime) -> None:
    waiting.agreed, waiting.answered_by, waiting.answered_at = agreed, by, at
    waiting.save(update_fields=["agreed", "answered_by", "answered_at"])


def _turn_down(waiting: RoleChange, *, by: User, at: datetime) -> RoleChange:
    _answer(waiting, agreed=False, by=by, at=at)
    record(Action.ROLE_TURNED_DOWN, subject=waiting.person, by=by, at=at, role=waiting.role)
    return waiting
