"""Puts cases to an engine as a person would: a Parquet file, or a table of PostgreSQL."""

from __future__ import annotations

import atexit
import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
import pyarrow
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb
from pyarrow import parquet
from pyspark.sql import SparkSession
from sqlglot import exp

from makegood.policy import Kind, Policy
from makegood.policy.bulk.dates import EPOCH
from makegood.policy.bulk.engines.duckdb import DuckDb
from makegood.policy.bulk.engines.polars import Polars
from makegood.policy.bulk.engines.postgresql import PostgreSql
from makegood.policy.bulk.engines.spark import Spark
from makegood.policy.bulk.engines.spark_sessions import session
from makegood.policy.bulk.inputs import lost_column
from makegood.policy.bulk.numbers import Number
from makegood.policy.bulk.terms import MICROSECONDS, call
from makegood.policy.bulk.values import Plain
from makegood.policy.bulk.weighing_rows import Engine, weighed
from makegood.policy.facts import CANNOT_BE_ESTABLISHED as GONE
from makegood.policy.facts import Fact, Source
from makegood.policy.rules.types import Type

ENGINES = ("duckdb", "postgresql", "polars", "spark")
every_engine = pytest.mark.parametrize(
    "engine",
    [
        # One process starts Java, and keeps it.
        pytest.param(name, marks=[pytest.mark.xdist_group("spark")] if name == "spark" else [])
        for name in ENGINES
    ],
)
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
    Kind.LIST: "jsonb",
    Kind.YES_NO: "boolean",
    Kind.NUMBER: "numeric(12,3)",
    Kind.MONEY: "numeric(12,3)",
    Kind.FILES: "integer",
    Kind.DATE: "date",
    Kind.MOMENT: "timestamptz",
}


@contextmanager
def put_to(name: str, policy: Policy, cases: Sequence[Case], folder: Path) -> Iterator[Engine]:
    """Give the engine of this name, with the cases as its orders."""
    taken = [policy.values(case) for case in cases]
    told = {name: fact for name, fact in policy.facts.items() if any(name in case for case in cases)}
    told_of = [
        {name: _as_told(fact, case.get(name), row[name]) for name, fact in told.items()}
        for row, case in zip(taken, cases, strict=True)
    ]
    if name == "csv":
        yield DuckDb(_csv(folder / "orders.csv", told, told_of), policy)
        return
    told, told_of = _lost_apart(told, told_of)
    if name == "postgresql":
        with psycopg.connect(database()) as connection:
            yield PostgreSql(connection, _table(connection, told, told_of))
        return
    file = folder / "orders.parquet"
    types = [
        (KEY, pyarrow.int64()),
        *((name, _in_parquet(fact)) for name, fact in told.items()),
    ]
    rows = [{KEY: number, **row} for number, row in enumerate(told_of)]
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(types)), file)
    if name == "duckdb":
        yield DuckDb(file, policy)
    elif name == "polars":
        yield Polars(file)
    else:
        yield Spark(str(file), spark())


@lru_cache(maxsize=1)
def spark() -> SparkSession:
    """Return the session of this process, started once: that takes seconds.

    Its Java makes code quickly rather than quick code: each query runs once, over a few rows.
    """
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(session())


def terms_of(policy: Policy, engine: Engine, names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what the terms come to in every row, by its number: numbers as fractions, exactly."""
    translator = weighed(policy, engine).translator
    stages, values = translator.stages, {name: translator.name(name) for name in names}
    outputs: list[tuple[str, exp.Expr]] = [("_key", stages.source(KEY))]
    for place, value in enumerate(values.values()):
        if isinstance(value, Number):
            outputs.append((f"top{place}", value.top.expr))
            outputs += [(f"under{place}", value.under.expr)] if value.under else []
        elif isinstance(value, Plain):
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


def _lost_apart(
    told: dict[str, Fact], rows: list[dict[str, Any]]
) -> tuple[dict[str, Fact], list[dict[str, Any]]]:
    """Have a column of its own say what cannot be established, where a column of values can not."""
    gone = [
        each for each in told if told[each].kind is not Kind.TEXT and any(row[each] == GONE for row in rows)
    ]
    apart = {lost_column(each): Fact(lost_column(each), Kind.YES_NO, Source.ORDER, "") for each in gone}
    found = [
        {name: None if name in gone and value == GONE else value for name, value in row.items()}
        | {lost_column(each): True if row[each] == GONE else None for each in gone}
        for row in rows
    ]
    return told | apart, found


def _as_told(fact: Fact, told: Any, taken: Any) -> Any:
    """What a case tells, of its kind; but texts as they are, so that the engine takes their spaces off."""
    if told is None or told == GONE or fact.kind is Kind.TEXT:
        return told
    if fact.kind is not Kind.LIST:
        return taken
    if "" in fact.fields:
        return told if fact.fields[""] is Kind.TEXT else taken
    texts = [name for name, kind in fact.fields.items() if kind is Kind.TEXT]
    return [
        {**one, **{name: each.get(name) for name in texts}} for one, each in zip(taken, told, strict=True)
    ]


def _csv(file: Path, told: Mapping[str, Fact], rows: Sequence[Case]) -> Path:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([KEY, *told])
        for number, row in enumerate(rows):
            cells = (
                json.dumps(_in_json(each)) if isinstance(each, list | tuple) else each
                for each in row.values()
            )
            writer.writerow([number, *cells])
    return file


def _in_parquet(fact: Fact) -> pyarrow.DataType:
    if fact.kind is not Kind.LIST:
        return IN_PARQUET.get(fact.kind, pyarrow.string())
    parts = {name: IN_PARQUET.get(kind, pyarrow.string()) for name, kind in fact.fields.items()}
    return pyarrow.list_(parts[""] if "" in parts else pyarrow.struct(list(parts.items())))


def _in_json(value: object) -> object:
    """A value of a list as JSON tells it: numbers as they are written, dates and moments in words."""
    if isinstance(value, Mapping):
        return {name: _in_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_in_json(each) for each in value]
    return value if value is None or isinstance(value, bool) else str(value)


def database() -> str:
    """Return the address of the database that every server of PostgreSQL has."""
    return make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")


def _table(connection: psycopg.Connection[Any], told: Mapping[str, Fact], rows: Sequence[Case]) -> str:
    columns = "".join(f', "{name}" {IN_POSTGRESQL.get(fact.kind, "text")}' for name, fact in told.items())
    connection.execute(f"CREATE TEMPORARY TABLE orders ({KEY} integer{columns})")
    with connection.cursor().copy("COPY orders FROM STDIN") as copy:
        for number, row in enumerate(rows):
            values = [
                Jsonb(_in_json(value)) if isinstance(value, list | tuple) else value for value in row.values()
            ]
            copy.write_row([number, *values])
    return "SELECT * FROM orders"
