"""Refunds of our payments that somebody made at the provider, past this desk."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds.models.guards import (
    amount_is_positive,
    currency_is_a_code,
    currency_of_the_payment,
    no_deletion,
)


class ExternalRefund(models.Model):
    """Found at the provider; `reserved_minor` is as much of it as the payment had left when it was found.

    `confirmed_at` None: no person has looked at it yet. `undone_at`: the provider took it back.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="external_refunds")
    provider_refund_id = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    found_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "provider_refund_id"], name="external_found_once"),
            amount_is_positive("external_of_something"),
            currency_is_a_code("external_currency_is_a_code"),
            models.CheckConstraint(
                condition=models.Q(reserved_minor__gte=0, reserved_minor__lte=models.F("amount_minor")),
                name="external_reserves_at_most_itself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="external_unconfirmed", condition=models.Q(confirmed_at__isnull=True)
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="never_another_refund",
                fields=["payment", "provider_refund_id", "currency", "amount_minor", "made_at", "found_at"],
            ),
            currency_of_the_payment(),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"{self.amount} made outside this desk"

    @property
    def amount(self) -> Money:
        """What was given back."""
        return Money(self.amount_minor, self.currency)

    @property
    def uncovered(self) -> Money:
        """What the payment had not enough left for."""
        return Money(self.amount_minor - self.reserved_minor, self.currency)
