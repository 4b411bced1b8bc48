"""Puts cases to an engine as a person would: a Parquet file, or a table of PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import psycopg
import pyarrow
from psycopg.conninfo import make_conninfo
from pyarrow import parquet
from sqlglot import exp

from makegood.policy import Kind, Policy
from makegood.policy.bulk.dates import EPOCH
from makegood.policy.bulk.engines.duckdb import DuckDb
from makegood.policy.bulk.engines.polars import Polars
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.bulk.numbers import Number
from makegood.policy.bulk.terms import MICROSECONDS, call
from makegood.policy.bulk.weighing_rows import Engine, weighed
from makegood.policy.facts import CANNOT_BE_ESTABLISHED as GONE
from makegood.policy.rules.types import Type

ENGINES = ("duckdb", "postgresql", "polars")
KEY = "case_number"
Case = Mapping[str, object]

IN_PARQUET = {
    Kind.YES_NO: pyarrow.bool_(),
    Kind.NUMBER: pyarrow.decimal128(12, 3),
    Kind.MONEY: pyarrow.decimal128(12, 3),
    Kind.FILES: pyarrow.int32(),
    Kind.DATE: pyarrow.date32(),
    Kind.MOMENT: pyarrow.timestamp("us", tz="UTC"),
}
IN_POSTGRESQL = {
    Kind.YES_NO: "boolean",
    Kind.NUMBER: "numeric(12,3)",
    Kind.MONEY: "numeric(12,3)",
    Kind.FILES: "integer",
    Kind.DATE: "date",
    Kind.MOMENT: "timestamptz",
}


@contextmanager
def put_to(name: str, policy: Policy, cases: Sequence[Case], folder: Path) -> Iterator[Engine]:
    """Give the engine of this name, with the cases as its orders; lists are left out."""
    taken = [policy.values(case) for case in cases]
    told = {fact: kind for fact, kind in _kinds(policy).items() if any(fact in case for case in cases)}
    lost = [fact for fact in told if any(case.get(fact) == GONE for case in cases)]
    told_of = [
        {fact: None if case.get(fact, GONE) == GONE else row[fact] for fact in told}
        | {lost_column(fact): case.get(fact) == GONE for fact in lost}
        for row, case in zip(taken, cases, strict=True)
    ]
    told |= dict.fromkeys(map(lost_column, lost), Kind.YES_NO)
    if name == "postgresql":
        with psycopg.connect(_database()) as connection:
            yield PostgreSql(connection, _table(connection, told, told_of))
        return
    file = folder / "orders.parquet"
    types = [
        (KEY, pyarrow.int64()),
        *((fact, IN_PARQUET.get(kind, pyarrow.string())) for fact, kind in told.items()),
    ]
    rows = [{KEY: number, **row} for number, row in enumerate(told_of)]
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(types)), file)
    yield DuckDb(file, policy) if name == "duckdb" else Polars(file)


def terms_of(policy: Policy, engine: Engine, names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what the terms come to in every row, by its number: numbers as fractions, exactly."""
    translator = weighed(policy, engine).translator
    stages, values = translator.stages, {name: translator.name(name) for name in names}
    outputs: list[tuple[str, exp.Expr]] = [("_key", stages.source(KEY))]
    for place, value in enumerate(values.values()):
        if isinstance(value, Number):
            outputs.append((f"top{place}", value.top.expr))
            outputs += [(f"under{place}", value.under.expr)] if value.under else []
        else:
            moment = value.type is Type.MOMENT  # DuckDB would want another library to hand one over
            outputs.append((f"value{place}", call(MICROSECONDS, value.expr) if moment else value.expr))
    return {row["_key"]: dict(_read(row, values)) for row in engine.rows(stages, outputs)}


def exact(value: object) -> object:
    """Return a value of the closures as `terms_of` tells it: moments in microseconds since 1970."""
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    return Fraction(value) if isinstance(value, Decimal) else value


def _read(row: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for place, (name, value) in enumerate(values.items()):
        if not isinstance(value, Number):
            yield name, row[f"value{place}"]
            continue
        top, under = row[f"top{place}"], row.get(f"under{place}", 1)
        yield name, None if top is None else Fraction(int(top), int(under) * 10**value.scale)


def _kinds(policy: Policy) -> dict[str, Kind]:
    return {fact.name: fact.kind for fact in policy.facts.values() if fact.kind is not Kind.LIST}


def _database() -> str:
    """The address of the database that every server of PostgreSQL has."""
    return make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")


def _table(connection: psycopg.Connection[Any], told: Mapping[str, Kind], rows: Sequence[Case]) -> str:
    columns = "".join(f', "{fact}" {IN_POSTGRESQL.get(kind, "text")}' for fact, kind in told.items())
    connection.execute(f"CREATE TEMPORARY TABLE orders ({KEY} integer{columns})")
    with connection.cursor().copy("COPY orders FROM STDIN") as copy:
        for number, row in enumerate(rows):
            copy.write_row([number, *row.values()])
    return "SELECT * FROM orders"
