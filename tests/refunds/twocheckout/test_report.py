"""2Checkout's export of orders: what was given back, exactly; nothing else, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from makegood.money import Money
from makegood.refunds.providers.base import LineKind
from makegood.refunds.providers.reports import ReportUnreadable
from makegood.refunds.providers.twocheckout.report import read

HEAD = "Reference no,Order status,Order date,Currency,General total,Chargeback status,Client"


def a_file(*rows: str) -> str:
    return "\n".join([HEAD, *rows])


def test_what_was_given_back_is_read_above_zero() -> None:
    whole, part = read(
        a_file(
            "211153389,REFUND,2026-11-24 10:00:00,usd,-79.00,,Olena",
            "211153390,COMPLETE,2026-11-24 10:00:00,usd,79.00,,Olena",
            "211153391,Partial refund,2026-11-24 11:00:00,JPY,-980,,Olena",
        )
    )
    assert (whole.kind, whole.charge_id, whole.amount) == (LineKind.REFUND, "211153389", Money(7_900, "USD"))
    assert (whole.refund_id, whole.fee) == ("", None)
    assert whole.at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert part.amount == Money(980, "JPY")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Open", LineKind.DISPUTE),
        ("LOST", LineKind.DISPUTE),
        ("Won", LineKind.DISPUTE_RETURNED),
    ],
)
def test_a_chargeback_is_read_with_how_it_ended(status: str, kind: LineKind) -> None:
    [line] = read(a_file(f"211153389,COMPLETE,2026-11-24,USD,79.00,{status},Olena"))
    assert (line.kind, line.amount) == (kind, Money(7_900, "USD"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Reference no,Currency\n1,USD",
        a_file("211153389,REFUND,2026-11-24,USD,-79.001,,Olena"),
        a_file("211153389,REFUND,2026-11-24,EURO,-79.00,,Olena"),
        a_file("211153389,REFUND,24.11.2026,USD,-79.00,,Olena"),
        a_file(",REFUND,2026-11-24,USD,-79.00,,Olena"),
        a_file("211153389,REFUND,2026-11-24,USD,-79.00"),
        a_file("211153389,COMPLETE,2026-11-24,USD,0,Open,Olena"),
    ],
)
def test_what_is_no_export_is_refused_whole(text: str) -> None:
    with pytest.raises(ReportUnreadable):
        read(text)
