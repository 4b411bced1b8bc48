"""A defect: one bug of one product, which many refund requests may be about."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.defects.states import State
from makegood.orders.models import Product


class Defect(models.Model):
    """One bug. `fixed_in` is the version that fixes it; empty until then."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="defects")
    title = models.CharField(max_length=200)
    steps = models.TextField(blank=True)
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
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it: D-118."""
        return f"D-{self.pk}"
