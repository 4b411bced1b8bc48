"""Queries that are made once, and planned once: to make SQL of a QuerySet, and for PostgreSQL to make a plan
of that, often takes longer than to run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import mogrify
from psycopg import Cursor

Row = TypeVar("Row", bound=models.Model)

PLACE = re.compile("%[s%]")


class Given(models.Expression):
    """A value in a QuerySet that is given each time the SQL made of it is sent, by its name."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002  # as Django calls it
        """A place for the value, with this in it until it is given."""
        return f"%s::{self.output_field.db_type(connection)}", (self,)


def filled(values: Sequence[object], given: Mapping[str, object]) -> list[object]:
    """The values of a query, with what is given in its places."""
    return [given[value.name] if isinstance(value, Given) else value for value in values]


class MadeOnce(Generic[Row]):
    """The rows of a QuerySet that may hold Given values; its SQL is made once, at the beginning.

    Nothing in it may depend on the moment or the person but what is Given. PostgreSQL keeps the plan as a
    prepared statement for as long as a connection lives.
    """

    def __init__(self, rows: models.QuerySet[Row]) -> None:
        self._rows = rows
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._as_django_writes_it: tuple[str, Sequence[object]] = self._compiler.as_sql()

    def __call__(self, **given: object) -> list[Row]:
        """The rows now."""
        # Of the connection of this thread: the compiler only knows what the columns of a row mean.
        compiler = copy(self._compiler)
        compiler.connection = connection
        sql, names = self._made
        compiler.execute_sql = lambda *_args, **_more: [_asked(sql, [given[name] for name in names])]
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        return list(rows)

    @cached_property
    def _made(self) -> tuple[str, list[str]]:
        """The SQL, with a place for each name of what is given. All else stands in it as it is: a plan for
        whatever the values are would not know that an index of some rows holds all of them.
        """
        sql, values = self._as_django_writes_it
        names = [value.name for value in values if isinstance(value, Given)]
        left = iter(values)
        return PLACE.sub(lambda place: _written(place.group(), left), sql), names


def _written(place: str, values: Iterator[object]) -> str:
    if place == "%%":
        return place
    value = next(values)
    return place if isinstance(value, Given) else mogrify(place, [value], connection).replace("%", "%%")


def _asked(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        if not connection.queries_logged:
            # Django's own cursor writes the values into the SQL: good to read, but planned each time.
            cursor.cursor = Cursor(connection.connection)
        cursor.execute(sql, values)
        return list(cursor.fetchall())
