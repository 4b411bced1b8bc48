"""A refund: one amount going back to one captured payment."""

from __future__ import annotations

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds.models.guards import (
    amount_is_positive,
    currency_is_a_code,
    currency_of_the_payment,
    no_deletion,
)
from makegood.refunds.states import MOVES, UNSENT, State


class Refund(models.Model):
    """What is to be paid for round `decision_round` of the request `reference`, out of `payment`.

    `key_stem` is random, so that after a restore from a backup no refund can meet another's idempotency key.
    `provider` is the payment's, or the one a fallback goes through. `busy_until`: somebody is asking the
    provider and will be done by then. `last_asked_at` None: the present attempt was never sent.
    `next_look_at` None: nothing happens by itself. `disagreed_at`: the provider said what no move allows.
    `destination`: where it was to go when it was approved (`stopping.destination_of`); empty: not kept.
    """

    key_stem = models.UUIDField(default=uuid.uuid4, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=40)
    decision_round = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    provider = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    consent = models.TextField(blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    last_asked_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    disagreed_at = models.DateTimeField(null=True)
    provider_refund_id = models.CharField(max_length=255, blank=True)
    trace_reference = models.CharField(max_length=255, blank=True)
    destination = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "decision_round", "payment"],
                condition=Q(replaces__isnull=True),
                name="refund_opened_once",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(state=State.CANCELED.value), name="refund_replaced_once"
            ),
            amount_is_positive("refund_of_something"),
            currency_is_a_code("refund_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(drafted_by=models.F("approved_by")),
                name="refund_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True)
                | Q(approved_by__isnull=False)
                | Q(state__in=[State.DRAFT.value, State.CANCELED.value]),
                name="refund_fallback_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(last_asked_at__isnull=True)
                | ~Q(state__in=sorted(state.value for state in UNSENT)),
                name="refund_unsent_was_never_asked_for",
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], name="refund_due", condition=Q(next_look_at__isnull=False)),
            models.Index(fields=["state", "id"], name="refund_by_state"),
            models.Index(fields=["reference"], name="refund_by_reference"),
            models.Index(fields=["provider", "state"], name="refund_by_provider"),
            models.Index(
                fields=["provider", "-last_asked_at"],
                name="refund_last_asked",
                condition=Q(last_asked_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_allowed_moves",
                field="state",
                transitions=[(old.value, new.value) for old in MOVES for new in sorted(MOVES[old])],
            ),
            pgtrigger.ReadOnly(
                name="never_another_refund",
                fields=[
                    "key_stem",
                    "payment",
                    "reference",
                    "decision_round",
                    "currency",
                    "amount_minor",
                    "provider",
                    "replaces",
                    "drafted_by",
                    "opened_at",
                ],
            ),
            currency_of_the_payment(),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.reference}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def audit_thread(self) -> str:
        """Its events belong to the story of the request."""
        return self.reference

    def is_busy(self, at: datetime) -> bool:
        """Whether somebody may be asking the provider at this moment."""
        return self.busy_until is not None and self.busy_until > at
