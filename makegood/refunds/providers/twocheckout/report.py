"""What was given back at 2Checkout, read from an export of its order search.

See verifone.cloud/docs/2checkout, “Custom order search export fields and templates” and “Order search
chargeback info export”. The vendor chooses the columns of a template; the ones needed are `_NEEDED`. What was
given back is shown below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from makegood.money import Money
from makegood.refunds.providers.base import LineKind, ReportLine
from makegood.refunds.providers.reports import ReportUnreadable, money, rows

_NEEDED = ("Reference no", "Order status", "Order date", "Currency", "General total", "Chargeback status")
_GIVEN_BACK = frozenset({"REFUND", "PARTIAL REFUND", "REVERSED", "CANCELED"})
_DISPUTES = {
    "OPEN": LineKind.DISPUTE,
    "LOST": LineKind.DISPUTE,
    "WON": LineKind.DISPUTE_RETURNED,
}


def read(text: str) -> list[ReportLine]:
    """The refunds and chargebacks in the file; orders that stand are none of ours.

    2Checkout gives refunds no number, so `refund_id` is empty: order and amount tell which it is. It says
    nothing of fees. Times without a zone are in UTC. Raises ReportUnreadable.
    """
    found = (_line_of(row, line=number) for number, row in rows(text, needed=_NEEDED))
    return [each for each in found if each is not None]


def _line_of(row: Mapping[str, str], *, line: int) -> ReportLine | None:
    total = money(row["General total"], row["Currency"].upper(), line=line)
    kind = _kind(row, total)
    if kind is None:
        return None
    reference = row["Reference no"]
    if not reference or len(reference) > 255:
        raise ReportUnreadable("The order reference is missing or too long.", line=line)
    if not total:
        raise ReportUnreadable("The amount is nothing.", line=line)
    amount = -total if total.minor < 0 else total
    return ReportLine(kind, "", reference, amount, None, _moment(row["Order date"], line=line))


def _kind(row: Mapping[str, str], total: Money) -> LineKind | None:
    dispute = _DISPUTES.get(row["Chargeback status"].upper())
    if dispute is not None:
        return dispute
    is_given_back = row["Order status"].upper() in _GIVEN_BACK and total.minor < 0
    return LineKind.REFUND if is_given_back else None


def _moment(text: str, *, line: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ReportUnreadable(f"“{text}” is no date and time.", line=line) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
