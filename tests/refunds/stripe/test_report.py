"""Stripe's reports, as files and by its API: every refund and dispute exactly, each fault with its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from makegood.money import Money
from makegood.refunds.providers.base import DisputeState, Instruction, LineKind, ReportLine
from makegood.refunds.providers.reports import ReportUnreadable
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.stripe.adapter import StripeProvider
from makegood.refunds.providers.stripe.report import read
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from tests.people import NOON

HEAD = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,charge_id"
AT = datetime(2026, 9, 15, 9, 12, 45, tzinfo=UTC)


def row(**cells: str) -> str:
    usual = {
        "balance_transaction_id": "txn_1",
        "created_utc": "2026-09-15 09:12:45",
        "currency": "eur",
        "gross": "-20.00",
        "fee": "0.00",
        "net": "-20.00",
        "reporting_category": "refund",
        "source_id": "re_1",
        "charge_id": "ch_1",
    }
    return ",".join({**usual, **cells}[name] for name in HEAD.split(","))


def test_a_refund_is_read_to_the_cent() -> None:
    [line] = read(f"{HEAD}\n{row()}\n")
    eur = Money.of("20.00", "EUR")
    assert line == ReportLine(LineKind.REFUND, "re_1", "ch_1", eur, Money(0, "EUR"), AT)


@pytest.mark.parametrize(
    ("category", "gross", "kind"),
    [
        ("refund", "-20.00", LineKind.REFUND),
        ("refund_failure", "20.00", LineKind.RETURNED),
        ("dispute", "-20.00", LineKind.DISPUTE),
        ("dispute_reversal", "20.00", LineKind.DISPUTE_RETURNED),
    ],
)
def test_each_kind_is_told_apart_and_its_amount_is_above_zero(
    category: str, gross: str, kind: LineKind
) -> None:
    [line] = read(f"{HEAD}\n{row(reporting_category=category, gross=gross)}\n")
    assert (line.kind, line.amount) == (kind, Money(2_000, "EUR"))


def test_charges_payouts_and_fees_are_none_of_ours() -> None:
    rows = [row(reporting_category=each, gross="20.00") for each in ("charge", "payout", "fee", "transfer")]
    assert read("\n".join([HEAD, *rows])) == []


def test_what_the_customer_got_counts_and_the_fee_is_in_the_accounts_currency() -> None:
    head = f"{HEAD},customer_facing_amount,customer_facing_currency"
    [line] = read(f"{head}\n{row(fee='0.30')},-3000,jpy\n")
    assert (line.amount, line.fee) == (Money(3_000, "JPY"), Money(30, "EUR"))


def test_the_export_of_all_transactions_is_read_too() -> None:
    text = (
        '\ufeffid,Type,Source,Amount,Fee,Net,Currency,Created (UTC),"Note, ours (metadata)"\r\n'
        "txn_1,refund,re_1,-20.00,0.00,-20.00,eur,2026-09-15 09:12,\r\n"
        "txn_2,adjustment,dp_1,-20.00,15.00,-35.00,eur,2026-09-15 09:13,\r\n"
        "txn_3,adjustment,dp_1,20.00,0.00,20.00,eur,2026-09-15 09:14,\r\n"
        "txn_4,payout,po_1,-5.00,0.00,-5.00,eur,2026-09-15 09:15,\r\n"
        "txn_5,payment_failure_refund,pyr_1,20.00,0.00,20.00,eur,2026-09-15 09:16,\r\n"
    )
    assert [(line.kind.value, line.refund_id) for line in read(text)] == [
        ("refund", "re_1"),
        ("dispute", "dp_1"),
        ("dispute_returned", "dp_1"),
        ("returned", "pyr_1"),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(gross="-20,00").replace("-20,00", '"-20,00"'), "-20,00 EUR"),
        (row(gross="-20.005"), "-20.005"),
        (row(gross="NaN"), "NaN"),
        (row(gross="0.00"), "nothing"),
        (row(currency="eurx"), "EURX"),
        (row(created_utc="yesterday"), "yesterday"),
        (row(source_id="r" * 256), "too long"),
        ("txn_1,2026", "cells"),
    ],
)
def test_a_fault_is_told_with_its_line(wrong: str, said: str) -> None:
    with pytest.raises(ReportUnreadable, match=said) as problem:
        read(f"{HEAD}\n{row()}\n{wrong}\n")
    assert problem.value.line == 3


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD.replace("gross", "total")])
def test_another_file_is_no_report(text: str) -> None:
    with pytest.raises(ReportUnreadable, match="has no column"):
        read(text)


def test_file_and_api_tell_the_same(
    stand_in: StripeStandIn, provider: StripeProvider, http: httpx.Client
) -> None:
    book = stand_in.book
    for number, currency in enumerate(("USD", "JPY", "UGX", "KWD")):
        [charge] = book.charge([{"amount": 10_000, "currency": currency, "fate": Fate.BOUNCES}])
        provider.refund(Instruction(f"key-{number}", charge.id, Money(500, currency)))
    won, lost, asked = (book.charge([{"amount": 9_000, "currency": "USD"}])[0].id for _ in range(3))
    book.advance(timedelta(days=1))
    book.move_dispute(book.dispute(won, 9_000).id, DisputeState.WON)
    book.dispute(lost, 9_000, state=DisputeState.LOST)
    book.dispute(asked, 9_000, state=DisputeState.INQUIRY)
    book.advance(timedelta(days=10))
    by_api = provider.report(begins=NOON, ends=NOON + timedelta(days=20))
    by_file = read(http.get("/_control/report.csv").text)
    assert sorted(by_api, key=str) == sorted(by_file, key=str)
    kinds = [line.kind.value for line in by_api]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "refund": 4,
        "returned": 4,
        "dispute": 2,
        "dispute_returned": 1,
    }
    assert {line.amount for line in by_api if line.kind is LineKind.REFUND} == {
        Money(500, currency) for currency in ("USD", "JPY", "UGX", "KWD")
    }
    first_day = provider.report(begins=NOON, ends=NOON + timedelta(days=1))
    assert [line.kind for line in first_day] == [LineKind.REFUND] * 4
