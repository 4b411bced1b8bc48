"""PayPal's report of a day: refunds, disputes and fees, exactly; nothing else, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from makegood.money import Money
from makegood.refunds.providers.base import LineKind
from makegood.refunds.providers.paypal.report import read
from makegood.refunds.providers.reports import ReportUnreadable

COLUMNS = (
    "CH,Transaction ID,Invoice ID,PayPal Reference ID,PayPal Reference ID Type,Transaction Event Code,"
    "Transaction Initiation Date,Transaction Completion Date,Transaction Debit or Credit,"
    "Gross Transaction Amount,Gross Transaction Currency,Fee Debit or Credit,Fee Amount,Fee Currency"
)
AT = '"2026/11/24 05:38:34 -0800"'


def a_row(
    code: str = "T1107",
    way: str = "DR",
    amount: str = "2500",
    currency: str = "USD",
    fee: str = "CR,30,USD",
    at: str = AT,
) -> str:
    names = '"SB","1JU08902781691411","","2GG279541U471931P","TXN"'
    return f"{names},{code},{AT},{at},{way},{amount},{currency},{fee}"


def a_file(*rows: str) -> str:
    head = ['\ufeff"RH","2026/11/25 02:00:00 -0800","A","M",1', '"FH",1', '"SH","…"', COLUMNS]
    return "\r\n".join([*head, *rows, '"SF","USD",0,0', '"SC",1', '"RC",1', '"FF",1', ""])


def test_a_refund_is_read_with_what_paypal_gave_back_of_its_fee() -> None:
    [line] = read(a_file(a_row()))
    assert (line.kind, line.refund_id, line.charge_id) == (
        LineKind.REFUND,
        "1JU08902781691411",
        "2GG279541U471931P",
    )
    assert (line.amount, line.fee) == (Money(2_500, "USD"), Money(-30, "USD"))
    assert line.at == datetime(2026, 11, 24, 13, 38, 34, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "way", "kind"),
    [
        ("T1107", "DR", LineKind.REFUND),
        ("T1106", "DR", LineKind.DISPUTE),
        ("T1110", "DR", LineKind.DISPUTE),
        ("T1111", "CR", LineKind.DISPUTE_RETURNED),
        ("T1201", "DR", LineKind.DISPUTE),
        ("T1202", "CR", LineKind.DISPUTE_RETURNED),
    ],
)
def test_each_code_is_a_kind(code: str, way: str, kind: LineKind) -> None:
    assert [line.kind for line in read(a_file(a_row(code, way)))] == [kind]


def test_a_refund_that_came_back_names_the_refund() -> None:
    [line] = read(a_file(a_row("T1107", "CR")))
    assert (line.kind, line.refund_id, line.charge_id) == (LineKind.RETURNED, "2GG279541U471931P", "")


def test_sales_and_payouts_are_none_of_ours() -> None:
    assert read(a_file(a_row("T0006", "CR"), a_row("T0400", "DR"))) == []


@pytest.mark.parametrize(
    ("digits", "currency", "amount"),
    [
        ("10000", "USD", Money(10_000, "USD")),
        ("10000", "JPY", Money(10_000, "JPY")),
        ("10000", "HUF", Money(1_000_000, "HUF")),
        ("10000", "TWD", Money(1_000_000, "TWD")),
    ],
)
def test_digits_without_a_point_are_read_as_paypal_counts(digits: str, currency: str, amount: Money) -> None:
    [line] = read(a_file(a_row(amount=digits, currency=currency, fee=",,")))
    assert (line.amount, line.fee) == (amount, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Date,Amount\n2026-11-24,1",
        a_file(a_row()).replace("Fee Amount", "Fees"),
        a_file(a_row(amount="25.00")),
        a_file(a_row(amount="-2500")),
        a_file(a_row(amount="0")),
        a_file(a_row(currency="EURO")),
        a_file(a_row(at="2026-11-24")),
        a_file(a_row() + ",more"),
        a_file('"SB","never closed'),
    ],
)
def test_what_is_no_report_is_refused_whole(text: str) -> None:
    with pytest.raises(ReportUnreadable):
        read(text)
