"""What moved at PayPal on a day, read from its Transaction Detail or Settlement Report.

See developer.paypal.com/docs/reports/sftp-reports/transaction-detail/ and …/reports/reference/tcodes/. Each
row begins with two letters: CH names the columns, SB is a movement, the others sum up. Amounts are whole
numbers without a point, with a column for the way they went.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime

from makegood.money import Money
from makegood.refunds.providers.base import LineKind, ReportLine
from makegood.refunds.providers.paypal.amounts import WITHOUT_DECIMALS
from makegood.refunds.providers.reports import ReportUnreadable, money

_NEEDED = (
    "Transaction ID",
    "PayPal Reference ID",
    "Transaction Event Code",
    "Transaction Completion Date",
    "Transaction Debit or Credit",
    "Gross Transaction Amount",
    "Gross Transaction Currency",
    "Fee Debit or Credit",
    "Fee Amount",
    "Fee Currency",
)
_DEBIT, _CREDIT = "DR", "CR"
# By event code and way: what comes back can be the same code the other way.
_KINDS = {
    ("T1107", _DEBIT): LineKind.REFUND,
    ("T1107", _CREDIT): LineKind.RETURNED,
    ("T1106", _DEBIT): LineKind.DISPUTE,
    ("T1106", _CREDIT): LineKind.DISPUTE_RETURNED,
    ("T1110", _DEBIT): LineKind.DISPUTE,
    ("T1111", _CREDIT): LineKind.DISPUTE_RETURNED,
    ("T1201", _DEBIT): LineKind.DISPUTE,
    ("T1202", _CREDIT): LineKind.DISPUTE_RETURNED,
}


def read(text: str) -> list[ReportLine]:
    """The refunds and disputes in the file, in its order; other movements are none of ours.

    Of a refund that came back, PayPal's reference is the refund: the charge is empty. Of a dispute the number
    of the refund is that of the movement. Raises ReportUnreadable.
    """
    found = (_line_of(row, line=number) for number, row in _rows(text))
    return [each for each in found if each is not None]


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            if cells[:1] == ["CH"]:
                columns = cells
                missing = [name for name in _NEEDED if name not in columns]
                if missing:
                    raise ReportUnreadable(f"The file has no column “{missing[0]}”.", line=reader.line_num)
            elif cells[:1] == ["SB"]:
                if len(cells) != len(columns):
                    raise ReportUnreadable(
                        "It has another number of cells than the heading.", line=reader.line_num
                    )
                yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as problem:
        raise ReportUnreadable(f"It is not CSV: {problem}.", line=reader.line_num) from None
    if not columns:
        raise ReportUnreadable("The file has no row that names its columns.")


def _line_of(row: Mapping[str, str], *, line: int) -> ReportLine | None:
    kind = _KINDS.get((row["Transaction Event Code"], row["Transaction Debit or Credit"]))
    if kind is None:
        return None
    amount = _amount(row["Gross Transaction Amount"], row["Gross Transaction Currency"], line=line)
    if not amount:
        raise ReportUnreadable("The amount is nothing.", line=line)
    number, reference = row["Transaction ID"], row["PayPal Reference ID"]
    if not number or max(len(number), len(reference)) > 255:
        raise ReportUnreadable("The number of the transaction is missing or too long.", line=line)
    refund_id, charge_id = (reference, "") if kind is LineKind.RETURNED and reference else (number, reference)
    at = _moment(row["Transaction Completion Date"], line=line)
    return ReportLine(kind, refund_id, charge_id, amount, _fee(row, line=line), at)


def _fee(row: Mapping[str, str], *, line: int) -> Money | None:
    """Below zero where PayPal gave it back; None where nothing is said."""
    if not row["Fee Amount"]:
        return None
    fee = _amount(row["Fee Amount"], row["Fee Currency"] or row["Gross Transaction Currency"], line=line)
    return -fee if row["Fee Debit or Credit"] == _CREDIT else fee


def _amount(digits: str, currency: str, *, line: int) -> Money:
    if not digits.isascii() or not digits.isdigit():
        raise ReportUnreadable(f"“{digits}” is no amount of PayPal's.", line=line)
    if currency in WITHOUT_DECIMALS:
        return money(digits, currency, line=line)
    whole = money("0", currency, line=line)
    return Money(int(digits), whole.currency)


def _moment(text: str, *, line: int) -> datetime:
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S %z")
    except ValueError:
        raise ReportUnreadable(f"“{text}” is no date and time of PayPal's.", line=line) from None
