"""The promises made to members, and who works the queue."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from makegood.audit.append_only import append_only
from makegood.orders.models import Product
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


class Worker(models.Model):
    """A person who works the queue. `away_since` None: gets requests; `products` empty: about all of them."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="worker")
    away_since = models.DateTimeField(null=True, blank=True)
    products = models.ManyToManyField(Product, related_name="workers")

    def __str__(self) -> str:
        return str(self.person)


class PutBack(models.Model):
    """A request that a person put back; its reason is in the event. Counted per person."""

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="put_backs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="put_back_by_a_person")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.refund_request} by {self.person}"
