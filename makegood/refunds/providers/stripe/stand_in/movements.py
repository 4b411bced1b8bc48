"""What moved the account's balance, as Stripe lists it and as its itemised report has it.

See docs.stripe.com/api/balance_transactions/object, /reports/reporting-categories and
/reports/report-types/balance.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import SandboxRefund
from makegood.refunds.providers.sandbox.disputes import BookWithDisputes, describe_dispute
from makegood.refunds.providers.sandbox.timeline import Fate, steps
from makegood.refunds.providers.stripe.amounts import from_stripe
from makegood.refunds.providers.stripe.stand_in import objects

COLUMNS = (
    "balance_transaction_id",
    "created_utc",
    "available_on_utc",
    "currency",
    "gross",
    "fee",
    "net",
    "reporting_category",
    "source_id",
    "description",
    "customer_facing_amount",
    "customer_facing_currency",
    "charge_id",
    "payment_intent_id",
)
_DISPUTE_FEE = 1500
_CHARGE_FEE = 29  # of a thousand
_GIVEN_UP = frozenset({"failed", "canceled"})


def listed(book: BookWithDisputes, *, created: object = None, kind: object = None) -> list[dict[str, Any]]:
    """Balance transactions, newest first, filtered as Stripe does: `{"gte": …, "lt": …}`, and by type."""
    found = sorted(_all(book), key=lambda each: (each["created"], each["id"]), reverse=True)
    between = created if isinstance(created, dict) else {}
    since, until = int(between.get("gte", 0)), int(between.get("lt", 2**62))
    return [
        each for each in found if since <= each["created"] < until and (kind is None or each["type"] == kind)
    ]


def with_source(book: BookWithDisputes, transaction: Mapping[str, Any]) -> dict[str, Any]:
    """The transaction with what it is about in place of that thing's id."""
    return {**transaction, "source": _source(book, transaction["source"])}


def report(book: BookWithDisputes) -> str:
    """The itemised report (balance_change_from_activity) as CSV, oldest first, in UTC."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for each in reversed(listed(book)):
        writer.writerow(_row(book, each))
    return text.getvalue()


def _all(book: BookWithDisputes) -> Iterator[dict[str, Any]]:
    for charge in book.charges.values():
        told = objects.charge(book, charge)
        fee = told["amount"] * _CHARGE_FEE // 1000
        yield _transaction(told["balance_transaction"], "charge", told, told["amount"], fee)
    for refund in book.refunds.values():
        told = objects.refund(book, refund)
        yield _transaction(f"txn_{refund.id}", "refund", told, -told["amount"], 0)
        given_up = _given_up_at(book, refund)
        if given_up is not None and given_up <= book.clock.now():
            back = _transaction(f"txn_{refund.id}_failed", "refund_failure", told, told["amount"], 0)
            yield _at(back, given_up)
    for dispute in book.disputes.values():
        if dispute.taken_at:
            told = objects.dispute(describe_dispute(dispute))
            taken = _transaction(f"txn_{dispute.id}", "adjustment", told, -told["amount"], _DISPUTE_FEE)
            yield {**_at(taken, datetime.fromisoformat(dispute.taken_at)), "reporting_category": "dispute"}
            if dispute.state == DisputeState.WON:
                back = _transaction(f"txn_{dispute.id}_won", "adjustment", told, told["amount"], 0)
                back = _at(back, datetime.fromisoformat(dispute.changed_at))
                yield {**back, "reporting_category": "dispute_reversal"}


def _transaction(name: str, kind: str, source: Mapping[str, Any], amount: int, fee: int) -> dict[str, Any]:
    return {
        "id": name,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": source["created"],
        "created": source["created"],
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def _at(transaction: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    seconds = int(moment.timestamp())
    return {**transaction, "created": seconds, "available_on": seconds}


def _given_up_at(book: BookWithDisputes, refund: SandboxRefund) -> datetime | None:
    made_at = datetime.fromisoformat(refund.made_at)
    days = [step.day for step in steps(Fate(refund.fate)) if step.status in _GIVEN_UP]
    return made_at + days[0] * book.day if days else None


def _source(book: BookWithDisputes, name: str) -> dict[str, Any]:
    if name in book.refunds:
        return objects.refund(book, book.refunds[name])
    if name in book.disputes:
        return objects.dispute(describe_dispute(book.disputes[name]))
    charge = objects.charge_named(book, name)
    return objects.charge(book, charge) if charge else {}


def _row(book: BookWithDisputes, transaction: Mapping[str, Any]) -> dict[str, str]:
    source, currency = _source(book, transaction["source"]), transaction["currency"]
    gross, fee, net = (
        str(from_stripe(transaction[name], currency).decimal) for name in ("amount", "fee", "net")
    )
    moment = datetime.fromtimestamp(transaction["created"], tz=UTC).strftime("%Y-%m-%d %H:%M:%S")
    is_charge = source["object"] == "charge"
    return {
        "balance_transaction_id": transaction["id"],
        "created_utc": moment,
        "available_on_utc": moment,
        "currency": currency,
        "gross": gross,
        "fee": fee,
        "net": net,
        "reporting_category": transaction["reporting_category"],
        "source_id": transaction["source"],
        "description": source.get("description") or "",
        "customer_facing_amount": "" if source["object"] == "dispute" else gross,
        "customer_facing_currency": "" if source["object"] == "dispute" else currency,
        "charge_id": source["id"] if is_charge else source["charge"],
        "payment_intent_id": source["payment_intent"],
    }
