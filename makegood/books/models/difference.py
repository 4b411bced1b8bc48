"""What a report says otherwise than our books, until a person has settled it or it is gone by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from makegood.books.models.report import Report
from makegood.money import Money
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.models.guards import no_deletion
from makegood.refunds.reports import LineKind


class DifferenceKind(models.TextChoices):
    """What is wrong; `books.words` says it in a sentence, and what to do."""

    UNKNOWN = "unknown", "unknown"
    """In the report, unknown to us."""
    MISSING = "missing", "missing"
    """In our books, in no report."""
    AMOUNT = "amount", "amount"
    CURRENCY = "currency", "currency"
    TWICE = "twice", "twice"
    """Twice in one report."""
    NOT_PAID_HERE = "not_paid_here", "not_paid_here"
    """Paid there under a refund that is not paid with us."""
    RETURNED_THERE = "returned_there", "returned_there"
    """Came back there; with us it left or arrived."""
    FEE = "fee", "fee"
    """Another fee than the one in our books."""
    DAY = "day", "day"
    """Too far from the moment in our books."""
    CHARGE = "charge", "charge"
    """Of another charge than the payment's."""


class DifferenceState(models.TextChoices):
    """OPEN waits for a person; SETTLED by one; GONE: a later report or our books explained it."""

    OPEN = "open", "open"
    SETTLED = "settled", "settled"
    GONE = "gone", "gone"


MOVES: dict[DifferenceState, frozenset[DifferenceState]] = {
    DifferenceState.OPEN: frozenset({DifferenceState.SETTLED, DifferenceState.GONE}),
    DifferenceState.SETTLED: frozenset({DifferenceState.OPEN}),
    DifferenceState.GONE: frozenset({DifferenceState.OPEN}),
}


class Difference(models.Model):
    """One thing that differs, found once however often it is looked for: `key` says which.

    `provider_refund_id` and `charge_id` are the provider's numbers. `reported_minor` and `ours_minor` are
    what each side says, as far as the kind speaks of amounts; `reported_at` and `ours_at` likewise. `refund`
    and `external_refund` None: none of ours is known. `settled_by` and `note` are of the last settling.
    """

    provider = models.CharField(max_length=40)
    key = models.CharField(max_length=400)
    kind = models.CharField(max_length=20, choices=DifferenceKind)
    state = models.CharField(max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="differences")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+")
    external_refund = models.ForeignKey(ExternalRefund, on_delete=models.PROTECT, null=True, related_name="+")
    movement = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in LineKind])
    provider_refund_id = models.CharField(max_length=255, blank=True)
    charge_id = models.CharField(max_length=255, blank=True)
    reported_minor = models.BigIntegerField(null=True)
    reported_currency = models.CharField(max_length=3, blank=True)
    reported_at = models.DateTimeField(null=True)
    ours_minor = models.BigIntegerField(null=True)
    ours_currency = models.CharField(max_length=3, blank=True)
    ours_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="difference_found_once"),
            models.CheckConstraint(condition=Q(kind__in=DifferenceKind.values), name="difference_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=DifferenceState.values), name="difference_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="settled")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(note="")),
                name="difference_settled_by_somebody_with_a_note",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "id"], name="difference_open", condition=Q(state="open")),
            models.Index(fields=["report", "id"], name="difference_of_a_report"),
        ]
        triggers = no_deletion()

    def __str__(self) -> str:
        return f"{self.kind} {self.provider_refund_id}"

    @property
    def reported(self) -> Money | None:
        """What the report says; None where the kind speaks of no amount there."""
        return None if self.reported_minor is None else Money(self.reported_minor, self.reported_currency)

    @property
    def ours(self) -> Money | None:
        """What our books say; None where the kind speaks of no amount here."""
        return None if self.ours_minor is None else Money(self.ours_minor, self.ours_currency)
