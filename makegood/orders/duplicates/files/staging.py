"""From a file to the table `lines`: every line of it typed, in the order of the file, and on disk."""

# Every piece of SQL here is a constant of our own; names of columns are among those we know.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from makegood.orders.duplicates.files import columns
from makegood.orders.duplicates.files.columns import AMOUNTS, Reading
from makegood.orders.duplicates.files.engine import Engine
from makegood.orders.duplicates.searching import customer
from makegood.orders.importing.sheets import Sheet

READING = "Reading"

LINES = {
    "number": "order_number",
    "email": "email",
    "product": "product",
    "at_us": "purchased_at",
    "currency": "currency",
    "renews": "renews",
    **{name: name for name in AMOUNTS},
    "method": "method",
    "method_label": "method_label",
    "fingerprint": "payment_fingerprint",
    "ip": "ip",
    "quantity": "quantity",
    "recipient": "recipient",
    "used": "used",
}
"""The columns of `lines`, and those of the file they are read from."""

TYPES = {"at_us": "BIGINT", "quantity": "BIGINT", "used": "BIGINT"} | dict.fromkeys(AMOUNTS, "DECIMAL(18, 6)")
"""What the columns of `lines` hold; the others hold text."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file as DuckDB sees it: `table` (SQL) has the columns `names`.

    Cells that hold text are read as text; `typed` has the readings of the others. `may_break` are those in
    which a line break may stand, which no line of a CSV file has.
    """

    table: str
    names: Sequence[str]
    typed: Mapping[str, Reading]
    may_break: Sequence[str] = ()


def csv_origin(path: Path, names: Sequence[str], *, header_line: int) -> Origin:
    """A CSV file with the columns `names`, which its line `header_line` has told.

    Only spaces are taken off the ends of cells, which is quick; a cell with other blanks there is not plain.
    """
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    table = f"""
        read_csv({literal(path)}, auto_detect = false, header = false, skip = {header_line:d},
            columns = {{{types}}}, delim = ',', quote = '"', escape = '"', nullstr = '', encoding = 'utf-8',
            strict_mode = true, null_padding = false, max_line_size = 65536, compression = 'none',
            hive_partitioning = false)"""
    trimmed = ", ".join(f"nullif(trim({name}), '') AS {name}" for name in names)
    text = [name for name in names if name in columns.UNREAD or name in columns.TEXT]
    return Origin(f"(SELECT {trimmed} FROM {table})", names, {}, text)


def literal(path: Path) -> str:
    """SQL for the path, which lies in a folder of ours and so has no character that stands for others."""
    return "'" + str(path).replace("'", "''") + "'"


def create_currencies(engine: Engine) -> None:
    """The table `currencies`, and what DuckDB is taught for reading moments."""
    engine.table("currencies", "code VARCHAR, per_unit BIGINT", columns.currencies())
    for macro in columns.MACROS:
        engine.execute(macro)


def stage(engine: Engine, origin: Origin, sheet: Sheet, at: datetime) -> None:
    """Bring the file into the table `lines`. Cells that cannot be read are NULL, and their line is `wrong`.

    `left_over` is what can still be refunded: of what was captured, or where the file tells no payments, of
    the amount.
    """
    known = columns.readings(at)
    read = {name: origin.typed.get(name, known[name]) for name in origin.names if name in known}
    needed = {column.name for column in sheet.columns if column.needed}
    captured = "captured_amount" if "captured_amount" in read else "amount"
    values = [f"{_value(column, read.get(source), source)} AS {column}" for column, source in LINES.items()]
    wrong = [_wrong(name, reading, needed=name in needed) for name, reading in read.items()]
    wrong += [f"coalesce(contains({name}, chr(10)), false)" for name in origin.may_break]
    if "renews" in read:
        wrong.append("coalesce(upper(renews) = upper(order_number), false)")
    engine.execute("DROP TABLE IF EXISTS lines")
    engine.run(
        READING,
        f"""
        CREATE TABLE lines AS
        SELECT *, {customer("email")} AS customer,
            coalesce({captured}, 0) - coalesce(refunded_amount, 0) AS left_over
        FROM (
            SELECT {", ".join(values)}, {" OR ".join(wrong)} AS wrong FROM {origin.table}
        )
        """,
    )


def _value(column: str, reading: Reading | None, source: str) -> str:
    missing = f"CAST(NULL AS {TYPES.get(column, 'VARCHAR')})"
    return missing if reading is None else reading.value_of(source)


def _wrong(name: str, reading: Reading, *, needed: bool) -> str:
    if reading.is_text:
        return f"{name} IS NULL" if needed else "false"
    # An empty cell makes the condition NULL, which is wrong where something is needed.
    return f"NOT coalesce({reading.plain_of(name)}, {name} IS NULL AND {not needed})"


_TOO_PRECISE = " OR ".join(f"coalesce(line.{name} * money.per_unit % 1 <> 0, false)" for name in AMOUNTS)
WRONG = f"""
    SELECT line.rowid AS rn FROM lines line LEFT JOIN currencies money ON money.code = line.currency
    WHERE line.wrong OR {_TOO_PRECISE}
"""
"""SQL for the lines that say something wrong: a cell nobody can read, or an amount with too many places."""
