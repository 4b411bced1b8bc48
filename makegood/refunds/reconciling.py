"""Compares a payment with what the provider knows of it, and repairs what was missed."""

from __future__ import annotations

from datetime import datetime

from makegood.audit.actors import Actor
from makegood.orders.models import Payment
from makegood.refunds import disputes, external
from makegood.refunds.answers import take_in
from makegood.refunds.models import Attempt, AttemptAnswer, HeardBy
from makegood.refunds.providers.base import Answer, ChargedRefund, Provider
from makegood.refunds.sending import check_no_transaction


def match(payment: Payment, *, provider: Provider, by: Actor, at: datetime) -> None:
    """Follow every refund and dispute the provider lists for the payment; a refund not ours is external.

    Raises ProviderUnreachable, CannotLookUp, InsideTransaction.
    """
    check_no_transaction()
    charge = provider.charge(payment.provider_reference)
    for disputed in charge.disputes:
        disputes.found(payment, disputed, by=by, at=at)
    seen: set[int] = set()
    for listed in charge.refunds:
        attempt = attempt_of(payment, listed)
        # A provider that forgot a key can have made one attempt twice; the second is nobody's.
        if attempt is None or attempt.pk in seen:
            external.found(payment, listed, by=by, at=at)
            continue
        seen.add(attempt.pk)
        answer = Answer(listed.said, listed.refund_id, listed.trace_reference, listed.amount)
        take_in(attempt, answer, heard_by=HeardBy.LOOK_UP, by=by, at=at)


def attempt_of(payment: Payment, listed: ChargedRefund) -> Attempt | None:
    """Our attempt behind a refund the provider lists; None when it is not ours."""
    ours = Attempt.objects.filter(refund__payment=payment)
    by_key = ours.filter(key=listed.key).first() if listed.key else None
    if by_key is None:
        told = AttemptAnswer.objects.filter(provider_refund_id=listed.refund_id, attempt__in=ours)
        return ours.filter(pk__in=told.values("attempt_id")).first()
    return by_key
