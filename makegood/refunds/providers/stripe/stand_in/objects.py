"""The book in Stripe's words.

See docs.stripe.com/api/refunds/object, and the same of charges, payment_intents, disputes and events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from makegood.money import Money
from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import SandboxCharge, SandboxEvent, SandboxRefund
from makegood.refunds.providers.sandbox.disputes import BookWithDisputes, describe_dispute
from makegood.refunds.providers.stripe.amounts import to_stripe

API_VERSION = "2026-10-28.endive"
_STATUS = {
    DisputeState.INQUIRY: "warning_needs_response",
    DisputeState.OPEN: "needs_response",
    DisputeState.WON: "won",
    DisputeState.LOST: "lost",
}
_KINDS = {
    "dispute.opened": "charge.dispute.created",
    "dispute.updated": "charge.dispute.updated",
    "dispute.closed": "charge.dispute.closed",
}


def charge_named(book: BookWithDisputes, name: str) -> SandboxCharge | None:
    """The charge by its own id or by that of its payment intent."""
    return next((book.charges[each] for each in (name, *names_of(name)) if each in book.charges), None)


def names_of(name: str) -> tuple[str, str]:
    """The ids of a charge and of its payment intent, which share their end."""
    return f"ch_{name[3:]}", f"pi_{name[3:]}"


def charge(book: BookWithDisputes, made: SandboxCharge) -> dict[str, Any]:
    """A captured charge."""
    charge_id, intent_id = names_of(made.id)
    amount = _minor(made.amount, made.currency)
    refunded = book.refunded(made.id)
    return {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": _minor(refunded, made.currency),
        "balance_transaction": f"txn_{charge_id}",
        "captured": True,
        "created": _seconds(made.captured_at),
        "currency": made.currency.lower(),
        "description": made.reference or None,
        "disputed": bool(book.disputes_of(made.id)),
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": intent_id,
        "payment_method_details": {"type": made.method},
        "refunded": refunded == made.amount,
        "status": "succeeded",
    }


def payment_intent(made: SandboxCharge) -> dict[str, Any]:
    """The payment intent of a captured charge."""
    charge_id, intent_id = names_of(made.id)
    amount = _minor(made.amount, made.currency)
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": amount,
        "created": _seconds(made.captured_at),
        "currency": made.currency.lower(),
        "latest_charge": charge_id,
        "livemode": False,
        "metadata": {},
        "payment_method_types": [made.method],
        "status": "succeeded",
    }


def refund(book: BookWithDisputes, made: SandboxRefund) -> dict[str, Any]:
    """A refund as it stands."""
    return _refund(book, book.describe(made))


def dispute(told: Mapping[str, Any]) -> dict[str, Any]:
    """A dispute, given as the book describes it."""
    charge_id, intent_id = names_of(told["charge"])
    state = DisputeState(told["status"])
    return {
        "id": told["id"],
        "object": "dispute",
        "amount": _minor(told["amount"], told["currency"]),
        "balance_transactions": [],
        "charge": charge_id,
        "created": _seconds(told["opened_at"]),
        "currency": told["currency"].lower(),
        "evidence": {},
        "evidence_details": {
            "due_by": _seconds(told["answer_by"]),
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": state is DisputeState.INQUIRY,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent_id,
        "reason": told["reason"],
        "status": _STATUS[state],
    }


def disputes(book: BookWithDisputes, charge_id: str | None) -> list[dict[str, Any]]:
    """Those of one charge, of all where it is None; newest first."""
    listed = book.disputes.values() if charge_id is None else book.disputes_of(charge_id)
    return [dispute(describe_dispute(each)) for each in reversed(list(listed))]


def event(book: BookWithDisputes, told: SandboxEvent) -> dict[str, Any]:
    """An event with what it is about, as that was at the time."""
    about = told.body["object"]
    kind = _KINDS.get(told.body["type"], told.body["type"])
    if about["object"] == "refund" and about["status"] == "failed":
        kind = "refund.failed"
    return {
        "id": told.body["id"],
        "object": "event",
        "api_version": API_VERSION,
        "created": int(told.at.timestamp()),
        "data": {"object": dispute(about) if about["object"] == "dispute" else _refund(book, about)},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def _refund(book: BookWithDisputes, told: Mapping[str, Any]) -> dict[str, Any]:
    charge_id, intent_id = names_of(told["charge"])
    body = {
        "id": told["id"],
        "object": "refund",
        "amount": _minor(told["amount"], told["currency"]),
        "balance_transaction": f"txn_{told['id']}",
        "charge": charge_id,
        "created": _seconds(told["made_at"]),
        "currency": told["currency"].lower(),
        "destination_details": _destination(book.charges[told["charge"]].method, told["trace_reference"]),
        "metadata": dict(told["metadata"]),
        "payment_intent": intent_id,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": told["status"],
        "transfer_reversal": None,
    }
    if told["status"] == "failed":
        body |= {
            "failure_balance_transaction": f"txn_{told['id']}_failed",
            "failure_reason": "expired_or_canceled_card",
        }
    if told["status"] == "pending":
        body["pending_reason"] = "processing"
    return body


def _destination(method: str, trace: str | None) -> dict[str, Any]:
    if method != "card":
        return {"type": method, method: {}}
    card = {
        "reference_status": "available" if trace else "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    return {"card": {**card, "reference": trace} if trace else card, "type": "card"}


def _minor(amount: int, currency: str) -> int:
    return to_stripe(Money(amount, currency))


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
