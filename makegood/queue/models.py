"""The promises made to members: when they hear from us next."""

from __future__ import annotations

import pgtrigger
from django.db import models

from makegood.audit.append_only import append_only
from makegood.refund_requests.models import RefundRequest


class Promise(models.Model):
    """The member hears from us by `due_at`; a later promise replaces it once it was kept."""

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("made_at")), name="promise_of_the_future"
            )
        ]
        indexes = [
            models.Index(fields=["refund_request", "-id"], name="promises_of_a_request"),
            models.Index(fields=["due_at"], name="promises_by_due"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="hears_by",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                # Locked first: of two promises at once, the newer one must be what the list says.
                func="""
                    PERFORM FROM refund_requests_refundrequest WHERE id = NEW.refund_request_id
                    FOR NO KEY UPDATE;
                    UPDATE refund_requests_refundrequest AS request SET hears_by = (
                        SELECT due_at FROM queue_promise WHERE refund_request_id = request.id
                        ORDER BY id DESC LIMIT 1
                    ) WHERE id = NEW.refund_request_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_request} by {self.due_at:%Y-%m-%d %H:%M}"


class MissedPromise(models.Model):
    """A promise that was not kept; nobody can unmake it."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="missed")
    noticed_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.promise)
