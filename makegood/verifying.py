"""Proves that all is right with the money and with what members were promised: I1 to I7 of docs/money.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from makegood.audit.proving import Problem, rows
from makegood.refund_requests import proofs, proving_limits
from makegood.refunds import verifying as refunds
from makegood.refunds.connected import Provider
from makegood.refunds.proofs import SILENCE_LIMIT


def problems(*, at: datetime, providers: Mapping[str, Provider] | None = None) -> Iterator[Problem]:
    """Everything that is not as it must be at `at`; nothing when all is well.

    `providers` by name are asked about every payment with refunds; None looks at the database and files only.
    """
    yield from proofs.records()
    yield from proofs.moves()
    yield from proofs.decisions()
    yield from proving_limits.approvals()
    yield from _decided_and_refunded()
    yield from _decided_and_forgotten(at, SILENCE_LIMIT)
    yield from refunds.problems(at=at, providers=providers)


def _decided_and_refunded() -> Iterator[Problem]:
    """Every refund carries out a decision that was agreed to, and together they are of its amount."""
    for reference, decided in rows(_REFUNDED):
        words = "of another amount than was decided" if decided else "for which nobody decided"
        yield Problem("approvals", reference, f"there are refunds of it {words}.")


def _decided_and_forgotten(at: datetime, limit: timedelta) -> Iterator[Problem]:
    for (reference,) in rows(_FORGOTTEN, [at - limit]):
        yield Problem("silence", reference, "it was decided to refund it, and no refund was opened.")


_AGREED = """
    SELECT request.reference, request.state, decision.round, decision.amount_minor, decision.currency,
        decision.at, request.round = decision.round AS is_present, approval.at AS approved_at
    FROM refund_requests_decision AS decision
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    LEFT JOIN refund_requests_approval AS approval ON approval.decision_id = decision.id AND approval.approved
    WHERE decision.verdict = 'refund' AND (NOT decision.needs_approval OR approval.id IS NOT NULL)
"""
_REFUNDED = f"""
    WITH agreed AS ({_AGREED})
    SELECT opened.reference, agreed.reference IS NOT NULL
    FROM (
        SELECT reference, decision_round, currency, sum(amount_minor) AS amount FROM refunds_refund
        WHERE replaces_id IS NULL GROUP BY reference, decision_round, currency
    ) AS opened
    LEFT JOIN agreed ON agreed.reference = opened.reference AND agreed.round = opened.decision_round
    WHERE agreed.amount_minor IS DISTINCT FROM opened.amount OR agreed.currency <> opened.currency
"""  # noqa: S608  # our own text
_FORGOTTEN = f"""
    WITH agreed AS ({_AGREED})
    SELECT agreed.reference FROM agreed
    WHERE agreed.is_present AND agreed.state IN ('approved', 'refunded')
        AND COALESCE(agreed.approved_at, agreed.at) < %s
        AND NOT EXISTS (
            SELECT FROM refunds_refund AS refund
            WHERE refund.reference = agreed.reference AND refund.decision_round = agreed.round
        )
"""  # noqa: S608  # our own text
