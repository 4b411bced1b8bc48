"""Takes in disputes as providers list them: what is not sent yet is held, and nothing is paid twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.audit import moving
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds import covering, ledger, opening
from makegood.refunds.disputed_states import DISPUTE_MOVES
from makegood.refunds.models import Dispute, DisputeWord, Refund
from makegood.refunds.providers.base import ChargedDispute, DisputeState
from makegood.refunds.states import UNSENT, State
from makegood.refunds.stopping import DISPUTE_LOST, DISPUTE_OPEN

_ACTIONS = {
    DisputeState.INQUIRY: Action.DISPUTE_INQUIRY,
    DisputeState.OPEN: Action.DISPUTE_OPENED,
    DisputeState.WON: Action.DISPUTE_WON,
    DisputeState.LOST: Action.DISPUTE_LOST,
}
_ASKED_ABOUT = "The customer's bank asks about this payment; a refund may be the answer."


@dataclass(frozen=True, slots=True)
class _Told:
    """What the provider says now, as it is kept; the amount is in the currency of the payment."""

    state: DisputeState
    amount: Money
    reason: str
    answer_by: datetime | None

    def is_news(self, dispute: Dispute) -> bool:
        known = (dispute.state, dispute.amount_minor, dispute.reason, dispute.answer_by)
        return known != (self.state, self.amount.minor, self.reason, self.answer_by)


def found(payment: Payment, listed: ChargedDispute, *, by: Actor, at: datetime) -> Dispute:
    """Take in a dispute of `payment`; `at` is when the look began that told it. Told twice, it is one row.

    While it is undecided, refunds of the payment that were not sent are held; once it is lost, those that
    the payment has no money for are canceled. A look that began before the last one tells no news.
    """
    with transaction.atomic():
        locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        told = _told(locked, listed)
        known = Dispute.objects.filter(payment=locked, provider_dispute_id=listed.dispute_id).first()
        if known is None:
            dispute = _take_in(locked, listed, told, by=by, at=at)
        elif at < known.heard_at or not told.is_news(known):
            return known
        else:
            covering.uncover(known)
            dispute = _go_on(known, told, by=by, at=at)
        _keep_word(dispute, at)
        ledger.post_dispute(dispute, at=at)
        _follow(dispute, by=by, at=at)
        return Dispute.objects.get(pk=dispute.pk)


def _told(payment: Payment, listed: ChargedDispute) -> _Told:
    # An amount in another currency says nothing about what is left of the payment: all of it is in doubt.
    is_comparable = listed.amount.currency == payment.currency and listed.amount.minor > 0
    amount = listed.amount if is_comparable else payment.captured
    return _Told(listed.state, amount, listed.reason[:255], listed.answer_by)


def _take_in(payment: Payment, listed: ChargedDispute, told: _Told, *, by: Actor, at: datetime) -> Dispute:
    dispute = Dispute.objects.create(
        payment=payment,
        provider_dispute_id=listed.dispute_id,
        currency=told.amount.currency,
        amount_minor=told.amount.minor,
        state=told.state,
        reason=told.reason,
        opened_at=listed.opened_at,
        answer_by=told.answer_by,
        found_at=at,
        heard_at=at,
    )
    record(_ACTIONS[told.state], subject=dispute, by=by, at=at, amount=str(dispute.amount))
    return dispute


def _go_on(known: Dispute, told: _Told, *, by: Actor, at: datetime) -> Dispute:
    changes: dict[str, object] = {
        "amount_minor": told.amount.minor,
        "reason": told.reason,
        "answer_by": told.answer_by,
        "heard_at": at,
    }
    if told.state != known.state and told.state in DISPUTE_MOVES[DisputeState(known.state)]:
        return moving.move(
            known,
            to=told.state,
            moves=DISPUTE_MOVES,
            action=_ACTIONS[told.state],
            by=by,
            at=at,
            details={"amount": str(told.amount)},
            changes=changes,
        )
    # The other way back, to an inquiry, is only another word for a dispute that is open.
    for name, value in changes.items():
        setattr(known, name, value)
    known.save(update_fields=list(changes))
    record(Action.DISPUTE_CHANGED, subject=known, by=by, at=at, amount=str(known.amount))
    return known


def _keep_word(dispute: Dispute, at: datetime) -> None:
    DisputeWord.objects.create(
        dispute=dispute,
        state=dispute.state,
        amount_minor=dispute.amount_minor,
        reason=dispute.reason,
        answer_by=dispute.answer_by,
        at=at,
    )


def _follow(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    if dispute.state in {DisputeState.INQUIRY, DisputeState.OPEN}:
        reason = DISPUTE_OPEN if dispute.state == DisputeState.OPEN else _ASKED_ABOUT
        waiting = Refund.objects.filter(payment=dispute.payment_id, state=State.APPROVED)
        for refund in waiting.select_for_update(no_key=True).order_by("pk"):
            opening.hold(refund, reason=reason, by=by, at=at)
    elif dispute.state == DisputeState.LOST:
        covering.cover(dispute.payment_id)
        _cancel_what_is_gone(dispute, by=by, at=at)


def _cancel_what_is_gone(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """Each canceled refund gives its part back, and with that the dispute is covered: the newest first."""
    unsent = Refund.objects.filter(payment=dispute.payment_id, state__in=sorted(UNSENT))
    for refund in unsent.order_by("-pk"):
        if not Dispute.objects.get(pk=dispute.pk).uncovered:
            return
        opening.cancel(refund, reason=DISPUTE_LOST, by=by, at=at)
