"""How fast orders and usage are imported, against a plain COPY of the same lines, and in how much memory."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from benchmarks import frame
from benchmarks.frame import Row

LINES = 100_000
_END = datetime(2026, 11, 1, tzinfo=UTC)
_ORDERS = (
    "order_number,email,name,product,purchased_at,amount,currency,renews,auto_renewal_chosen,country,"
    "provider,provider_reference,method,method_label,captured_amount,captured_at"
)
_RENEWAL = 2
_USAGE = "usage_id,order_number,used_at,units,what"


def main() -> None:
    """Measure a tenth of the lines and all of them, each in a process of its own, for its peak memory."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    rows: list[Row] = []
    for count in (lines // 10, lines):
        with get_context("spawn").Pool(1) as process:
            rows += process.apply(_measure, (count,))
    frame.live_in_a_fresh_database("imports")
    question = "Lines a second, and how much longer than a plain COPY of the same lines takes"
    frame.tell("imports", question, rows)


def _measure(count: int) -> list[Row]:
    frame.live_in_a_fresh_database("imports")
    from makegood.orders.models import Product

    Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    Product.objects.create(sku="atomic-mail", name="Atomic Mail", kind="service")
    orders, usage = frame.VAR / f"orders-{count}.csv", frame.VAR / f"usage-{count}.csv"
    _write(orders, _ORDERS, _order_lines(count))
    _write(usage, _USAGE, _usage_lines(count))
    return [*_compared("orders", orders, count), *_compared("usage", usage, count)]


def _write(file: Path, header: str, lines: Iterator[str]) -> None:
    # Line by line: the peak of memory is to be the import's.
    with file.open("w", encoding="utf-8") as written:
        written.write(f"{header}\n")
        written.writelines(f"{line}\n" for line in lines)


def _compared(what: str, file: Path, count: int) -> Iterator[Row]:
    from makegood.orders.importing import import_orders, import_usage

    bring = {"orders": import_orders, "usage": import_usage}[what]
    plain = _seconds(lambda: _plain_copy(file))
    for name in (f"{what}, new", f"{what}, known"):
        before = _peak()
        taken = _seconds(lambda: _import(bring, file, count))
        yield {
            "import": name,
            "lines": count,
            "lines/s": round(count / taken),
            "× plain COPY": round(taken / plain, 1),
            "peak MB": round(_peak(), 1),
            "grown MB": round(_peak() - before, 1),
        }


def _import(bring: Callable[..., object], file: Path, count: int) -> None:
    from makegood.audit.actors import System

    with file.open("rb") as lines:
        imported = bring(lines, name=file.name, by=System("benchmark"), at=_END)
    if getattr(imported, "lines", None) != count:
        raise RuntimeError(f"{imported} is not {count} lines.")


def _plain_copy(file: Path) -> None:
    """The lines into a table of text, unread: what no import can be faster than."""
    from django.db import connection, transaction

    with file.open("rb") as lines, transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"{name.decode()} text" for name in lines.readline().strip().split(b","))
        cursor.execute(f"CREATE TABLE plain ({columns})")
        with cursor.copy("COPY plain FROM STDIN (FORMAT csv)") as copy:
            while block := lines.read(64 * 1024):
                copy.write(block)
        cursor.execute("DROP TABLE plain")


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _order_lines(count: int) -> Iterator[str]:
    """A third are software, a third subscriptions and a third their renewals, of one member in six lines."""
    for number in range(count):
        kind = number % 3
        at = _END - timedelta(days=100 if kind == _RENEWAL else 200, seconds=number % 86_400)
        member = (number - number % 3) // 6
        product, price = ("mail-sender", "79.00") if kind == 0 else ("atomic-mail", "12.00")
        renews = f"B-{number - 1}" if kind == _RENEWAL else ""
        yield (
            f"B-{number},member{member}@example.com,Member {member},{product},{at.isoformat()},{price},USD,"
            f"{renews},yes,DE,sandbox,ch_{number:012d},card,Visa ending {number % 10_000:04d},{price},"
            f"{at.isoformat()}"
        )


def _usage_lines(count: int) -> Iterator[str]:
    for number in range(count):
        at = _END - timedelta(days=50, seconds=number)
        subscription = min(number - number % 3 + 1, count - count % 3 - 2)
        yield f"use-{number},B-{subscription},{at.isoformat()},{number % 900 + 1},Letters sent"


if __name__ == "__main__":
    main()
