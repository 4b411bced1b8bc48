"""How the stand-in for PayPal shows what is in its book, in the fields of the API's documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from makegood.money import Money
from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.paypal import amounts
from makegood.refunds.providers.sandbox.book import SandboxCharge
from makegood.refunds.providers.sandbox.disputes import SandboxDispute

REFUND_EVENTS = {
    "PENDING": "PAYMENT.REFUND.PENDING",
    "COMPLETED": "PAYMENT.CAPTURE.REFUNDED",
    "FAILED": "PAYMENT.REFUND.FAILED",
    "CANCELLED": "PAYMENT.REFUND.CANCELLED",
}
OF_A_LISTED_DISPUTE = (
    "dispute_id",
    "create_time",
    "update_time",
    "status",
    "reason",
    "dispute_life_cycle_stage",
    "dispute_amount",
)
# The stand-in's stories know a refund that waits for somebody; PayPal has no such word and calls it pending.
_STATUS = {
    "pending": "PENDING",
    "requires_action": "PENDING",
    "succeeded": "COMPLETED",
    "failed": "FAILED",
    "canceled": "CANCELLED",
}
_OUTCOMES = {DisputeState.WON: "RESOLVED_SELLER_FAVOUR", DisputeState.LOST: "RESOLVED_BUYER_FAVOUR"}
_TIME_TO_ANSWER = timedelta(days=10)
_ORDER = "ORDER-"


def capture_of(order_id: str) -> str:
    """The capture in the order `order_id`."""
    return order_id.removeprefix(_ORDER)


def capture(charge: SandboxCharge, *, refunded: int, home: str) -> dict[str, Any]:
    """A captured payment, of which `refunded` minor units were given back."""
    statuses = {0: "COMPLETED", charge.amount: "REFUNDED"}
    address = f"{home}/v2/payments/captures/{charge.id}"
    order_id = f"{_ORDER}{charge.id}"
    return {
        "id": charge.id,
        "status": statuses.get(refunded, "PARTIALLY_REFUNDED"),
        "amount": _amount(charge.amount, charge.currency),
        "final_capture": True,
        "invoice_id": charge.reference,
        "supplementary_data": {"related_ids": {"order_id": order_id}},
        "create_time": _time(charge.captured_at),
        "update_time": _time(charge.captured_at),
        "links": [
            _link(address, "self", "GET"),
            _link(f"{address}/refund", "refund", "POST"),
            _link(f"{home}/v2/checkout/orders/{order_id}", "up", "GET"),
        ],
    }


def order(shown_capture: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The order of a capture, with all its payments."""
    payments = {"captures": [shown_capture], **({"refunds": list(refunds)} if refunds else {})}
    return {
        "id": shown_capture["supplementary_data"]["related_ids"]["order_id"],
        "intent": "CAPTURE",
        "status": "COMPLETED",
        "purchase_units": [{"reference_id": "default", "payments": payments}],
        "create_time": shown_capture["create_time"],
    }


def refund(told: Mapping[str, Any], *, home: str) -> dict[str, Any]:
    """A refund, of which the book told its state at some moment. PayPal keeps the fee of the payment."""
    amount = _amount(told["amount"], told["currency"])
    nothing = _amount(0, told["currency"])
    shown: dict[str, Any] = {
        "id": told["id"],
        "status": _STATUS[told["status"]],
        "amount": amount,
        "seller_payable_breakdown": {
            "gross_amount": amount,
            "paypal_fee": nothing,
            "net_amount": amount,
            "total_refunded_amount": amount,
        },
        "create_time": _time(told["made_at"]),
        "update_time": _time(told["made_at"]),
        "links": [
            _link(f"{home}/v2/payments/refunds/{told['id']}", "self", "GET"),
            _link(f"{home}/v2/payments/captures/{told['charge']}", "up", "GET"),
        ],
    }
    if shown["status"] == "PENDING":
        shown["status_details"] = {"reason": "ECHECK"}
    if told["metadata"].get("attempt"):
        shown["custom_id"] = told["metadata"]["attempt"]
    if told["trace_reference"]:
        shown["acquirer_reference_number"] = told["trace_reference"]
    return shown


def dispute(told: SandboxDispute) -> dict[str, Any]:
    """A dispute in full."""
    state = DisputeState(told.state)
    closed = state in _OUTCOMES
    due = datetime.fromisoformat(told.opened_at) + _TIME_TO_ANSWER
    shown: dict[str, Any] = {
        "dispute_id": told.id,
        "create_time": _time(told.opened_at),
        "update_time": _time(told.changed_at),
        "disputed_transactions": [{"seller_transaction_id": told.charge}],
        "reason": told.reason.upper(),
        "status": "RESOLVED" if closed else "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": _amount(told.amount, told.currency),
        "dispute_life_cycle_stage": "INQUIRY" if state is DisputeState.INQUIRY else "CHARGEBACK",
        "seller_response_due_date": _time(due.isoformat()),
    }
    if closed:
        shown["dispute_outcome"] = {"outcome_code": _OUTCOMES[state]}
    return shown


def dispute_event(kind: str) -> str:
    """What PayPal calls an event that the book calls `kind`."""
    names = {"dispute.opened": "CREATED", "dispute.closed": "RESOLVED"}
    return f"CUSTOMER.DISPUTE.{names.get(kind, 'UPDATED')}"


def event(told: Mapping[str, Any], resource: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A webhook event about `resource`."""
    return {
        "id": f"WH-{told['id']}",
        "event_version": "1.0",
        "create_time": _time(told["created"]),
        "resource_type": "dispute" if "dispute_id" in resource else "refund",
        "event_type": kind,
        "resource": dict(resource),
        "links": [],
    }


def error(name: str, issue: str, sentence: str) -> dict[str, Any]:
    """An error; `issue` empty: it has no details."""
    details = {"details": [{"issue": issue, "description": sentence}]} if issue else {}
    return {"name": name, "message": sentence, "debug_id": "stand-in", **details, "links": []}


def _amount(minor: int, currency: str) -> dict[str, str]:
    return amounts.write(Money(minor, currency))


def _link(href: str, rel: str, method: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "method": method}


def _time(told: str) -> str:
    return datetime.fromisoformat(told).strftime("%Y-%m-%dT%H:%M:%SZ")
