"""Reports of providers as they were taken in, and how each matched; only ever added to."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from makegood.audit.append_only import append_only
from makegood.money import Money
from makegood.refunds.reports import LineKind


class Source(models.TextChoices):
    """How a report came to us."""

    FILE = "file", "file"
    API = "api", "api"


class Report(models.Model):
    """A provider's report of what moved from `begins_at` up to, not including, `ends_at`.

    `digest` is the SHA-256 of what was taken in, so that nothing is taken in twice. `taken_in_by` None: the
    worker or the command line.
    """

    provider = models.CharField(max_length=40)
    source = models.CharField(max_length=10, choices=Source)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "digest"], name="report_taken_in_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="report_ends_later"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="report_source_known"),
        ]
        indexes = [models.Index(fields=["provider", "-ends_at", "-id"], name="report_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.provider} {self.name}"

    @property
    def last_moment(self) -> datetime:
        """The last one that it is about; `ends_at` of a whole day is the midnight after it."""
        return self.ends_at - timedelta(microseconds=1)


class ReportedMovement(models.Model):
    """Line `number` of a report, counted from 1: `kind` and amount as in `ReportLine`.

    `fee_minor` None: the report does not say; it is in `fee_currency`.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="movements")
    number = models.PositiveIntegerField()
    provider = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in LineKind])
    refund_id = models.CharField(max_length=255)
    charge_id = models.CharField(max_length=255, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(null=True)
    fee_currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="movement_is_one_line"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="movement_of_something"),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="movement_currency_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(fee_minor__isnull=True, fee_currency="")
                | Q(fee_minor__isnull=False, fee_currency__regex="^[A-Z]{3}$"),
                name="movement_fee_has_a_currency",
            ),
        ]
        indexes = [models.Index(fields=["provider", "refund_id"], name="movement_by_refund")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.refund_id}: {self.amount}"

    @property
    def amount(self) -> Money:
        """What moved, above zero whichever way it went."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money | None:
        """What the provider kept for it; None: the report does not say."""
        return None if self.fee_minor is None else Money(self.fee_minor, self.fee_currency)

    @property
    def name(self) -> str:
        """The movement itself, whichever reports tell of it."""
        return f"{self.provider} {self.kind} {self.refund_id}"


class Match(models.Model):
    """A report was compared with our books; `found` differences were open or new then."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="matches")
    at = models.DateTimeField()
    found = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["report", "-id"], name="match_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.report} at {self.at:%Y-%m-%d %H:%M}"


class MatchedSum(models.Model):
    """What left us by the report and by our books, in one currency; what came back counts below zero."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="sums")
    currency = models.CharField(max_length=3)
    reported_minor = models.BigIntegerField()
    ours_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["match", "currency"], name="matched_sum_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.match}: {self.difference}"

    @property
    def reported(self) -> Money:
        """By the provider's report."""
        return Money(self.reported_minor, self.currency)

    @property
    def ours(self) -> Money:
        """By our books."""
        return Money(self.ours_minor, self.currency)

    @property
    def difference(self) -> Money:
        """Zero when both say the same."""
        return self.reported - self.ours
