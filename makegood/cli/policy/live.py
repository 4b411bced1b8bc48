"""Rows of the desk's own database for a back-test: its refund requests, or a table or view named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql

from makegood.cli.policy.reading import Refused
from makegood.policy import Policy
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.bulk.engines.sql import Outputs
from makegood.policy.bulk.stages import Stages
from makegood.refund_requests import kept_facts

REQUESTS = ""
"""Named instead of a view: the requests that were submitted."""


class Requests(PostgreSql):
    """The refund requests of a desk. Raises Refused where there are none.

    `unread`: the facts that rows are left out for, and how many rows; known once they are weighed.
    """

    def __init__(self, connection: Any, *policies: Policy) -> None:
        if connection.execute(f"SELECT facts FROM {kept_facts.TABLE} LIMIT 1").fetchone() is None:  # noqa: S608  # our own name
            raise Refused("No refund request has been submitted yet, so there is nothing to weigh.")
        self.unread: Mapping[str, int] = {}
        self._count_unread = kept_facts.unread(*policies)
        super().__init__(connection, kept_facts.rows(*policies))

    def grouped(self, stages: Stages, keys: Outputs, sums: Outputs) -> list[dict[str, Any]]:
        """As any rows are grouped; those left out are counted of the same moment."""
        counted = self._connection.execute(self._count_unread)
        self.unread = {fact: rows for fact, rows in counted if fact is not None}
        return super().grouped(stages, keys, sums)


@contextmanager
def live(view: str, *policies: Policy) -> Iterator[PostgreSql]:
    """Give PostgreSQL over a table or view (`name`, or `schema.name`) of DATABASE_URL, only to read.

    REQUESTS are the requests of the desk as these policies read them. Raises Refused where there is no such
    database or view, or no request; BulkError where the policies do not go together.
    """
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise Refused("DATABASE_URL does not say where the database is.")
    try:
        with psycopg.connect(address) as connection:
            # All that is counted is counted of one moment, while the desk goes on.
            connection.read_only, connection.isolation_level = True, IsolationLevel.REPEATABLE_READ
            yield _of_view(connection, view) if view else Requests(connection, *policies)
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        raise Refused(_not_there(view)) from None
    except psycopg.OperationalError as error:
        raise Refused(f"The database cannot be reached: {_first_line(error)}.") from None
    except psycopg.Error as error:
        raise Refused(f"The database refused: {_first_line(error)}.") from None


def _of_view(connection: Any, view: str) -> PostgreSql:
    named = sql.Identifier(*view.split(".")).as_string(connection)
    select = f"SELECT * FROM {named}"  # noqa: S608  # the name is quoted
    connection.execute(f"{select} LIMIT 0")
    return PostgreSql(connection, select)


def _not_there(view: str) -> str:
    if view:
        return f"The database has no table or view {view}."
    return (
        f"The database has no table {kept_facts.TABLE} as this version of Makegood makes it: it is not the "
        "database of a desk, or `makegood migrate` has not been run."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
