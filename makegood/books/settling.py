"""What a person does with a difference: settle it with a note, or open it again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.moving import move
from makegood.books.models import Difference, DifferenceState
from makegood.books.models.difference import MOVES


class NoteMissing(Exception):
    """Whoever reads the books later must see why."""

    def __init__(self) -> None:
        super().__init__(_("Write what you found out."))


def settle(difference: Difference, *, note: str, by: User, at: datetime) -> Difference:
    """`by` found out what it is and did what was to do. Raises NoteMissing, MoveNotAllowed."""
    words = _said(note)
    return move(
        difference,
        to=DifferenceState.SETTLED,
        moves=MOVES,
        action=Action.DIFFERENCE_SETTLED,
        by=by,
        at=at,
        details={"provider": difference.provider, "note": words},
        changes={"settled_at": at, "settled_by": by, "note": words},
    )


def reopen(difference: Difference, *, note: str, by: User, at: datetime) -> Difference:
    """It was not right after all. Raises NoteMissing, MoveNotAllowed."""
    words = _said(note)
    return move(
        difference,
        to=DifferenceState.OPEN,
        moves=MOVES,
        action=Action.DIFFERENCE_REOPENED,
        by=by,
        at=at,
        details={"provider": difference.provider, "note": words},
        changes={"settled_at": None, "settled_by": None},
    )


def _said(note: str) -> str:
    if not note.strip():
        raise NoteMissing
    return note.strip()
