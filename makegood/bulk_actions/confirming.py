"""Confirming what was previewed, and undoing it while there is time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.moving import locked, move
from makegood.bulk_actions.models import BulkAction
from makegood.bulk_actions.previewing import MayNotActInBulk, NothingChosen, digest_of
from makegood.bulk_actions.states import MOVES, ItemState, State

GOOD_FOR = timedelta(hours=1)


class AnotherPreview(Exception):
    """What is to be done is not what was on the page that was confirmed."""

    def __init__(self) -> None:
        super().__init__(_("This has changed since the page was opened. Please read it again."))


class PreviewTooOld(Exception):
    """Too much happens within an hour to do what was shown before it."""

    def __init__(self) -> None:
        super().__init__(_("This preview is more than an hour old. Please choose the requests again."))


def confirm(action: BulkAction, *, seen: str, by: User, at: datetime) -> BulkAction:
    """Have the worker do it once the time to undo it is over. `seen` is the digest of what was on the page.

    Raises MayNotActInBulk, AnotherPreview, PreviewTooOld, NothingChosen, MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(action)
        if not by.may(Right.ACT_IN_BULK) or current.made_by_id != by.pk:
            raise MayNotActInBulk
        items = list(current.items.order_by("id"))
        if current.state == State.PREVIEWED:
            if seen != digest_of(current, items):
                raise AnotherPreview
            if current.made_at < at - GOOD_FOR:
                raise PreviewTooOld
        count = sum(item.state == ItemState.WAITING for item in items)
        if not count:
            raise NothingChosen
        begins_at = at + timedelta(minutes=settings.MAKEGOOD_BULK_UNDO_MINUTES)
        return move(
            current,
            to=State.WAITING,
            moves=MOVES,
            action=Action.BULK_CONFIRMED,
            by=by,
            at=at,
            details={"count": count, "kind": current.kind},
            changes={"confirmed_at": at, "begins_at": begins_at},
        )


def undo(action: BulkAction, *, by: User, at: datetime) -> BulkAction:
    """Take back what was not done yet: all of it before it began, the rest while it runs.

    Whoever may act in bulk may undo what a colleague confirmed. Raises MayNotActInBulk, MoveNotAllowed.
    """
    if not by.may(Right.ACT_IN_BULK):
        raise MayNotActInBulk
    with transaction.atomic():
        current = locked(action)
        waiting = current.items.filter(state=ItemState.WAITING)
        done = current.items.filter(state=ItemState.DONE).count()
        begun = current.state == State.RUNNING
        count = waiting.update(state=ItemState.TAKEN_BACK, text="")
        return move(
            current,
            to=State.STOPPED if begun else State.TAKEN_BACK,
            moves=MOVES,
            action=Action.BULK_STOPPED if begun else Action.BULK_TAKEN_BACK,
            by=by,
            at=at,
            details={"count": count, "done": done},
            changes={"ended_at": at},
        )
