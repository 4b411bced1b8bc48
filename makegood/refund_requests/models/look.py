"""Who looks at a request just now."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.refund_requests.models.refund_request import RefundRequest


class Look(models.Model):
    """Somebody of the desk has the page of a request open, and had it open at `seen_at`.

    No event tells of it and nothing follows from it: the row is gone soon after the page is closed.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund_request", "user"], name="one_look_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.refund_request}"
