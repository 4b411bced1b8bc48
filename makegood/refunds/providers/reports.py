"""The tables of reports as files, as each provider writes them: the words and numbers every reader needs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from makegood.money import Money, TooPrecise, UnknownCurrency
from makegood.refunds.providers.base import LineKind, ReportLine


class ReportUnreadable(ValueError):
    """Not a report of this provider; `line` is the line of the file, None: it is about the whole.

    `reason` is a sentence without its subject, for the one who chose the file.
    """

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason if line is None else f"Line {line}: {reason}")


def rows(text: str, *, needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The records of a CSV file by the names of its columns, each with its line. Raises ReportUnreadable."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise ReportUnreadable(f"The file has no column “{missing[0]}”.")
        for row in reader:
            if None in row or None in row.values():
                raise ReportUnreadable(
                    "It has another number of cells than the heading.", line=reader.line_num
                )
            yield reader.line_num, row
    except csv.Error as problem:
        raise ReportUnreadable(f"It is not CSV: {problem}.", line=reader.line_num) from None


def line_of(row: Mapping[str, str], *, line: int) -> ReportLine:
    """The movement in a row with the columns of `sandbox.report`. Raises ReportUnreadable."""
    kind = row["kind"]
    if kind not in set(LineKind):
        raise ReportUnreadable(f"“{kind}” is no kind of movement.", line=line)
    amount = money(row["amount"], row["currency"], line=line)
    if amount.minor <= 0:
        raise ReportUnreadable("The amount must be above zero.", line=line)
    fee = money(row["fee"], row["fee_currency"] or row["currency"], line=line) if row["fee"] else None
    if not row["refund"] or len(row["refund"]) > 255 or len(row["charge"]) > 255:
        raise ReportUnreadable("The number of the refund is missing or too long.", line=line)
    return ReportLine(LineKind(kind), row["refund"], row["charge"], amount, fee, moment(row["at"], line=line))


def money(amount: str, currency: str, *, line: int) -> Money:
    """Exact, from major units with a point. Raises ReportUnreadable."""
    try:
        return Money.of(Decimal(amount), currency)
    except (InvalidOperation, ArithmeticError, TooPrecise, UnknownCurrency, ValueError):
        raise ReportUnreadable(f"“{amount} {currency}” is no amount of money.", line=line) from None


def moment(text: str, *, line: int) -> datetime:
    """ISO 8601 with a time zone. Raises ReportUnreadable."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ReportUnreadable(f"“{text}” is no date and time.", line=line) from None
    if at.tzinfo is None:
        raise ReportUnreadable(f"“{text}” has no time zone.", line=line)
    return at
