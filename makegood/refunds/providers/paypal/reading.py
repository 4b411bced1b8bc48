"""What PayPal's words mean: refunds, captures, orders, disputes and errors of its API.

See developer.paypal.com/docs/api/payments/v2/ (refunds and the errors of captures/refund),
…/api/orders/v2/ and …/api/customer-disputes/v1/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from makegood.refunds.providers.base import (
    Answer,
    ChargedDispute,
    ChargedRefund,
    DisputeState,
    Said,
)
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.paypal import amounts
from makegood.refunds.providers.paypal.calling import Heard

LONGEST_KEY = 108
"""Of a PayPal-Request-Id; `custom_id`, which carries the same key, may have 127."""

_SAID = {
    "PENDING": Said.PENDING,
    "COMPLETED": Said.SUCCEEDED,
    "FAILED": Said.FAILED,
    "CANCELLED": Said.CANCELED,
}
# Every one says that this call made no refund. What the app or the account may not do at the moment (403, a
# locked account) is left out: there PayPal does not speak of the refund, and a person has to look.
_REFUSALS = frozenset(
    {
        "CANNOT_BE_NEGATIVE",
        "CANNOT_BE_ZERO_OR_NEGATIVE",
        "CAPTURE_FULLY_REFUNDED",
        "CURRENCY_MISMATCH",
        "DECIMALS_NOT_SUPPORTED",
        "DECIMAL_PRECISION",
        "INVALID_CURRENCY_CODE",
        "INVALID_RESOURCE_ID",
        "MAX_NUMBER_OF_REFUNDS_EXCEEDED",
        "PARTIAL_REFUND_NOT_ALLOWED",
        "PAYER_ACCOUNT_LOCKED_OR_CLOSED",
        "PENDING_CAPTURE",
        "REFUND_AMOUNT_EXCEEDED",
        "REFUND_AMOUNT_TOO_LOW",
        "REFUND_CAPTURE_CURRENCY_MISMATCH",
        "REFUND_FAILED_INSUFFICIENT_FUNDS",
        "REFUND_IS_RESTRICTED",
        "REFUND_NOT_ALLOWED",
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
        "REFUND_TIME_LIMIT_EXCEEDED",
        "TRANSACTION_DISPUTED",
    }
)
_ANOTHER_WISH = "DUPLICATE_REQUEST_ID"
"""The key was used for something else, so nobody knows what became of this."""

_LOST = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})
_WON = frozenset({"RESOLVED_SELLER_FAVOUR", "RESOLVED_WITH_PAYOUT", "CANCELED_BY_BUYER", "DENIED"})


def answer_to_a_refund(heard: Heard) -> Answer:
    """What was said to the wish for a refund: a refund, a refusal in PayPal's own words, or nothing clear."""
    try:
        body = heard.body()
    except Malformed as problem:
        return Answer(Said.UNKNOWN, reason=str(problem), http_status=heard.status, took=heard.took)
    if heard.status in {200, 201}:
        return replace(refund(body), http_status=heard.status, took=heard.took)
    issue = _issue(body)
    refused = heard.status in {400, 404, 422} and issue in _REFUSALS
    said = Said.FAILED if refused else Said.UNKNOWN
    if heard.status == 422 and issue == _ANOTHER_WISH:
        said = Said.ACTION_NEEDED
    reason = issue or _text(body, "name") or f"status {heard.status}"
    return Answer(said, reason=reason, http_status=heard.status, body=body, took=heard.took)


def answer_about_a_refund(heard: Heard) -> Answer:
    """What was said to the question what became of a refund, asked by its own id."""
    answer = answer_to_a_refund(heard)
    if answer.refund_id:
        return answer
    # Only the refund itself can say that it failed; a refused question says nothing about it.
    unknown_to_it = heard.status == 404 and _text(answer.body, "name") == "RESOURCE_NOT_FOUND"
    return replace(answer, said=Said.NOT_FOUND if unknown_to_it else Said.UNKNOWN)


def refund(body: Mapping[str, Any]) -> Answer:
    """A refund in full, as `Prefer: return=representation` asks for it; UNKNOWN when it is not."""
    try:
        said, refund_id, amount = _SAID[body["status"]], body["id"], amounts.read(body, "amount")
    except (KeyError, TypeError, Malformed):
        return Answer(Said.UNKNOWN, reason="an answer without a readable refund", body=body)
    if not isinstance(refund_id, str) or not 0 < len(refund_id) <= 255:
        return Answer(Said.UNKNOWN, reason="an answer without the refund's id", body=body)
    details = body.get("status_details")
    reason = _text(details, "reason") if isinstance(details, dict) else ""
    trace = _text(body, "acquirer_reference_number")
    return Answer(said, refund_id, trace, amount, reason=reason, body=body)


