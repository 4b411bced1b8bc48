"""A defect: one bug of one product, which many refund requests may be about."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.audit.append_only import append_only
from makegood.defects.states import State
from makegood.defects.trackers.links import LONGEST, Issue, read_link
from makegood.orders.models import Product


class TrackerStatus(models.TextChoices):
    """What the vendor's tracker last said of the issue; empty while it said nothing."""

    OPEN = "open", "open"
    CLOSED = "closed", "closed"


class Defect(models.Model):
    """One bug. `fixed_in` is the version that fixes it; empty until then.

    `occurs_in` lists the versions in which it happens, as typed, with commas between. `tracker_url` is the
    issue in the vendor's tracker as `trackers.links` writes it; what its webhook said, and as of when, are
    `tracker_status` and `tracker_changed_at`. `fix_due_on` is the day until which the engineers mean to say
    whether it can be fixed, in the zone of the desk; None: none was named. `overdue_since` is when that day
    was found to be over without a word; None: it is not. `revision` counts changes of the description.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="defects")
    title = models.CharField(max_length=200)
    steps = models.TextField(blank=True)
    occurs_in = models.CharField(max_length=300, blank=True, default="", db_default="")
    tracker_url = models.CharField(max_length=LONGEST, blank=True, default="", db_default="")
    tracker_status = models.CharField(
        max_length=10, choices=TrackerStatus, blank=True, default="", db_default=""
    )
    tracker_changed_at = models.DateTimeField(null=True, blank=True)
    fix_due_on = models.DateField(null=True, blank=True)
    overdue_since = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, db_default=1)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in State], default=State.REPORTED
    )
    fixed_in = models.CharField(max_length=60, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in State]), name="defect_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.FIXED) & ~models.Q(fixed_in="")
                | ~models.Q(state=State.FIXED) & models.Q(fixed_in=""),
                name="defect_fixed_in_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(tracker_url="") | models.Q(tracker_url__startswith="https://"),
                name="defect_tracker_by_https",
            ),
            models.CheckConstraint(
                condition=models.Q(tracker_status="", tracker_changed_at__isnull=True)
                | models.Q(tracker_status__in=TrackerStatus.values, tracker_changed_at__isnull=False)
                & ~models.Q(tracker_url=""),
                name="defect_tracker_says_of_its_link",
            ),
            models.CheckConstraint(
                condition=models.Q(overdue_since__isnull=True) | models.Q(fix_due_on__isnull=False),
                name="defect_overdue_after_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fix_due_on", "id"],
                name="defects_to_be_fixed_until",
                condition=models.Q(fix_due_on__isnull=False, overdue_since__isnull=True),
            ),
            models.Index(
                fields=["tracker_url"], name="defects_by_tracker", condition=~models.Q(tracker_url="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it: D-118."""
        return f"D-{self.pk}"

    @property
    def issue(self) -> Issue | None:
        """The issue in the vendor's tracker; None when it is linked to none."""
        return read_link(self.tracker_url) if self.tracker_url else None


class FormerSteps(models.Model):
    """How to make a defect happen, as it was written until somebody wrote it anew."""

    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, related_name="former_steps")
    steps = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.defect} until {self.replaced_at:%Y-%m-%d %H:%M}"


class TrackerDelivery(models.Model):
    """One genuine delivery about a linked issue; neither its name nor its bytes count a second time."""

    tracker = models.CharField(max_length=10)
    delivery = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tracker", "delivery"], name="tracker_delivery_once"),
            models.UniqueConstraint(fields=["tracker", "digest"], name="tracker_delivery_not_replayed"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.tracker} {self.delivery}"
