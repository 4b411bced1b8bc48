"""What was said and shown in a ticket."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only
from makegood.refund_requests.models.draft import Draft
from makegood.refund_requests.models.refund_request import RefundRequest


class Visibility(models.TextChoices):
    """Who reads a message: both sides, or staff alone."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal note")


class Message(models.Model):
    """One message of the conversation, or an internal note; append-only."""

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility)
    from_staff = models.BooleanField()
    body = models.TextField()
    at = models.DateTimeField()
    form_token = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(body=""), name="message_says_something"),
            models.CheckConstraint(
                condition=models.Q(visibility=Visibility.PUBLIC)
                | models.Q(visibility=Visibility.INTERNAL, from_staff=True),
                name="internal_notes_are_written_by_staff",
            ),
        ]
        indexes = [models.Index(fields=["refund_request", "id"], name="messages_of_a_request")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.refund_request} {self.at:%Y-%m-%d %H:%M}"


class Evidence(models.Model):
    """A picture or PDF as re-encoded by us; the file that was sent is never kept or served.

    `original_sha256` is of the bytes that were sent, to notice the same screenshot in another request.
    """

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="evidence")
    refund_request = models.ForeignKey(
        RefundRequest, null=True, on_delete=models.PROTECT, related_name="evidence"
    )
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="evidence")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=20)
    file = models.FileField(upload_to="evidence/")
    byte_size = models.PositiveBigIntegerField()
    original_sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False, refund_request__isnull=True, message__isnull=True)
                | models.Q(draft__isnull=True, refund_request__isnull=False),
                name="evidence_of_a_draft_or_a_request",
            ),
        ]

    def __str__(self) -> str:
        return self.name
