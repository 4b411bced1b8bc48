"""Finding events, the newest first, at a cost that does not grow with how many there are.

Each action that is looked for is one look into an index that ends with the time (`event_by_action`,
`event_by_actor`), and takes no more rows than the page shows. The history of one object is short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from makegood.audit.actions import Action

THE_SYSTEM = 0
"""Stands for the actor of what no person did; no account has this key."""


@dataclass(frozen=True)
class About:
    """What events are about: every thread of these, and every subject (its kind and key)."""

    threads: Sequence[str] = ()
    subjects: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Place:
    """Where a page ends: the moment and the key of its last event."""

    at: datetime
    key: int


@dataclass(frozen=True)
class Wanted:
    """Which events; None is all. `actor`: a key, or THE_SYSTEM; `until`: the first moment left out."""

    actions: Collection[Action] | None = None
    actor: int | None = None
    about: About | None = None
    since: datetime | None = None
    until: datetime | None = None


def find(wanted: Wanted, *, before: Place | None, size: int) -> list[Place]:
    """At most `size` events from `before` on, the newest first: their places."""
    conditions, values = _conditions(wanted, before)
    if wanted.about is None:
        return _in_turn(list(wanted.actions or Action), conditions, values, size)
    if wanted.actions is not None:
        conditions.append("action = ANY(%s)")
        values.append([str(action) for action in wanted.actions])
    return _of_object(wanted.about, conditions, values, size)


def every(wanted: Wanted, *, most: int, size: int = 2000) -> Iterator[list[Place]]:
    """The same in pieces of `size`, until there are no more, or `most` of them."""
    before, left = None, most
    while left > 0:
        piece = find(wanted, before=before, size=min(size, left))
        if not piece:
            return
        yield piece
        before, left = piece[-1], left - len(piece)


def _conditions(wanted: Wanted, before: Place | None) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if wanted.actor == THE_SYSTEM:
        conditions.append("actor_id IS NULL")
    elif wanted.actor is not None:
        conditions.append("actor_id = %s")
        values.append(wanted.actor)
    for condition, bound in (("at >= %s", wanted.since), ("at < %s", wanted.until)):
        if bound is not None:
            conditions.append(condition)
            values.append(bound)
    if before is not None:
        conditions.append("(at, id) < (%s, %s)")
        values += [before.at, before.key]
    return conditions, values


def _in_turn(actions: Sequence[Action], conditions: list[str], values: list[Any], size: int) -> list[Place]:
    where = " AND ".join(["event.action = wanted.action", *conditions])
    return _places(
        f"""
        SELECT found.at, found.id FROM unnest(%s::text[]) AS wanted(action), LATERAL (
            SELECT at, id FROM audit_event AS event WHERE {where} ORDER BY at DESC, id DESC LIMIT %s
        ) AS found ORDER BY found.at DESC, found.id DESC LIMIT %s
        """,  # noqa: S608  # only the conditions above
        [[str(action) for action in actions], *values, size, size],
    )


def _of_object(about: About, conditions: list[str], values: list[Any], size: int) -> list[Place]:
    kinds = [kind for kind, _key in about.subjects]
    keys = [key for _kind, key in about.subjects]
    where = " AND ".join(["true", *conditions])
    return _places(
        f"""
        SELECT at, id FROM (
            SELECT event.* FROM unnest(%s::text[]) AS wanted(thread)
            JOIN audit_event AS event ON event.thread = wanted.thread AND event.thread <> ''
            UNION
            SELECT event.* FROM unnest(%s::text[], %s::bigint[]) AS wanted(kind, key)
            JOIN audit_event AS event ON event.subject_kind = wanted.kind AND event.subject_id = wanted.key
        ) AS found WHERE {where} ORDER BY at DESC, id DESC LIMIT %s
        """,  # noqa: S608  # only the conditions above
        [list(about.threads), kinds, keys, *values, size],
    )


def _places(sql: str, values: list[Any]) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Place(at, key) for at, key in cursor.fetchall()]
