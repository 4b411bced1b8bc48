"""What we asked a provider, and everything it answered; both are only ever added to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only
from makegood.refunds.models.refund import Refund
from makegood.refunds.providers.base import Said


class HeardBy(models.TextChoices):
    """How an answer came to us."""

    ANSWER = "answer", _("the answer to our call")
    LOOK_UP = "look_up", _("we asked what became of it")
    EVENT = "event", _("asked after an event of the provider")
    PERSON = "person", _("recorded by a person")


class Attempt(models.Model):
    """The intent to ask for the refund under `key`, committed before the first call with it."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=255, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "number"], name="attempt_numbered_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="attempt_counts_from_one"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.refund}"


class AttemptAnswer(models.Model):
    """One thing the provider said of an attempt; `amount_minor` and `http_status` None: it did not say."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    heard_by = models.CharField(max_length=10, choices=HeardBy)
    said = models.CharField(max_length=20, choices=[(said.value, said.value) for said in Said])
    provider_refund_id = models.CharField(max_length=255, blank=True)
    trace_reference = models.CharField(max_length=255, blank=True)
    amount_minor = models.BigIntegerField(null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["provider_refund_id"],
                name="answer_by_provider_refund",
                condition=~models.Q(provider_refund_id=""),
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.attempt}: {self.said}"
