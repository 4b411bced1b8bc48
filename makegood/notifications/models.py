"""Letters: every message that leaves by mail, kept as it was written."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.audit.models import Event


class Letter(models.Model):
    """One mail to one person about one event; writing it twice is the same letter.

    `sent_at` is None until a mail server has taken it. `claimed_at` is when a worker last began to send it;
    None when none did, or it failed. `to_email` is the address it was written to. `thread` is the reference
    of the request; empty when it belongs to none.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    to_email = models.EmailField()
    thread = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    written_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "recipient"], name="letter_written_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(claimed_at__isnull=False),
                name="letter_sent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "id"], name="letters_of_a_thread"),
            models.Index(
                fields=["written_at"], name="letters_unsent", condition=models.Q(sent_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"
