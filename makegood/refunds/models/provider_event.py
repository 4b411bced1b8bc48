"""What providers sent us: stored as it came, before anything is made of it."""

from __future__ import annotations

from django.db import models

from makegood.audit.append_only import append_only


class ProviderEvent(models.Model):
    """A genuine delivery; the same event delivered again is the same row."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=255)
    charge_id = models.CharField(max_length=255)
    refund_id = models.CharField(max_length=255)
    key = models.CharField(max_length=255, blank=True)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_stored_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class ProviderEventHandled(models.Model):
    """That an event was followed up, and what came of it; at most once."""

    event = models.OneToOneField(
        ProviderEvent, on_delete=models.PROTECT, primary_key=True, related_name="handled"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=40)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.event}: {self.outcome}"


class RefusedDelivery(models.Model):
    """Deliveries refused for one reason in one minute, counted: a flood of forgeries is one row a minute."""

    provider = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    minute = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reason", "minute"], name="refused_delivery_counted_by_minute"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reason} × {self.times}"
