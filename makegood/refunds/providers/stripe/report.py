"""What moved the balance of a Stripe account, read from its report or from its list of balance transactions.

Two files are understood: the itemised report “Balance change from activity” and the export of all balance
transactions; in UTC, with a point in numbers. See docs.stripe.com/reports/report-types/balance,
/reports/reporting-categories, /reports/balance-transaction-types.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from makegood.money import Money
from makegood.refunds.providers.base import LineKind, ReportLine
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.reports import ReportUnreadable, money, rows
from makegood.refunds.providers.stripe.amounts import from_stripe

_KINDS = {
    "refund": LineKind.REFUND,
    "payment_refund": LineKind.REFUND,
    "refund_failure": LineKind.RETURNED,
    "payment_failure_refund": LineKind.RETURNED,
    "dispute": LineKind.DISPUTE,
    "dispute_reversal": LineKind.DISPUTE_RETURNED,
}
# In the export an adjustment is told apart only by what it is about, and by which way the money went.
_ADJUSTMENTS = {
    ("re", False): LineKind.RETURNED,
    ("pyr", False): LineKind.RETURNED,
    ("dp", True): LineKind.DISPUTE,
    ("du", True): LineKind.DISPUTE,
    ("dp", False): LineKind.DISPUTE_RETURNED,
    ("du", False): LineKind.DISPUTE_RETURNED,
}
TYPES = ("refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment")
"""The types of balance transactions that can tell of a refund or a dispute."""

_NEEDED = ("created_utc", "currency", "fee", "gross", "reporting_category", "source_id")
_ALSO_CALLED = {
    "amount": "gross",
    "created": "created_utc",
    "source": "source_id",
    "type": "reporting_category",
}
"""What the export calls the columns of the report. A time without a zone is in UTC."""


def read(text: str) -> list[ReportLine]:
    """The refunds and disputes in the file; other movements are none of ours. Raises ReportUnreadable."""
    head, _, rest = text.removeprefix("\ufeff").partition("\n")
    lines = rows(f"{_renamed(head)}\n{rest}", needed=_NEEDED)
    found = (_line_of(row, line=number) for number, row in lines)
    return [each for each in found if each is not None]


def of_transactions(listed: Iterable[Mapping[str, Any]]) -> list[ReportLine]:
    """The same of the API's balance transactions with their source expanded. Raises Malformed."""
    found = (_line_of_transaction(each) for each in listed)
    return sorted((each for each in found if each is not None), key=lambda line: line.at)


def _renamed(head: str) -> str:
    """The heading with the names of the report: “Created (UTC)” is `created_utc`."""
    cells = next(csv.reader([head.rstrip("\r")]), [])
    names = [re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_") for cell in cells]
    return ",".join(
        name if _ALSO_CALLED.get(name) in names else _ALSO_CALLED.get(name, name) for name in names
    )


def _line_of(row: Mapping[str, str], *, line: int) -> ReportLine | None:
    currency = row["currency"].upper()
    gross = money(row["gross"], currency, line=line)
    kind = _kind(row["reporting_category"], row["source_id"], gross)
    if kind is None:
        return None
    # The customer got another currency than the account is kept in: what they got is what we refunded.
    told = row.get("customer_facing_amount"), row.get("customer_facing_currency")
    amount = money(told[0], told[1].upper(), line=line) if told[0] and told[1] else gross
    if not amount:
        raise ReportUnreadable("The amount is nothing.", line=line)
    return ReportLine(
        kind=kind,
        refund_id=_short(row["source_id"], line=line),
        charge_id=_short(row.get("charge_id", ""), line=line),
        amount=_positive(amount),
        fee=money(row["fee"], currency, line=line) if row["fee"] else None,
        at=_moment(row["created_utc"], line=line),
    )


def _line_of_transaction(body: Mapping[str, Any]) -> ReportLine | None:
    source = body.get("source")
    about = source if isinstance(source, dict) else {}
    currency, created = body.get("currency"), body.get("created")
    gross = from_stripe(body.get("amount"), currency)
    kind = _kind(str(body.get("reporting_category")), str(about.get("id")), gross)
    if kind is None:
        return None
    charge_id, refund_id = about.get("charge"), about.get("id")
    if not isinstance(charge_id, str) or not isinstance(refund_id, str) or not isinstance(created, int):
        raise Malformed("a movement that names nothing")
    return ReportLine(
        kind=kind,
        refund_id=refund_id,
        charge_id=charge_id,
        amount=_positive(from_stripe(about.get("amount"), about.get("currency"))),
        fee=from_stripe(body.get("fee"), currency),
        at=datetime.fromtimestamp(created, tz=UTC),
    )


def _kind(category: str, source_id: str, gross: Money) -> LineKind | None:
    """None for what is neither a refund nor a dispute: charges, payouts, fees of Stripe."""
    if category == "adjustment":
        return _ADJUSTMENTS.get((source_id.partition("_")[0], gross.minor < 0))
    return _KINDS.get(category)


def _positive(amount: Money) -> Money:
    return -amount if amount.minor < 0 else amount


def _short(name: str, *, line: int) -> str:
    if len(name) > 255:
        raise ReportUnreadable("A number in it is too long.", line=line)
    return name


def _moment(text: str, *, line: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ReportUnreadable(f"“{text}” is no date and time.", line=line) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
