"""A Parquet file of orders: what the types of its columns mean, and what is wrong with its rows."""

# Every piece of SQL here is a constant of our own; names of columns are among those we know.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from makegood.orders.duplicates.files.careful import check_names
from makegood.orders.duplicates.files.columns import AMOUNTS, UNREAD, Reading, moment_is_good
from makegood.orders.duplicates.files.engine import Engine
from makegood.orders.duplicates.files.refusals import FileRefused
from makegood.orders.duplicates.files.staging import WRONG, Origin, literal
from makegood.orders.importing.problems import TOLD, Problem, Problems, quoted
from makegood.orders.importing.sheets import Sheet, rows

MAGIC = b"PAR1"
"""How a Parquet file begins, and how it ends."""

ROW = "row"

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_MOMENTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}


def parquet_origin(engine: Engine, path: Path, sheet: Sheet, at: datetime) -> Origin:
    """The Parquet file at `path`. Raises FileRefused when its columns are wrong, or their types.

    A moment without a zone is in UTC, as programs write them; amounts are decimals or whole numbers.
    """
    table = f"read_parquet({literal(path)}, hive_partitioning = false)"
    types = {name: kind for name, kind, *_ in engine.rows(f"DESCRIBE SELECT * FROM {table}")}
    check_names(sheet, 0, list(types), unit=ROW)
    problems = [
        Problem(0, name, reason)
        for name, kind in types.items()
        if name not in UNREAD and (reason := _refused(name, kind))
    ]
    if problems:
        raise FileRefused(problems, unit=ROW)
    read = {name: kind for name, kind in types.items() if name not in UNREAD}
    taken = ", ".join(f"{_taken(name, kind)} AS {name}" for name, kind in read.items())
    typed = {name: reading for name, kind in read.items() if (reading := _reading(name, kind, at))}
    return Origin(f"(SELECT {taken} FROM {table})", list(read), typed)


def problems_in(engine: Engine, origin: Origin, sheet: Sheet) -> FileRefused:
    """What is wrong with the rows that are wrong, in words."""
    count = engine.value(f"SELECT count(*) FROM ({WRONG})")
    problems = Problems()
    list(rows(sheet, _as_lines(engine, origin), problems))
    if not problems.count:
        raise RuntimeError("DuckDB finds rows wrong that are right.")
    told = sorted(problems.kept)
    return FileRefused(told, max(count - len({problem.line for problem in told}), 0), unit=ROW)


def _as_lines(engine: Engine, origin: Origin) -> Iterator[tuple[int, list[str]]]:
    """The header, and the wrong rows as they would stand in a CSV file."""
    yield 0, list(origin.names)
    said = ", ".join(f"coalesce({_said(name, origin)}, '')" for name in origin.names)
    for rn, *cells in engine.rows(
        f"""
        SELECT rn, {said} FROM (SELECT row_number() OVER () - 1 AS rn, * FROM {origin.table})
        WHERE rn IN (SELECT rn FROM ({WRONG}) ORDER BY rn LIMIT {TOLD}) ORDER BY rn
        """
    ):
        yield int(rn) + 1, cells


def _said(name: str, origin: Origin) -> str:
    if name == "purchased_at" and name in origin.typed:
        return f"strftime(make_timestamp(epoch_us({name})), '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"CAST({name} AS VARCHAR)"


def _refused(name: str, kind: str) -> str:
    """Why a column cannot be of this type; nothing when it can."""
    if kind == "VARCHAR" or _kind(kind) in _allowed(name):
        return ""
    if name in AMOUNTS and kind in {"DOUBLE", "FLOAT"}:
        return (
            f"It holds binary fractions ({kind}), which are not exact; write amounts as DECIMAL or as text."
        )
    return f"It holds values of the type {quoted(kind)}, which do not say {name}."


def _allowed(name: str) -> set[str]:
    if name == "purchased_at":
        return _MOMENTS
    return {*_WHOLE, "DECIMAL"} if name in AMOUNTS else _WHOLE


def _kind(kind: str) -> str:
    return kind.partition("(")[0]


def _taken(name: str, kind: str) -> str:
    if name == "purchased_at" and kind != "VARCHAR":
        return name
    return name if name in AMOUNTS and kind != "VARCHAR" else f"stripped(CAST({name} AS VARCHAR))"


def _reading(name: str, kind: str, at: datetime) -> Reading | None:
    if kind == "VARCHAR":
        return None
    if name == "purchased_at":
        return Reading(moment_is_good("epoch_us({})", at), "epoch_us({})")
    if name in AMOUNTS:
        exact = "TRY_CAST({} AS DECIMAL(18, 6))"
        return Reading(f"{{}} >= 0 AND {exact} = {{}}", exact)
    return None
