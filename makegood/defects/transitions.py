"""Every change of a defect."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from django.db import transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import move
from makegood.audit.recording import record
from makegood.defects.describing import link_of, versions_of
from makegood.defects.models import Defect
from makegood.defects.states import MOVES, State
from makegood.orders.models import Product

_ANSWERED = frozenset({State.FIXED, State.CANNOT_BE_FIXED})


def report(
    *,
    product: Product,
    title: str,
    steps: str,
    by: User,
    at: datetime,
    occurs_in: str = "",
    tracker_url: str = "",
) -> Defect:
    """A new defect of `product`; `steps`, `occurs_in` and `tracker_url` as `describing.describe` takes them.

    Raises NotATrackerLink.
    """
    with transaction.atomic():
        defect = Defect.objects.create(
            product=product,
            title=title,
            steps=steps.replace("\r\n", "\n").strip(),
            occurs_in=versions_of(occurs_in),
            tracker_url=link_of(tracker_url),
            reported_by=by,
            reported_at=at,
        )
        record(Action.DEFECT_REPORTED, subject=defect, by=by, at=at)
    return defect


def reproduce(defect: Defect, *, by: Actor, at: datetime) -> Defect:
    """It happens with us too. Raises MoveNotAllowed, also once a verdict was given: that is reopened."""
    return _move(
        defect, State.REPRODUCED, Action.DEFECT_REPRODUCED, by=by, at=at, of=frozenset(State) - _ANSWERED
    )


def not_reproduced(defect: Defect, *, by: Actor, at: datetime) -> Defect:
    """It does not happen with us. Raises MoveNotAllowed."""
    return _move(defect, State.NOT_REPRODUCED, Action.DEFECT_NOT_REPRODUCED, by=by, at=at)


def fix(defect: Defect, *, fixed_in: str, by: Actor, at: datetime) -> Defect:
    """It is fixed in version `fixed_in`. Raises MoveNotAllowed."""
    return _move(defect, State.FIXED, Action.DEFECT_FIXED, by=by, at=at, fixed_in=fixed_in)


def give_up(defect: Defect, *, by: Actor, at: datetime) -> Defect:
    """It cannot be fixed. Raises MoveNotAllowed."""
    return _move(defect, State.CANNOT_BE_FIXED, Action.DEFECT_CANNOT_BE_FIXED, by=by, at=at)


def reopen(defect: Defect, *, by: Actor, at: datetime) -> Defect:
    """A verdict turned out wrong; it is a reproduced defect again. Raises MoveNotAllowed."""
    return _move(defect, State.REPRODUCED, Action.DEFECT_REOPENED, by=by, at=at, of=_ANSWERED)


def _move(
    defect: Defect,
    to: State,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    of: Set[State] = frozenset(State),
    fixed_in: str = "",
) -> Defect:
    """`of`: the states this verb leaves; two verbs lead to “reproduced”, and each only from its own."""
    return move(
        defect,
        to=to,
        moves={state: ends for state, ends in MOVES.items() if state in of},
        action=action,
        by=by,
        at=at,
        details={"fixed_in": fixed_in} if fixed_in else None,
        changes={"fixed_in": fixed_in},
    )
