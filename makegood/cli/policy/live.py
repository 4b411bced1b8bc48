"""Rows of the desk's own database for a back-test: a table or a view whose columns are named like facts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from makegood.cli.policy.reading import Refused
from makegood.policy.bulk.engines.postgresql import PostgreSql


@contextmanager
def live(view: str) -> Iterator[PostgreSql]:
    """Give PostgreSQL over a table or view (`name`, or `schema.name`) of DATABASE_URL, only to read.

    Raises Refused where there is no such database or view.
    """
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise Refused("DATABASE_URL does not say where the database is.")
    try:
        with psycopg.connect(address, options="-c default_transaction_read_only=on") as connection:
            named = sql.Identifier(*view.split(".")).as_string(connection)
            select = f"SELECT * FROM {named}"  # noqa: S608  # the name is quoted
            connection.execute(f"{select} LIMIT 0")
            yield PostgreSql(connection, select)
    except psycopg.errors.UndefinedTable:
        raise Refused(f"The database has no table or view {view}.") from None
    except psycopg.OperationalError as error:
        raise Refused(f"The database cannot be reached: {str(error).splitlines()[0]}.") from None
