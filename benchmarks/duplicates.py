"""How long a search for duplicate orders takes, in how much memory, and what of the planted ones it finds."""

# Every piece of SQL here is a constant of our own.
# ruff: noqa: S608

from __future__ import annotations

import os
import resource
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from benchmarks import frame
from benchmarks.frame import Row
from benchmarks.shop.marking import Marked, mark
from benchmarks.shop.planting import BEGAN, COLUMNS
from benchmarks.shop.stories import sold

ROWS = [1_000_000, 10_000_000]
SEED = 7
"""Not one of those that were looked at when the weights were chosen."""

Result = TypeVar("Result")

NOW = BEGAN + timedelta(days=1_500)
LIKELY = 0.5


def main() -> None:
    """Search so many orders, each time in a process of its own, for its peak memory; mark the first."""
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="+", default=ROWS, help="how many orders (1 M and 10 M)")
    arguments.add_argument("--live", type=int, default=ROWS[0], help="how many of them in PostgreSQL (1 M)")
    told = arguments.parse_args()
    rows: list[Row] = []
    for count in told.rows:
        _alone(_make, count)
        rows += [_compared(count, kind) for kind in ("csv", "parquet")]
    marked = [_alone(_mark, told.rows[0], days) for days in (1, 3, 7)]
    rows.append(_alone(_search_live, told.live))
    for count in told.rows:
        for kind in ("csv", "parquet", "twins"):
            _file(count, kind).unlink()
    frame.live_in_a_fresh_database("duplicates")
    frame.tell("duplicates", "Orders a second, and how much longer than a plain reading of the file", rows)
    frame.tell("duplicates-marks", "What is found of what was planted", _by_step(marked))
    frame.tell("duplicates-calibration", "How often a confidence is right", _by_tenth(marked[1][1]))


def _alone(work: Callable[..., Result], *given: object) -> Result:
    with get_context("spawn").Pool(1) as process:
        return process.apply(work, given)


# The files


def _make(count: int) -> None:
    """Write `count` orders as CSV and as Parquet, in the order they were bought in; and what was planted."""
    import duckdb

    frame.VAR.mkdir(parents=True, exist_ok=True)
    raw, twins = _file(count, "raw"), _file(count, "twins")
    with raw.open("w", encoding="utf-8") as lines, twins.open("w", encoding="utf-8") as planted:
        lines.write(f"{COLUMNS}\n")
        for order in sold(count, seed=SEED):
            lines.write(f"{order.line()}\n")
            if order.twin:
                planted.write(f"{order.number},{order.twin}\n")
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(frame.VAR)}) as connection:
        connection.execute(f"""
            COPY (
                SELECT * REPLACE (
                    purchased_at::TIMESTAMP AS purchased_at, amount::DECIMAL(12, 2) AS amount,
                    captured_amount::DECIMAL(12, 2) AS captured_amount,
                    refunded_amount::DECIMAL(12, 2) AS refunded_amount
                ) FROM read_csv('{raw}', all_varchar = true) ORDER BY purchased_at
            ) TO '{_file(count, "parquet")}' (FORMAT parquet)
        """)
        connection.execute(f"""
            COPY (
                SELECT * REPLACE (strftime(purchased_at, '%Y-%m-%dT%H:%M:%SZ') AS purchased_at)
                FROM '{_file(count, "parquet")}'
            ) TO '{_file(count, "csv")}' (FORMAT csv, HEADER)
        """)
    raw.unlink()


def _file(count: int, kind: str) -> Path:
    return frame.VAR / f"orders-planted-{count}.{kind}"


# Time and memory


def _compared(count: int, kind: str) -> Row:
    return _alone(_search, count, kind, _alone(_seconds_of_plain_reading, count, kind))


def _search(count: int, kind: str, plain: float) -> Row:
    _without_an_installation()
    from makegood.orders.duplicates.files import searched
    from makegood.orders.duplicates.scoring import points_for

    began = perf_counter()
    with searched(_file(count, kind), at=NOW, least_points=points_for(LIKELY)) as search:
        pairs = sum(1 for _ in search.pairs())
    return _row(kind, search.orders, pairs, perf_counter() - began, plain)


