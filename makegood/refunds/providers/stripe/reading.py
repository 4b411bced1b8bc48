"""What Stripe says, read with suspicion: refunds, disputes, errors, events.

See docs.stripe.com/api/refunds/object, /api/disputes/object, /api/errors, /error-codes, /refunds (“Trace a
refund”).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from makegood.refunds.providers.base import (
    Answer,
    ChargedDispute,
    ChargedRefund,
    DisputeState,
    Notice,
    Said,
)
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.stripe.amounts import from_stripe

LONGEST_KEY = 255
_LONGEST_ID = 255
_MISSING = "resource_missing"
_SAID = {
    "pending": Said.PENDING,
    "requires_action": Said.ACTION_NEEDED,
    "succeeded": Said.SUCCEEDED,
    "failed": Said.FAILED,
    "canceled": Said.CANCELED,
}
_REFUSING = frozenset({"invalid_request_error", "card_error"})
# Of those types too, but about the moment or the connection, not about the refund.
_NO_REFUSAL = frozenset(
    {
        "account_invalid",
        "api_key_expired",
        "idempotency_key_in_use",
        "livemode_mismatch",
        "lock_timeout",
        "platform_api_key_expired",
        "rate_limit",
        "secret_key_required",
        "testmode_charges_only",
        "tls_version_unsupported",
    }
)
_STANDS = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    # An inquiry that came to nothing, and a dispute that a refund settled before: the bank takes no money.
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
}


def read_refund(body: Mapping[str, Any]) -> Answer:
    """A refund as it stands; `UNKNOWN` when that cannot be read."""
    try:
        said, refund_id = _SAID[body["status"]], _id(body)
        amount = from_stripe(body.get("amount"), body.get("currency"))
    except (KeyError, TypeError, Malformed):
        return Answer(Said.UNKNOWN, reason="an answer without a readable refund", body=body)
    reason = _text(body.get("failure_reason") or body.get("pending_reason"))
    return Answer(said, refund_id, _trace(body), amount, reason, http_status=200, body=body)


def charged_refund(body: Mapping[str, Any]) -> ChargedRefund:
    """A refund in a list. Raises Malformed."""
    answer = read_refund(body)
    if answer.amount is None:
        raise Malformed(answer.reason)
    return ChargedRefund(
        answer.refund_id,
        key_of(body),
        answer.amount,
        answer.said,
        _moment(body.get("created")),
        answer.trace_reference,
    )


def charged_dispute(body: Mapping[str, Any]) -> ChargedDispute:
    """A dispute in a list; an unheard-of state counts as open, so that no money leaves. Raises Malformed."""
    details = body.get("evidence_details")
    due_by = details.get("due_by") if isinstance(details, dict) else None
    return ChargedDispute(
        dispute_id=_id(body),
        amount=from_stripe(body.get("amount"), body.get("currency")),
        state=_STANDS.get(_text(body.get("status")), DisputeState.OPEN),
        reason=_text(body.get("reason")),
        opened_at=_moment(body.get("created")),
        answer_by=_moment(due_by) if due_by is not None else None,
    )


def key_of(body: Mapping[str, Any]) -> str:
    """The key of ours in a refund's metadata; empty when it has none that could be ours."""
    metadata = body.get("metadata")
    key = metadata.get("attempt") if isinstance(metadata, dict) else None
    return key if isinstance(key, str) and len(key) <= LONGEST_KEY else ""


def read_problem(problem: stripe.StripeError) -> Answer:
    """What an error means for the refund that was asked for.

    A refusal counts only in Stripe's own words: a type and status by which it says that it did nothing.
    Errors of the key, of the moment and of the line say nothing about the money.
    """
    body, status = problem.json_body, problem.http_status
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Answer(Said.UNKNOWN, reason=in_words(problem), http_status=status)
    kind, code = _text(error.get("type")), _text(error.get("code"))
    said = Said.UNKNOWN
    if code not in _NO_REFUSAL:
        if kind in _REFUSING and status in {400, 402, 404}:
            said = Said.FAILED
        elif kind == "idempotency_error" and status == 400:
            # Our key, with other parameters than before: only a person can say how that came about.
            said = Said.ACTION_NEEDED
    reason = ": ".join(filter(None, (code or kind, _text(error.get("message")))))
    return Answer(said, reason=reason or f"status {status}", http_status=status, body={"error": error})


def is_missing(answer: Answer) -> bool:
    """Whether Stripe says that it knows nothing of this name."""
    error = answer.body.get("error")
    return isinstance(error, dict) and error.get("code") == _MISSING and answer.said is Said.FAILED


def read_notice(event: Mapping[str, Any]) -> Notice:
    """What a genuine event is about; an event of another kind names no charge. Raises Malformed."""
    about = event.get("data")
    about = about.get("object") if isinstance(about, dict) else None
    if event.get("object") != "event" or not isinstance(about, dict):
        raise Malformed("no event")
    event_id, kind, what = _id(event), _text(event.get("type")), about.get("object")
    if not 0 < len(kind) <= _LONGEST_ID:
        raise Malformed("an event of no kind")
    if what == "charge":
        return Notice(event_id, kind, _id(about), "", "", also_called=_name(about.get("payment_intent")))
    if what not in {"refund", "dispute"}:
        return Notice(event_id, kind, "", "", "")
    names = [name for each in ("charge", "payment_intent") if (name := _name(about.get(each)))]
    charge_id, also_called = (*names, "", "")[:2]
    refund_id, key = (_id(about), key_of(about)) if what == "refund" else ("", "")
    return Notice(event_id, kind, charge_id, refund_id, key, also_called=also_called)


def in_words(problem: Exception) -> str:
    """What went wrong, without what the SDK adds for people."""
    return f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"[:500]


def _trace(body: Mapping[str, Any]) -> str:
    """The number by which a bank finds the refund, once there is one (of a card: the ARN)."""
    details = body.get("destination_details")
    kind = details.get("type") if isinstance(details, dict) else None
    told = details.get(kind) if isinstance(details, dict) and isinstance(kind, str) else None
    if not isinstance(told, dict) or told.get("reference_status") != "available":
        return ""
    return _text(told.get("reference"))[:_LONGEST_ID]


def _id(body: Mapping[str, Any]) -> str:
    name = _name(body.get("id"))
    if not name:
        raise Malformed("no readable id")
    return name


def _name(value: object) -> str:
    """The id of something, which may be expanded into the thing itself; empty for none."""
    name = value.get("id") if isinstance(value, dict) else value
    return name if isinstance(name, str) and len(name) <= _LONGEST_ID else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise Malformed("no readable time")
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise Malformed("no readable time") from problem