def key_of(body: Mapping[str, Any]) -> str:
    """Our key, which the refund carries as its `custom_id`; empty when somebody else made it."""
    key = _text(body, "custom_id")
    return key if len(key) <= LONGEST_KEY else ""


def charge_of(body: Mapping[str, Any]) -> str:
    """The capture that a refund belongs to, which only the link “up” names; empty without one."""
    for link in _objects(body.get("links")):
        before, found, capture_id = _text(link, "href").rpartition("/v2/payments/captures/")
        if link.get("rel") == "up" and found and before and "/" not in capture_id:
            return capture_id
    return ""


def order_of(capture: Mapping[str, Any]) -> str:
    """The order that a capture belongs to, under which its refunds are listed. Raises Malformed."""
    related = capture.get("supplementary_data")
    ids = related.get("related_ids") if isinstance(related, dict) else None
    order_id = _text(ids, "order_id") if isinstance(ids, dict) else ""
    if not order_id:
        raise Malformed("a capture that names no order, so that its refunds cannot be listed")
    return order_id


def refunds_of(order: Mapping[str, Any], charge_id: str) -> list[Mapping[str, Any]]:
    """The refunds of the capture `charge_id` in its order, oldest first. Raises Malformed.

    An order that does not name the capture is no proof that there are no refunds.
    """
    payments = [unit["payments"] for unit in _listed(order, "purchase_units") if unit.get("payments")]
    if not all(isinstance(each, dict) for each in payments):
        raise Malformed("an order with unreadable payments")
    captures = [each for part in payments for each in _listed(part, "captures")]
    if not any(each.get("id") == charge_id for each in captures):
        raise Malformed("an order without the capture")
    found = [each for part in payments for each in _listed(part, "refunds", or_none=True)]
    ours = [each for each in found if charge_of(each) == charge_id]
    if any(not charge_of(each) for each in found):
        raise Malformed("an order with a refund of no capture")
    return sorted(ours, key=lambda each: moment(each, "create_time"))


def charged_refund(body: Mapping[str, Any]) -> ChargedRefund:
    """A refund as it is listed. Raises Malformed."""
    answer = refund(body)
    if answer.amount is None:
        raise Malformed(answer.reason)
    made_at = moment(body, "create_time")
    return ChargedRefund(
        answer.refund_id, key_of(body), answer.amount, answer.said, made_at, answer.trace_reference
    )


def charged_dispute(body: Mapping[str, Any]) -> ChargedDispute:
    """A dispute in full. Raises Malformed."""
    dispute_id, reason = _text(body, "dispute_id"), _text(body, "reason")
    if not dispute_id:
        raise Malformed("a dispute without its id")
    due = moment(body, "seller_response_due_date") if body.get("seller_response_due_date") else None
    amount = amounts.read(body, "dispute_amount")
    return ChargedDispute(
        dispute_id, amount, _dispute_state(body), reason, moment(body, "create_time"), answer_by=due
    )


def _dispute_state(body: Mapping[str, Any]) -> DisputeState:
    if body.get("status") != "RESOLVED":
        is_inquiry = body.get("dispute_life_cycle_stage") == "INQUIRY"
        return DisputeState.INQUIRY if is_inquiry else DisputeState.OPEN
    outcome = body.get("dispute_outcome")
    code = _text(outcome, "outcome_code") if isinstance(outcome, dict) else ""
    if code in _LOST:
        return DisputeState.LOST
    # Until PayPal says in a word we know who keeps the money, nobody may rely on having it.
    return DisputeState.WON if code in _WON else DisputeState.OPEN


def moment(body: Mapping[str, Any], name: str) -> datetime:
    """The time called `name`. Raises Malformed."""
    try:
        at = datetime.fromisoformat(body[name])
    except (KeyError, TypeError, ValueError) as problem:
        raise Malformed(f"no readable {name}") from problem
    if at.tzinfo is None:
        raise Malformed(f"{name} without its zone")
    return at


def _issue(body: Mapping[str, Any]) -> str:
    return next((_text(each, "issue") for each in _objects(body.get("details"))), "")


def _listed(body: Mapping[str, Any], name: str, *, or_none: bool = False) -> Sequence[Mapping[str, Any]]:
    listed = body.get(name)
    if listed is None and or_none:
        return []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Malformed(f"no list of {name}")
    return listed


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
