"""The breaker of a provider: while it is open, nothing more is sent there."""

from __future__ import annotations

from enum import StrEnum

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from makegood.audit.append_only import append_only
from makegood.refunds.models.guards import currency_is_a_code, no_deletion


class BreakerState(StrEnum):
    """Whether refunds are sent."""

    CLOSED = "closed"
    OPEN = "open"


class Cause(StrEnum):
    """Why nothing more is sent."""

    SUM = "sum"
    """More than usual would have been sent within an hour."""
    ERRORS = "errors"
    """The provider gave no clear answer several times in a row."""


class Breaker(models.Model):
    """One for each provider that was ever sent to.

    `cause` is empty while it is closed. `errors`: unclear answers in a row. `tries`: how often one refund was
    let through to see whether the provider answers again; `try_at`: when the next one may go, None where only
    a person closes it. `closed_at`: when a person closed it last; what had been approved by then was looked
    at by them and counts no more.
    """

    provider = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in BreakerState],
        default=BreakerState.CLOSED,
    )
    cause = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Cause], blank=True)
    errors = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=BreakerState.CLOSED.value, cause="", try_at=None)
                | Q(state=BreakerState.OPEN.value, opened_at__isnull=False)
                & (Q(cause=Cause.SUM.value, try_at=None) | Q(cause=Cause.ERRORS.value, try_at__isnull=False)),
                name="breaker_open_for_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="breaker_closed_by_a_person",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="never_another_breaker", fields=["provider"]),
            *no_deletion(),
        ]

    def __str__(self) -> str:
        return f"breaker of {self.provider}: {self.state}"


class UsualHour(models.Model):
    """What used to be sent to `provider` in an hour, reckoned once at the beginning of `hour`.

    `median_minor` is over the `hours` before it, at most so far back as `breaker` looks, in which any was
    sent.
    """

    provider = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    hour = models.DateTimeField()
    hours = models.PositiveIntegerField()
    median_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "currency", "hour"], name="usual_hour_reckoned_once"),
            currency_is_a_code("usual_hour_currency_is_a_code"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.provider}: {self.median_minor} {self.currency} an hour"
