"""Uses of services on trial, from a file of the service."""

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

TYPES = {"usage_id": "text", "email": "text", "product": "text", "used_at": "timestamptz", "units": "int"}


def import_trial_usage(
    file: IO[bytes], *, name: str, by: Actor, at: datetime, progress: Progress = silent
) -> Imported:
    """Import the uses of `file` (CSV, see docs/import.md), all of them or none; raises ImportRefused.

    What each trial has used grows with them, and never beyond its quota. A use that is known by its
    `usage_id`, and that the file tells no other way, is left as it is.
    """
    counted, problems = CountedFile(file, progress), Problems()
    with transaction.atomic(), connection.cursor() as cursor:
        lines = stage(cursor, counted, sheet(at), TYPES, {}, problems)
        wait_for_other_imports(cursor)
        _lock_trials(cursor)
        run_all(CHECKS, cursor, problems)
        problems.refuse_if_any()
        uses = _count(cursor)
        new = _add(cursor)
        imported = Imported(lines, new, uses - new)
        write_down(Action.TRIAL_USAGE_IMPORTED, imported, counted, name=name, by=by, at=at)
    return imported


def sheet(at: datetime) -> Sheet:
    """The columns of a file of usage of trials that is read at `at`."""
    return Sheet(
        [
            Column("usage_id", cells.text(80), needed=True),
            Column("email", cells.email, needed=True),
            Column("product", cells.text(60), needed=True),
            Column("used_at", cells.moment(at), needed=True),
            Column("units", cells.positive, needed=True),
        ],
    )


_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

_TRIALS = """
    SELECT t.id, t.started_at, t.ends_at, t.quota, t.used, lower(u.email) AS email, p.sku AS product
    FROM orders_trial t
    JOIN accounts_user u ON u.id = t.member_id
    JOIN orders_product p ON p.id = t.product_id
"""
_TOLD = f"""
    SELECT here.*, t.id AS trial, t.started_at, t.ends_at, t.quota, t.used
    FROM staged here JOIN ({_TRIALS}) t ON t.email = lower(here.email) AND t.product = here.product
    WHERE here.sound
"""
_FIRST_LINES = "SELECT DISTINCT ON (usage_id) * FROM staged WHERE sound ORDER BY usage_id, line"
_NEW = f"""
    SELECT DISTINCT ON (told.usage_id) told.* FROM ({_TOLD}) told
    WHERE NOT EXISTS (SELECT 1 FROM orders_trialusage known WHERE known.external_id = told.usage_id)
    ORDER BY told.usage_id, told.line
"""

_DIFFERENCES = f"""
    ('email', lower(here.email) <> lower(there.email), here.email, there.email),
    ('product', here.product <> there.product, here.product, there.product),
    ('used_at', here.used_at <> there.used_at,
        {_MOMENT.format("here.used_at")}, {_MOMENT.format("there.used_at")}),
    ('units', here.units <> there.units, here.units::text, there.units::text)
"""


def _differences(there: str, last: str) -> str:
    return f"""
        SELECT here.line, differing.field, differing.said, differing.other, {last}
        FROM staged here
        JOIN ({there}) there USING (usage_id)
        CROSS JOIN LATERAL (VALUES {_DIFFERENCES}) AS differing (field, differ, said, other)
        WHERE here.sound AND differing.differ
    """


CHECKS = [
    Check(
        "{0} has no free trial of {1}.",
        f"""
        SELECT here.line, 'email' AS field, here.email, here.product FROM staged here
        WHERE here.sound AND NOT EXISTS (
            SELECT 1 FROM ({_TRIALS}) t WHERE t.email = lower(here.email) AND t.product = here.product
        )
        """,
    ),
    Check(
        "The trial lasted from {0} to {1}.",
        f"""
        SELECT told.line, 'used_at' AS field,
            {_MOMENT.format("told.started_at")}, {_MOMENT.format("told.ends_at")}
        FROM ({_TOLD}) told WHERE told.used_at < told.started_at OR told.used_at > told.ends_at
        """,
    ),
    Check(
        "It says {0}, but line {2} of this file says {1} of the same use.",
        _differences(_FIRST_LINES, "there.line"),
    ),
    Check(
        "It says {0}, but use {2} is known with {1}. What is known is not overwritten.",
        _differences(
            f"""
            SELECT used.external_id AS usage_id, t.email, t.product, used.used_at, used.units
            FROM orders_trialusage used JOIN ({_TRIALS}) t ON t.id = used.trial_id
            """,
            "there.usage_id",
        ),
    ),
    Check(
        "With it {0} has used {1}, but the trial includes {2}.",
        f"""
        SELECT counted.line, 'units' AS field, counted.email, counted.sum, counted.quota FROM (
            SELECT new.line, new.email, new.quota,
                new.used + sum(new.units) OVER (PARTITION BY new.trial ORDER BY new.line) AS sum
            FROM ({_NEW}) new
        ) counted WHERE counted.sum > counted.quota
        """,
    ),
]


def _lock_trials(cursor: CursorWrapper) -> None:
    """The trials that the file speaks of, until the end of the transaction: their sums must not move."""
    cursor.execute(
        f"""
        SELECT id FROM orders_trial WHERE id IN (SELECT trial FROM ({_TOLD}) told)
        ORDER BY id FOR NO KEY UPDATE
        """
    )


def _count(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT count(DISTINCT usage_id) FROM staged")
    (uses,) = cursor.fetchone()
    return int(uses)


def _add(cursor: CursorWrapper) -> int:
    return changed(
        cursor,
        f"""
        WITH added AS (
            INSERT INTO orders_trialusage (trial_id, external_id, used_at, units)
            SELECT new.trial, new.usage_id, new.used_at, new.units FROM ({_NEW}) new ORDER BY new.line
            RETURNING trial_id, units
        ), summed AS (
            UPDATE orders_trial t SET used = t.used + sums.units
            FROM (SELECT trial_id, sum(units) AS units FROM added GROUP BY trial_id) sums
            WHERE t.id = sums.trial_id
        )
        SELECT trial_id FROM added
        """,
    )
