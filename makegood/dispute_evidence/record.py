"""The same for machines: orders, payments, refunds, decisions, conversation and use as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from makegood.dispute_evidence.gathering import Gathered
from makegood.dispute_evidence.summary import said_by
from makegood.money import Money
from makegood.refund_requests.models import Decision

FORMAT = 1


def record_of(gathered: Gathered) -> bytes:
    """UTF-8, its names in a lasting order; times are ISO 8601, amounts a decimal string and a currency."""
    told = json.dumps(_told(gathered), ensure_ascii=False, indent=2, sort_keys=True, default=_as_json)
    return (told + "\n").encode()


def _told(gathered: Gathered) -> Mapping[str, object]:
    dispute, order = gathered.dispute, gathered.order
    return {
        "format": FORMAT,
        "dispute": {
            "id": dispute.provider_dispute_id,
            "amount": dispute.amount,
            "reason": dispute.reason,
            "opened_at": dispute.opened_at,
        },
        "order": {
            "number": order.number,
            "product": order.product.name,
            "amount": order.amount,
            "purchased_at": order.purchased_at,
            "country": order.country,
            "customer": {"name": order.member.name, "email": order.member.email},
        },
        "policy_version": gathered.policy.version if gathered.policy else None,
        "payments": [
            {
                "provider": each.provider,
                "reference": each.provider_reference,
                "method": each.method_label,
                "amount": each.captured,
                "captured_at": each.captured_at,
            }
            for each in gathered.payments
        ],
        "refunds": [
            {
                "request": each.reference,
                "amount": each.amount,
                "state": each.state,
                "sent_at": each.succeeded_at,
                "arrived_at": each.settled_at,
                "provider_id": each.provider_refund_id,
                "trace_reference": each.trace_reference,
            }
            for each in gathered.refunds
        ],
        "requests": [
            {"reference": each.reference, "received_at": each.received_at, "answers": each.answers}
            for each in gathered.requests
        ],
        "decisions": [_decision(each) for each in gathered.decisions],
        "conversation": [
            {
                "request": each.refund_request.reference,
                "at": each.at,
                "by": said_by(each),
                "text": each.body,
            }
            for each in gathered.messages
        ],
        "usage": [{"at": each.used_at, "units": each.units, "what": each.what} for each in gathered.usage],
        "downloads": [{"at": each.at, "version": each.release.version} for each in gathered.downloads],
    }


def _decision(decision: Decision) -> Mapping[str, object]:
    return {
        "request": decision.refund_request.reference,
        "at": decision.at,
        "verdict": decision.verdict,
        "amount": decision.amount,
        "letter": decision.letter,
        "orders": [
            {
                "number": line.order.number,
                "amount": line.amount,
                "policy_version": line.assessment.policy_version.version,
                "outcome": line.assessment.outcome,
                "clauses": line.assessment.trace,
            }
            for line in sorted(decision.lines.all(), key=lambda each: each.pk)
        ],
    }


def _as_json(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case Money():
            return {"amount": str(value.decimal), "currency": value.currency}
    raise TypeError(type(value).__name__)
