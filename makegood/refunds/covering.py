"""Keeps what a lost dispute took from being refunded as well, as far as the payment has it left."""

from __future__ import annotations

from django.db.models import F

from makegood.orders.models import Payment
from makegood.orders.payments import release, reserve
from makegood.refunds.models import Dispute
from makegood.refunds.providers.base import DisputeState


def cover(payment_id: int) -> None:
    """Reserve for the lost disputes of the payment what is left of it; the payment is locked.

    To be called whenever one is lost, and whenever a refund gives its reservation back.
    """
    lost = Dispute.objects.filter(payment=payment_id, state=DisputeState.LOST)
    for dispute in lost.filter(reserved_minor__lt=F("amount_minor")).order_by("pk"):
        part = min(Payment.objects.get(pk=payment_id).refundable, dispute.uncovered)
        if part:
            reserve(payment_id, part)
            dispute.reserved_minor += part.minor
            dispute.save(update_fields=["reserved_minor"])


def uncover(dispute: Dispute) -> None:
    """Give back what was reserved for a dispute that is not lost any more, or before it changes."""
    if dispute.reserved_minor:
        release(dispute.payment_id, dispute.amount - dispute.uncovered)
        dispute.reserved_minor = 0
        dispute.save(update_fields=["reserved_minor"])
