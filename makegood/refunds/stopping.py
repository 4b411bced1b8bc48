"""Why a refund must not be sent at this moment: asked in the transaction that would send it."""

from __future__ import annotations

import hashlib

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from makegood.orders.models import Payment
from makegood.refunds.models import Dispute, Refund
from makegood.refunds.providers.base import DisputeState

DISPUTE_OPEN = "A dispute of this payment is open at the customer's bank."
DISPUTE_LOST = "The customer's bank took this money back by a dispute."
ANOTHER_DESTINATION = "Where this payment came from was changed after the refund was approved."


class DisputeIsOpen(Exception):
    """The customer's bank has the money; while it does, nothing of the payment is refunded."""

    def __init__(self, dispute: Dispute) -> None:
        self.dispute = dispute
        super().__init__(
            _("The customer's bank has a dispute of this payment open. Until it ends, nothing is refunded.")
        )


def open_disputes() -> QuerySet[Dispute]:
    """Those in which the bank has the money and nobody knows yet who keeps it."""
    return Dispute.objects.filter(state=DisputeState.OPEN)


def check_no_dispute(payment_id: int) -> None:
    """Raises DisputeIsOpen. The payment is locked, so that none is found between looking and acting."""
    found = open_disputes().filter(payment=payment_id).first()
    if found is not None:
        raise DisputeIsOpen(found)


def why_not(refund: Refund) -> str:
    """The reason to hold it; empty when it may go. The payment of the refund is locked."""
    return why_never_again(refund) or _moved(refund)


def why_never_again(refund: Refund) -> str:
    """As `why_not`, for one that the provider was asked for already: whether a dispute speaks against it."""
    if open_disputes().filter(payment=refund.payment_id).exists():
        return DISPUTE_OPEN
    lost = Dispute.objects.filter(payment=refund.payment_id, state=DisputeState.LOST)
    if lost.filter(reserved_minor__lt=F("amount_minor")).exists():
        return DISPUTE_LOST
    return ""


def destination_of(payment: Payment) -> str:
    """Where a refund of the payment goes, as 64 characters that only tell whether it is the same place."""
    parts = (payment.provider, payment.provider_reference, payment.method, payment.method_label)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _moved(refund: Refund) -> str:
    payment = Payment.objects.get(pk=refund.payment_id)
    was = refund.destination
    return ANOTHER_DESTINATION if was and was != destination_of(payment) else ""
