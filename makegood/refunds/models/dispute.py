"""Disputes (chargebacks): a customer's bank takes a payment back, or asks about it, past this desk."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from makegood.audit.append_only import append_only
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds.disputed_states import DISPUTE_MOVES
from makegood.refunds.models.guards import (
    amount_is_positive,
    currency_is_a_code,
    currency_of_the_payment,
    no_deletion,
)
from makegood.refunds.providers.base import DisputeState

_STATES = [(state.value, state.value) for state in DisputeState]
UNDECIDED = (DisputeState.INQUIRY.value, DisputeState.OPEN.value)


class Dispute(models.Model):
    """One dispute of `payment`, as the provider told it last; `reason` is the provider's own word.

    `amount_minor` is in the currency of the payment. `answer_by` None: the provider names no day.
    `reserved_minor`: how much of a lost dispute the payment had left, so that it cannot be refunded again;
    zero while it is not lost. `heard_at`: when the look began that told all this.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    provider_dispute_id = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=_STATES)
    reason = models.CharField(max_length=255, blank=True)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "provider_dispute_id"], name="dispute_found_once"),
            amount_is_positive("dispute_of_something"),
            currency_is_a_code("dispute_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, reserved_minor__lte=F("amount_minor")),
                name="dispute_reserves_at_most_itself",
            ),
            models.CheckConstraint(
                condition=Q(reserved_minor=0) | Q(state=DisputeState.LOST.value),
                name="dispute_reserves_once_lost",
            ),
        ]
        indexes = [
            models.Index(fields=["payment"], name="dispute_undecided", condition=Q(state__in=UNDECIDED)),
            models.Index(fields=["state", "answer_by"], name="dispute_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_allowed_moves",
                field="state",
                transitions=[
                    (old.value, new.value) for old in DISPUTE_MOVES for new in sorted(DISPUTE_MOVES[old])
                ],
            ),
            pgtrigger.ReadOnly(
                name="never_another_dispute",
                fields=["payment", "provider_dispute_id", "currency", "found_at"],
            ),
            currency_of_the_payment(),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"dispute of {self.amount}"

    @property
    def amount(self) -> Money:
        """What the bank asks for."""
        return Money(self.amount_minor, self.currency)

    @property
    def uncovered(self) -> Money:
        """What was lost and had already been refunded, so that it was paid twice; nothing unless lost."""
        lost = self.amount_minor if self.state == DisputeState.LOST else 0
        return Money(lost - self.reserved_minor, self.currency)


class DisputeWord(models.Model):
    """What the provider said of a dispute when that was news; only ever added to."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="words")
    state = models.CharField(max_length=10, choices=_STATES)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=255, blank=True)
    answer_by = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.dispute}: {self.state}"

    @property
    def amount(self) -> Money:
        """What the bank asked for then."""
        return Money(self.amount_minor, self.dispute.currency)
