"""What was said in a ticket."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only, words_only
from makegood.refund_requests.models.refund_request import MEMBER_OF_THE_REQUEST, RefundRequest


class Visibility(models.TextChoices):
    """Who reads a message: both sides, or staff alone."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal note")


class Message(models.Model):
    """One message of the conversation, or an internal note; append-only, but for an erased person's words."""

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
        triggers = append_only(erasable={"body": words_only("body")}, about=MEMBER_OF_THE_REQUEST)

    def __str__(self) -> str:
        return f"{self.refund_request} {self.at:%Y-%m-%d %H:%M}"
