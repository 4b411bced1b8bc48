"""Writing events, and telling the one listener what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, models

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.models import Event
from makegood.audit.telling import tell_after_commit

Listener = Callable[[Event], None]
_listeners: list[Listener] = []


class OutsideTransaction(RuntimeError):
    """An event was recorded with no transaction open, so the change and its event could part."""

    def __init__(self, action: Action) -> None:
        super().__init__(f"“{action}” must be recorded in the transaction that makes it happen.")


def listen(listener: Listener) -> None:
    """Call `listener` inside the transaction of every event; `reactions` registers itself here at start."""
    _listeners.append(listener)


def record(
    action: Action, *, subject: models.Model, by: Actor, at: datetime, thread: str = "", **details: object
) -> Event:
    """Write that `action` happened to `subject`. `details` must be JSON-able and free of personal data.

    Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(action)
    event = Event.objects.create(
        at=at,
        action=action,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        thread=thread,
        actor_kind=by.actor_kind,
        actor_id=by.pk,
        actor_part=getattr(by, "part", ""),
        details=details,
    )
    tell(event)
    return event


def tell(event: Event) -> None:
    """Let the listener know of an event that was just written, in the transaction that wrote it."""
    tell_after_commit(thread=event.thread, subject_kind=event.subject_kind, subject_id=event.subject_id)
    for listener in _listeners:
        listener(event)
