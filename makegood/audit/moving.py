"""The one way a state changes: locked, checked against the allowed moves, written with its event.

What stands first in a queue is moved by `moving_first`: one statement that keeps all of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record

Aggregate = TypeVar("Aggregate", bound=models.Model)


class MoveNotAllowed(Exception):
    """The aggregate is in a state from which this move is not allowed; someone may have been faster."""

    def __init__(self, aggregate: models.Model, current: str, wanted: str) -> None:
        self.aggregate, self.current, self.wanted = aggregate, current, wanted
        super().__init__(_("Somebody was faster: this has moved on meanwhile, so nothing was changed."))


def locked(aggregate: Aggregate) -> Aggregate:
    """The aggregate re-read under a row lock; call inside a transaction."""
    rows: models.QuerySet[Aggregate] = type(aggregate)._default_manager.select_for_update(no_key=True)
    return rows.get(pk=aggregate.pk)


def move(
    aggregate: Aggregate,
    *,
    to: str,
    moves: Mapping[Any, frozenset[Any]],
    action: Action,
    by: Actor,
    at: datetime,
    details: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
) -> Aggregate:
    """Bring `aggregate` to state `to`, writing `changes` (field → value) and the event with it.

    Returns the locked, re-read, changed aggregate. Raises MoveNotAllowed when `moves` has no such move
    from the state that the row has under the lock.
    """
    with transaction.atomic():
        current: Any = locked(aggregate)
        if to not in moves.get(current.state, frozenset()):
            raise MoveNotAllowed(aggregate, current.state, to)
        was = current.state
        fields = {"state": to, **(changes or {})}
        for name, value in fields.items():
            setattr(current, name, value)
        current.save(update_fields=list(fields))
        record(
            action,
            subject=current,
            by=by,
            at=at,
            thread=getattr(current, "audit_thread", ""),
            **{"from": str(was), "to": str(to), **(details or {})},
        )
    moved: Aggregate = current
    return moved
