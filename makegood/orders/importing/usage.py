"""Uses of services, from a file of the service."""

# Every piece of SQL here is a constant of our own; what the file says is only ever in rows.
# ruff: noqa: S608

from __future__ import annotations

from datetime import datetime
from typing import IO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.orders.importing import cells
from makegood.orders.importing.checks import Check, run_all
from makegood.orders.importing.files import (
    CountedFile,
    Imported,
    Progress,
    changed,
    silent,
    stage,
    wait_for_other_imports,
    write_down,
)
from makegood.orders.importing.problems import Problems
from makegood.orders.importing.sheets import Column, Sheet

TYPES = {
    "usage_id": "text",
    "order_number": "text",
    "used_at": "timestamptz",
    "units": "int",
    "what": "text",
}
KEYS = {"key": "order_number"}


def import_usage(
    file: IO[bytes], *, name: str, by: Actor, at: datetime, progress: Progress = silent
) -> Imported:
    """Import the uses of `file` (CSV, see docs/import.md), all of them or none; raises ImportRefused.

    `name` is what the file is called in our records. A use that is known by its `usage_id`, and that the file
    tells no other way, is left as it is.
    """
    counted, problems = CountedFile(file, progress), Problems()
    with transaction.atomic(), connection.cursor() as cursor:
        lines = stage(cursor, counted, sheet(at), TYPES, KEYS, problems)
        wait_for_other_imports(cursor)
        run_all(CHECKS, cursor, problems)
        problems.refuse_if_any()
        uses = _count(cursor)
        new = _add(cursor)
        imported = Imported(lines, new, uses - new)
        write_down(Action.USAGE_IMPORTED, imported, counted, name=name, by=by, at=at)
    return imported


def sheet(at: datetime) -> Sheet:
    """The columns of a file of usage that is read at `at`."""
    return Sheet(
        [
            Column("usage_id", cells.text(80), needed=True),
            Column("order_number", cells.code(40), needed=True),
            Column("used_at", cells.moment(at), needed=True),
            Column("units", cells.positive, needed=True),
            Column("what", cells.text(120)),
        ],
    )


_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

_DIFFERENCES = f"""
    ('order_number', here.key <> there.key, here.order_number, there.order_number),
    ('used_at', here.used_at <> there.used_at,
        {_MOMENT.format("here.used_at")}, {_MOMENT.format("there.used_at")}),
    ('units', here.units <> there.units, here.units::text, there.units::text),
    ('what', here.what <> there.what, here.what, there.what)
"""


def _differences(there: str, last: str) -> str:
    return f"""
        SELECT here.line, differing.field, differing.said, differing.other, {last}
        FROM staged here
        JOIN ({there}) there USING (usage_id)
        CROSS JOIN LATERAL (VALUES {_DIFFERENCES}) AS differing (field, differ, said, other)
        WHERE here.sound AND differing.differ
    """


_FIRST_LINES = "SELECT DISTINCT ON (usage_id) * FROM staged WHERE sound ORDER BY usage_id, line"

CHECKS = [
    Check(
        "Order {0} is not known.",
        """
        SELECT here.line, 'order_number' AS field, here.order_number FROM staged here
        WHERE here.sound AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE upper(o.number) = here.key)
        """,
    ),
    Check(
        "Order {0} is of {1}, which is software; only services have usage.",
        """
        SELECT here.line, 'order_number' AS field, here.order_number, p.name
        FROM staged here
        JOIN orders_order o ON upper(o.number) = here.key
        JOIN orders_product p ON p.id = o.product_id
        WHERE here.sound AND p.kind <> 'service'
        """,
    ),
    Check(
        "Order {0} was purchased later than that, at {1}.",
        f"""
        SELECT here.line, 'used_at' AS field, here.order_number, {_MOMENT.format("o.purchased_at")}
        FROM staged here JOIN orders_order o ON upper(o.number) = here.key
        WHERE here.sound AND here.used_at < o.purchased_at
        """,
    ),
    Check(
        "It says {0}, but line {2} of this file says {1} of the same use.",
        _differences(_FIRST_LINES, "there.line"),
    ),
    Check(
        "It says {0}, but use {2} is known with {1}. What is known is not overwritten.",
        _differences(
            """
            SELECT used.external_id AS usage_id, o.number AS order_number, upper(o.number) AS key,
                used.used_at, used.units, used.what
            FROM orders_usage used JOIN orders_order o ON o.id = used.order_id
            """,
            "there.usage_id",
        ),
    ),
]


def _count(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT count(DISTINCT usage_id) FROM staged")
    (uses,) = cursor.fetchone()
    return int(uses)


def _add(cursor: CursorWrapper) -> int:
    return changed(
        cursor,
        f"""
        INSERT INTO orders_usage (order_id, external_id, used_at, units, what)
        SELECT o.id, here.usage_id, here.used_at, here.units, coalesce(here.what, '')
        FROM ({_FIRST_LINES}) here
        JOIN orders_order o ON upper(o.number) = here.key
        WHERE NOT EXISTS (SELECT 1 FROM orders_usage known WHERE known.external_id = here.usage_id)
        ORDER BY here.line
        """,
    )
