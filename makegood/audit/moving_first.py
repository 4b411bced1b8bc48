"""Moving whichever is the first of a queue, in one statement: locked, checked, written, with its event.

The statement is made once and sent again and again: to make it of a QuerySet takes longer than to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection, models

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.models import Event
from makegood.audit.recording import OutsideTransaction, tell
from makegood.made_once import filled

Aggregate = TypeVar("Aggregate", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]


class MoveFirst(Generic[Aggregate]):
    """Moves the first of `rows` that nobody has locked, from a state from which `moves` leads to `to`.

    `rows` may hold Given values. `writes` names the fields that change beside the state. `thread` names the
    field that is the thread of its events. `behind`: rows that are locked, in the same transaction, before
    `rows` are read; they go along with it, so that it is still one message to PostgreSQL.
    """

    def __init__(
        self,
        rows: models.QuerySet[Aggregate],
        *,
        to: str,
        moves: Mapping[Any, frozenset[Any]],
        action: Action,
        writes: Sequence[str],
        thread: str,
        behind: models.QuerySet[Any] | None = None,
    ) -> None:
        self.model, self.to, self.action = rows.model, to, action
        self._fields: Sequence[Any] = self.model._meta.concrete_fields
        self._written: list[Any] = [self.model._meta.get_field(name) for name in writes]
        self._converts: list[list[Convert]] = [each.get_db_converters(connection) for each in self._fields]
        leads_there = [state for state, ends in moves.items() if to in ends]
        free = rows.filter(state__in=leads_there).select_for_update(skip_locked=True, no_key=True)
        first, self._asked = free.values_list("pk", "state")[:1].query.sql_with_params()
        self._sql = self._statement(first, thread)
        self._has_two_parts = behind is not None
        if behind is not None:
            # A statement of its own: it waits for who has the lock, and what is read then is what they left.
            locks, before = behind.select_for_update(no_key=True).values_list("pk").query.sql_with_params()
            self._sql, self._asked = f"{locks}; {self._sql}", (*before, *self._asked)

    def __call__(
        self, *, by: Actor, at: datetime, changes: Mapping[str, object], given: Mapping[str, object]
    ) -> Aggregate | None:
        """The moved aggregate; None: there is none. `changes` has a value for each of `writes`.

        Raises OutsideTransaction.
        """
        if not connection.in_atomic_block:
            raise OutsideTransaction(self.action)
        event = Event(
            at=at,
            action=self.action,
            subject_kind=self.model._meta.model_name or "",
            actor_kind=by.actor_kind,
            actor_id=by.pk,
            actor_part=getattr(by, "part", ""),
        )
        found = self._sent(
            [
                *filled(self._asked, given),
                self.to,
                *(each.get_db_prep_save(_key(changes[each.name]), connection) for each in self._written),
                *(at, event.action, event.subject_kind, event.actor_kind, event.actor_id, event.actor_part),
                self.to,
            ]
        )
        if found is None:
            return None
        event.pk, event.thread, was, *row = found
        moved = self._as_read(row)
        event.subject_id, event.details = moved.pk, {"from": was, "to": str(self.to)}
        tell(event)
        return moved

    def _statement(self, first: str, thread: str) -> str:
        table, key = _quoted(self.model._meta.db_table), _quoted(self._fields[0].model._meta.pk.column)
        written = "".join(f", {_quoted(each.column)} = %s" for each in self._written)
        columns = ", ".join(f"{table}.{_quoted(each.column)}" for each in self._fields)
        return f"""
            WITH first(key, was) AS MATERIALIZED ({first}),
            moved AS (
                UPDATE {table} SET state = %s{written} FROM first WHERE {table}.{key} = first.key
                RETURNING first.was, {columns}
            ),
            noted AS (
                INSERT INTO {_quoted(Event._meta.db_table)}
                    (at, action, subject_kind, subject_id, thread, actor_kind, actor_id, actor_part, details)
                SELECT %s, %s, %s, {key}, {_quoted(thread)}, %s, %s, %s,
                    jsonb_build_object('from', was, 'to', %s::text)
                FROM moved RETURNING id, thread
            )
            SELECT noted.id, noted.thread, moved.* FROM moved, noted
        """  # noqa: S608  # our own names of tables and columns; what comes from outside is a parameter

    def _sent(self, values: Sequence[Any]) -> tuple[Any, ...] | None:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            if self._has_two_parts:
                cursor.nextset()
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found

    def _as_read(self, row: Sequence[object]) -> Aggregate:
        """The aggregate as a query would have read it."""
        values = []
        for field, converts, value in zip(self._fields, self._converts, row, strict=True):
            for convert in converts:
                value = convert(value, field.cached_col, connection)
            values.append(value)
        return self.model.from_db(connection.alias, [field.attname for field in self._fields], values)


def _key(value: object) -> object:
    return value.pk if isinstance(value, models.Model) else value


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