def _row(kind: str, count: int, pairs: int, taken: float, plain: float) -> Row:
    return {
        "search": kind,
        "orders": count,
        "pairs": pairs,
        "seconds": round(taken, 1),
        "orders/s": round(count / taken),
        "× plain reading": round(taken / plain, 1),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _seconds_of_plain_reading(count: int, kind: str) -> float:
    """Every cell once, and nothing made of it."""
    import duckdb

    file = _file(count, kind)
    read = f"read_csv('{file}', all_varchar = true)" if kind == "csv" else f"'{file}'"
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        began = perf_counter()
        connection.execute(f"SELECT max(hash(orders)) FROM {read} orders").fetchone()
        return perf_counter() - began


def _search_live(count: int) -> Row:
    frame.live_in_a_fresh_database("duplicates")
    from makegood.orders.duplicates.live import live_duplicates
    from makegood.orders.duplicates.scoring import points_for

    _fill(count)
    began = perf_counter()
    _read_the_desk()
    plain = perf_counter() - began
    began = perf_counter()
    pairs = sum(1 for _ in live_duplicates(least_points=points_for(LIKELY)))
    return _row("live", count, pairs, perf_counter() - began, plain)


def _read_the_desk() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*), max(o.purchased_at), max(u.email), max(p.method_label) FROM orders_order o
            JOIN accounts_user u ON u.id = o.member_id JOIN orders_payment p ON p.order_id = o.id
        """)


def _fill(count: int) -> None:
    """The first `count` orders, with their members and payments, as an import would leave them."""
    from django.db import connection, transaction

    columns = ", ".join(f"{name} text" for name in COLUMNS.split(","))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE sold ({columns})")
        with cursor.copy(f"COPY sold ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy:
            for order in sold(count, seed=SEED):
                copy.write(f"{order.line()}\n")
        for statement in _FILLING:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_FILLING = (
    """
    INSERT INTO accounts_user (email, name, language, time_zone, is_active, joined_at, password)
    SELECT DISTINCT lower(email), '', 'en', 'UTC', true, now(), '!' FROM sold
    """,
    """
    INSERT INTO orders_product (sku, name, kind, summary, unit)
    SELECT DISTINCT product, product, 'software', '', '' FROM sold
    """,
    """
    INSERT INTO orders_order (id, number, member_id, product_id, purchased_at, amount_minor, currency,
        renews_id, country)
    SELECT substr(s.order_number, 3)::bigint, s.order_number, u.id, p.id, s.purchased_at::timestamptz,
        s.amount::numeric * 100, s.currency, substr(nullif(s.renews, ''), 3)::bigint, ''
    FROM sold s JOIN accounts_user u ON u.email = lower(s.email) JOIN orders_product p ON p.sku = s.product
    """,
    """
    INSERT INTO orders_payment (order_id, provider, provider_reference, method, method_label, currency,
        captured_minor, reserved_minor, captured_at)
    SELECT substr(order_number, 3)::bigint, 'sandbox', order_number, method, method_label, currency,
        amount::numeric * 100, coalesce(nullif(refunded_amount, '')::numeric * 100, 0),
        purchased_at::timestamptz
    FROM sold
    """,
)


# Precision and recall


def _mark(count: int, days: int) -> tuple[int, Marked]:
    _without_an_installation()
    from makegood.orders.duplicates.files import searched

    lines = _file(count, "twins").read_text(encoding="utf-8").splitlines()
    twins = dict(line.split(",", 1) for line in lines)
    with searched(_file(count, "parquet"), at=NOW, within=timedelta(days=days)) as search:
        return days, mark(search.pairs(), twins)


def _by_step(marked: list[tuple[int, Marked]]) -> list[Row]:
    return [
        {
            "within": f"{days}d",
            "at least": f"{step:.2f}",
            "precision": round(marks.precision(step), 3),
            "recall": round(marks.recall(step), 3),
            "planted": marks.planted,
        }
        for days, marks in marked
        for step in (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
    ]


def _by_tenth(marks: Marked) -> list[Row]:
    return list(_tenths(marks))


def _tenths(marks: Marked) -> Iterator[Row]:
    for tenth in range(10):
        pairs, says, is_right = marks.between(tenth / 10, (tenth + 1) / 10)
        yield {
            "confidence": f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}",
            "pairs": pairs,
            "says": round(says, 3),
            "is right": round(is_right, 3),
        }


def _without_an_installation() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.alone"
    import django

    django.setup()


if __name__ == "__main__":
    main()
