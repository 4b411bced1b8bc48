"""Pairs of orders as a table for people, and as JSON or CSV for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from makegood.money import format_money
from makegood.orders.duplicates.found import Found

IN_A_TABLE = 200
"""So many pairs are shown to people; a program gets them all."""

WIDE = 160
"""The columns of a table that goes into a file, which has no width of its own."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    "order",
    "duplicate_of",
    "confidence",
    "reason",
    "seconds_apart",
    "email",
    "other_email",
    "product",
    "other_product",
    "purchased_at",
    "other_purchased_at",
    "amount",
    "currency",
    "other_amount",
    "other_currency",
)
"""What is told of a pair; `other_…` is of the earlier order, which is `duplicate_of`."""


def tell_json(pairs: Iterable[Found], out: TextIO) -> int:
    """One object a line; returns how many."""
    count = 0
    for count, pair in enumerate(pairs, start=1):  # noqa: B007  the last is how many there were
        out.write(json.dumps(_told(pair), ensure_ascii=False) + "\n")
    return count


def tell_csv(pairs: Iterable[Found], out: TextIO) -> int:
    """One line each, after that of the columns; returns how many. No cell is a formula to a spreadsheet."""
    written = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    written.writeheader()
    count = 0
    for count, pair in enumerate(pairs, start=1):  # noqa: B007
        written.writerow({column: harmless(value) for column, value in _told(pair).items()})
    return count


def tell_people(pairs: Iterable[Found], out: TextIO) -> int:
    """A table of the first IN_A_TABLE; returns how many there are in all."""
    each = iter(pairs)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Order", "Duplicate of"):
        table.add_column(name, overflow="fold")
    table.add_column("Sure", justify="right", no_wrap=True)
    for name in ("Customer", "Product", "Price", "Why"):
        table.add_column(name, overflow="fold")
    shown = 0
    for shown, pair in enumerate(islice(each, IN_A_TABLE), start=1):  # noqa: B007
        table.add_row(*map(Text, _cells(pair)))
    if shown:
        console = Console(file=out)
        if not console.is_terminal:
            console = Console(file=out, width=WIDE)
        console.print(table)
    return shown + sum(1 for _ in each)


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _cells(pair: Found) -> Iterator[str]:
    yield pair.order.number
    yield pair.other.number
    yield f"{pair.confidence:.2f}"
    yield _once(pair.order.email, pair.other.email)
    yield _once(pair.order.product, pair.other.product)
    yield _once(format_money(pair.order.amount), format_money(pair.other.amount))
    yield pair.reason


def _once(said: str, other: str) -> str:
    return said if said == other else f"{said}, {other}"


def _told(pair: Found) -> dict[str, Any]:
    order, other = pair.order, pair.other
    values = (
        order.number,
        other.number,
        pair.confidence,
        pair.reason,
        int(pair.apart.total_seconds()),
        order.email,
        other.email,
        order.product,
        other.product,
        _moment(order.purchased_at),
        _moment(other.purchased_at),
        str(order.amount.decimal),
        order.amount.currency,
        str(other.amount.decimal),
        other.amount.currency,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
