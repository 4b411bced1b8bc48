"""The search through a file, from its first byte to the pairs."""

# Every piece of SQL here is a constant of our own.
# ruff: noqa: S608

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from makegood.orders.duplicates.files import careful, parquet, repeats
from makegood.orders.duplicates.files.columns import sheet
from makegood.orders.duplicates.files.engine import Engine, Progress, engine, silent
from makegood.orders.duplicates.files.odd import mark_bad_texts
from makegood.orders.duplicates.files.refusals import FileRefused
from makegood.orders.duplicates.files.staging import WRONG, Origin, create_currencies, csv_origin, stage
from makegood.orders.duplicates.found import Found, found
from makegood.orders.duplicates.searching import NEAR, Source, query
from makegood.orders.importing.problems import Problem
from makegood.orders.importing.sheets import Sheet

SEARCHING = "Searching"


@dataclass(frozen=True, slots=True)
class SearchedFile:
    """What a search found: among so many `orders`, so many pairs, which are counted and told once."""

    orders: int
    count: int
    engine: Engine

    def pairs(self) -> Iterator[Found]:
        """The pairs, the likeliest first."""
        yield from map(found, self.engine.rows("SELECT * FROM pairs ORDER BY rowid"))


@contextmanager
def searched(
    file: Path | IO[bytes],
    *,
    at: datetime,
    within: timedelta = NEAR,
    least_points: int | None = None,
    equivalents: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Iterator[SearchedFile]:
    """Search a file of orders, CSV or Parquet, for likely duplicates; what was found is there while inside.

    `equivalents` names the group of a product, as of `live_duplicates`. A moment later than a day after `at`
    is a problem. Raises FileRefused when the file has problems, BulkMissing, NoRoom and OSError.
    """
    with engine(progress) as duckdb:
        path = _at_hand(file, duckdb.folder)
        create_currencies(duckdb)
        _read(duckdb, path, sheet(at), at)
        duckdb.table("groups", "product VARCHAR, kin VARCHAR", list((equivalents or {}).items()))
        duckdb.run(
            SEARCHING, f"CREATE TABLE pairs AS {query(SOURCE, within=within, least_points=least_points)}"
        )
        orders = duckdb.value("SELECT (SELECT count(*) FROM lines) - (SELECT count(*) FROM passed_over)")
        yield SearchedFile(orders, duckdb.value("SELECT count(*) FROM pairs"), duckdb)


def _at_hand(file: Path | IO[bytes], folder: Path) -> Path:
    """The file under a name of ours: one given may hold characters that mean several files to DuckDB."""
    here = folder / "orders"
    if not isinstance(file, Path):
        with here.open("wb") as written:
            shutil.copyfileobj(file, written)
    elif file.is_file():
        file.open("rb").close()  # whoever may not read it is told so now
        here.symlink_to(file.resolve())
    else:
        with file.open("rb") as pipe:
            return _at_hand(pipe, folder)
    return here


def _read(duckdb: Engine, path: Path, columns: Sheet, at: datetime) -> None:
    with path.open("rb") as file:
        is_parquet = file.read(len(parquet.MAGIC)) == parquet.MAGIC
    read = _read_parquet if is_parquet else _read_csv
    read(duckdb, path, columns, at)


def _read_csv(duckdb: Engine, path: Path, columns: Sheet, at: datetime) -> None:
    number, names = careful.header_of(path, columns)
    if not _read_in_bulk(duckdb, path, names, number, columns, at):
        clean = duckdb.folder / "anew"
        names = careful.write_anew(path, clean, columns, duckdb.progress)
        if not _read_in_bulk(duckdb, clean, names, 1, columns, at):
            raise RuntimeError("DuckDB finds lines wrong that were read one by one.")
    repeats.join_repeats(duckdb, has_payments="captured_amount" in names)
    repeats.refuse_contradictions(duckdb, lambda places: careful.numbers_of(path, places), unit="line")


def _read_in_bulk(
    duckdb: Engine, path: Path, names: list[str], header_line: int, columns: Sheet, at: datetime
) -> bool:
    """Whether DuckDB could read it all, and every line is right beyond doubt."""
    if not duckdb.could(lambda: stage(duckdb, csv_origin(path, names, header_line=header_line), columns, at)):
        return False
    return not duckdb.value(f"SELECT count(*) FROM ({WRONG})") and not mark_bad_texts(duckdb, columns, at)


def _read_parquet(duckdb: Engine, path: Path, columns: Sheet, at: datetime) -> None:
    origins: list[Origin] = []

    def read() -> None:
        origins.append(parquet.parquet_origin(duckdb, path, columns, at))
        stage(duckdb, origins[0], columns, at)

    if not duckdb.could(read):
        raise FileRefused([Problem(0, "", "It is damaged, or no Parquet file.")], unit=parquet.ROW)
    (origin,) = origins
    if mark_bad_texts(duckdb, columns, at) or duckdb.value(f"SELECT count(*) FROM ({WRONG})"):
        raise parquet.problems_in(duckdb, origin, columns)
    repeats.join_repeats(duckdb, has_payments="captured_amount" in origin.names)
    repeats.refuse_contradictions(
        duckdb, lambda places: {place: place + 1 for place in places}, unit=parquet.ROW
    )


SOURCE = Source(
    placed="""
        placed AS NOT MATERIALIZED (
            SELECT line.rowid AS rn, line.customer, coalesce(g.kin, line.product) AS kin, line.at_us,
                line.renews IS NOT NULL AS is_renewal
            FROM lines line
            LEFT JOIN merged ON merged.rn = line.rowid
            LEFT JOIN groups g ON g.product = line.product
            WHERE coalesce(merged.left_over, line.left_over) > 0
                AND line.rowid NOT IN (SELECT rn FROM passed_over)
        )""",
    details="""
        details AS NOT MATERIALIZED (
            SELECT line.rowid AS rn, upper(line.number) AS identity, upper(line.renews) AS renews,
                line.number, line.email, line.product, line.at_us,
                CAST(line.amount * money.per_unit AS BIGINT) AS amount_minor, line.currency,
                coalesce(merged.means, line.method_label, line.method) AS means,
                coalesce(merged.fingerprint, line.fingerprint) AS fingerprint, line.ip, line.quantity,
                line.recipient, line.used
            FROM lines line
            JOIN currencies money ON money.code = line.currency
            LEFT JOIN merged ON merged.rn = line.rowid
        )""",
)
