"""What orders gave at the shop, from a file of the shop: licences, and until when each order paid for one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import IO

from django.db import connection, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.orders.importing import Imported
from makegood.orders.importing.cells import BadCell, code, text
from makegood.orders.importing.checks import Check, run_all
from makegood.orders.importing.files import (
    CountedFile,
    Progress,
    changed,
    silent,
    stage,
    wait_for_other_imports,
    write_down,
)
from makegood.orders.importing.problems import Problems, quoted
from makegood.orders.importing.sheets import Column, Sheet

TYPES = {"order_number": "text", "licence": "text", "ends_on": "date"}
KEYS = {"key": "order_number"}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

CHECKS = [
    Check(
        "Order {0} is not known.",
        """
        SELECT here.line, 'order_number' AS field, here.order_number FROM staged here
        WHERE here.sound AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE upper(o.number) = here.key)
        """,
    ),
    Check(
        "Line {1} of this file tells of order {0} too.",
        """
        SELECT here.line, 'order_number' AS field, here.order_number, first.line
        FROM staged here
        JOIN (SELECT key, min(line) AS line FROM staged WHERE sound GROUP BY key) first USING (key)
        WHERE here.sound AND here.line > first.line
        """,
    ),
]


def import_licences(
    file: IO[bytes], *, name: str, by: Actor, at: datetime, progress: Progress = silent
) -> Imported:
    """Import the licences of `file` (CSV, see docs/effects.md), all of them or none; raises ImportRefused.

    `name` is what the file is called in our records. Licences change at the shop, so the newest file counts;
    `known` counts the orders of which it says nothing new.
    """
    counted, problems = CountedFile(file, progress), Problems()
    with transaction.atomic(), connection.cursor() as cursor:
        lines = stage(cursor, counted, sheet(), TYPES, KEYS, problems)
        wait_for_other_imports(cursor)
        run_all(CHECKS, cursor, problems)
        problems.refuse_if_any()
        new = changed(
            cursor,
            """
            INSERT INTO effects_given (order_id, licence, ends_on)
            SELECT o.id, here.licence, here.ends_on
            FROM staged here JOIN orders_order o ON upper(o.number) = here.key ORDER BY here.line
            ON CONFLICT (order_id) DO UPDATE SET licence = excluded.licence, ends_on = excluded.ends_on
            WHERE (effects_given.licence, effects_given.ends_on)
                IS DISTINCT FROM (excluded.licence, excluded.ends_on)
            """,
        )
        imported = Imported(lines, new, lines - new)
        write_down(Action.GIVEN_IMPORTED, imported, counted, name=name, by=by, at=at)
    return imported


def sheet() -> Sheet:
    """The columns of a file of licences."""
    return Sheet(
        [
            Column("order_number", code(40), needed=True),
            Column("licence", text(80), needed=True),
            Column("ends_on", _day),
        ]
    )


def _day(cell: str) -> date:
    try:
        value = date.fromisoformat(cell) if _DAY.fullmatch(cell) else None
    except ValueError:  # the thirty-first of June
        value = None
    if value is None:
        raise BadCell(f"{quoted(cell)} is not a day such as 2026-12-02; leave it empty when it does not end.")
    return value
