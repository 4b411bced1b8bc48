"""What accounting is given: every movement once, in columns that a program can sum, safe from formulas."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from makegood.books.exporting import Days, Table, export
from makegood.refunds import ledger
from tests import people
from tests.books.scenes import UTC_ZONE
from tests.books.test_credit_notes import a_refund, issue
from tests.people import NOON, later, usd

pytestmark = pytest.mark.django_db

NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 30), UTC_ZONE)


def table(which: Table, days: Days = NOVEMBER) -> list[dict[str, str]]:
    text = b"".join(export(which, days)).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_debits_and_credits_of_each_transaction_are_equal() -> None:
    refund = a_refund("59.50")
    ledger.post_returned(refund, attempt=1, at=later(days=1))
    ledger.post_fee(provider="sandbox", movement="sandbox refund re_1", fee=usd("0.25"), at=NOON)
    rows = table(Table.LEDGER)
    sums: dict[str, Decimal] = {}
    for row in rows:
        amount = Decimal(row["DebitAmount"] or 0) - Decimal(row["CreditAmount"] or 0)
        sums[row["TransactionID"]] = sums.get(row["TransactionID"], Decimal()) + amount
    assert set(sums.values()) == {Decimal()}
    assert [row["Description"] for row in rows[::2]] == ["paid", "fee", "returned"]
    assert {row["SourceDocumentID"] for row in rows} == {refund.reference, "sandbox refund re_1"}


def test_only_these_days_are_in_it_by_the_clock_of_the_desk() -> None:
    a_refund()
    assert len(table(Table.LEDGER)) == 2
    assert table(Table.LEDGER, Days(date(2026, 11, 24), date(2026, 11, 24), UTC_ZONE)) == []


def test_credit_notes_have_the_columns_of_the_file_inside_them() -> None:
    issue(a_refund("59.50", tax="19.00"))
    [row] = table(Table.CREDIT_NOTES)
    assert (row["InvoiceNo"], row["TaxPercentage"], row["TaxAmount"]) == ("CN-2026-000001", "19.000", "9.50")


def test_a_name_that_a_spreadsheet_would_calculate_is_text() -> None:
    member = people.olena()
    member.name = "=1+1"
    member.save()
    issue(a_refund())
    [row] = table(Table.CREDIT_NOTES)
    assert row["CustomerName"] == "'=1+1"


def test_refunds_say_which_order_and_how_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    refund = a_refund()
    [row] = table(Table.REFUNDS)
    told = (row["OriginatingON"], row["Status"], row["GrossTotal"], row["CurrencyCode"])
    assert told == (refund.payment.order.number, "succeeded", "79.00", "USD")
    call_command("books", "export", "refunds", "--first", "2026-11-01", "--last", "2026-11-30")
    assert refund.reference in capsys.readouterr().out
