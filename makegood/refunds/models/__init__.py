"""The rows of money going back."""

from makegood.refunds.models.attempt import Attempt, AttemptAnswer, HeardBy
from makegood.refunds.models.breaker import Breaker, BreakerState, Cause, UsualHour
from makegood.refunds.models.destination import Destination, DestinationAgreement
from makegood.refunds.models.dispute import Dispute, DisputeWord
from makegood.refunds.models.external import ExternalRefund
from makegood.refunds.models.ledger import LedgerEntry, LedgerTransaction
from makegood.refunds.models.provider_event import ProviderEvent, ProviderEventHandled, RefusedDelivery
from makegood.refunds.models.refund import Refund
from makegood.refunds.models.transfer import Transfer, TransferBatch

__all__ = [
    "Attempt",
    "AttemptAnswer",
    "Breaker",
    "BreakerState",
    "Cause",
    "Destination",
    "DestinationAgreement",
    "Dispute",
    "DisputeWord",
    "ExternalRefund",
    "HeardBy",
    "LedgerEntry",
    "LedgerTransaction",
    "ProviderEvent",
    "ProviderEventHandled",
    "Refund",
    "RefusedDelivery",
    "Transfer",
    "TransferBatch",
    "UsualHour",
]
