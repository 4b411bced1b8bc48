"""Queries that are made once: to make SQL of a QuerySet often takes longer than to run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


class Given(models.Expression):
    """A value in a QuerySet that is given each time the SQL made of it is sent, by its name."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002  # as Django calls it
        """A place for the value, with this in it until it is given."""
        return "%s", (self,)


def filled(values: Sequence[object], given: Mapping[str, object]) -> list[object]:
    """The values of a query, with what is given in its places."""
    return [given[value.name] if isinstance(value, Given) else value for value in values]


class MadeOnce(Generic[Row]):
    """The rows of a QuerySet that may hold Given values; its SQL is made once, at the beginning.

    Nothing in it may depend on the moment or the person but what is Given.
    """

    def __init__(self, rows: models.QuerySet[Row]) -> None:
        self._rows = rows
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._sql, self._values = self._compiler.as_sql()

    def __call__(self, **given: object) -> list[Row]:
        """The rows now."""
        # Of the connection of this thread: the compiler only knows what the columns of a row mean.
        compiler = copy(self._compiler)
        compiler.connection = connection
        values = filled(self._values, given)
        compiler.as_sql = lambda *_args, **_more: (self._sql, values)
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        return list(rows)
