"""The sandbox's report of what moved: told by its API and as CSV, and read again by us."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from makegood.money import Money
from makegood.refunds.providers.base import LineKind, ReportLine
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.reports import ReportUnreadable, line_of, rows
from makegood.refunds.providers.sandbox.book import Book, SandboxRefund
from makegood.refunds.providers.sandbox.timeline import Fate, steps

COLUMNS = ("at", "kind", "refund", "charge", "amount", "currency", "fee", "fee_currency")
FEE_MINOR = 25
"""What the sandbox keeps for each refund it pays, in minor units of its currency; never given back."""
_BACK = frozenset({"failed", "canceled"})


def movements(book: Book, *, begins: datetime, ends: datetime) -> list[ReportLine]:
    """Everything that left or came back from `begins` up to, not including, `ends`, in the order of time."""
    lines = (line for refund in book.refunds.values() for line in _of(book, refund))
    told = (line for line in lines if begins <= line.at < ends and line.at <= book.clock.now())
    return sorted(told, key=lambda line: line.at)


def as_rows(lines: Sequence[ReportLine]) -> list[dict[str, str]]:
    """The lines as the report's API and file tell them: every cell is text."""
    return [dict(zip(COLUMNS, _cells(line), strict=True)) for line in lines]


def as_csv(lines: Sequence[ReportLine]) -> str:
    """The report as a file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(as_rows(lines))
    return file.getvalue()


def read(text: str) -> list[ReportLine]:
    """The movements in a report of the sandbox. Raises ReportUnreadable."""
    return [line_of(row, line=number) for number, row in rows(text, needed=COLUMNS)]


def from_body(body: Mapping[str, Any]) -> list[ReportLine]:
    """The movements in the API's answer. Raises Malformed."""
    listed = body.get("movements")
    if not isinstance(listed, list):
        raise Malformed("no list of movements")
    try:
        return [line_of(_text_row(row), line=number) for number, row in enumerate(listed, start=1)]
    except ReportUnreadable as problem:
        raise Malformed(str(problem)) from problem


def _of(book: Book, refund: SandboxRefund) -> Iterator[ReportLine]:
    made_at, paid = datetime.fromisoformat(refund.made_at), False
    amount = Money(refund.amount, refund.currency)
    for step in steps(Fate(refund.fate)):
        at = made_at + step.day * book.day
        if step.status == "succeeded" and not paid:
            paid = True
            fee = Money(FEE_MINOR, refund.currency)
            yield ReportLine(LineKind.REFUND, refund.id, refund.charge, amount, fee, at)
        elif step.status in _BACK and paid:
            yield ReportLine(LineKind.RETURNED, refund.id, refund.charge, amount, None, at)


def _cells(line: ReportLine) -> tuple[str, ...]:
    fee = (str(line.fee.decimal), line.fee.currency) if line.fee else ("", "")
    amount = str(line.amount.decimal), line.amount.currency
    return line.at.isoformat(), line.kind.value, line.refund_id, line.charge_id, *amount, *fee


def _text_row(row: object) -> dict[str, str]:
    if not isinstance(row, dict) or any(not isinstance(row.get(name), str) for name in COLUMNS):
        raise Malformed("a movement without its columns")
    return {name: row[name] for name in COLUMNS}
