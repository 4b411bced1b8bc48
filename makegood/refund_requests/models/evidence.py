"""Pictures and files of a form, a message and a request: those kept, and those on their way."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from makegood.refund_requests.models.conversation import Message
from makegood.refund_requests.models.draft import Draft
from makegood.refund_requests.models.refund_request import RefundRequest


class Evidence(models.Model):
    """A picture or PDF as re-encoded by us; the file that was sent is never kept or served.

    `original_sha256` is of the bytes that were sent, to notice the same screenshot in another request.
    `unsent_in` is the request in which somebody, its member or of the desk, writes a message and has not sent
    it; until then only the writer sees it. `place` orders the pictures of a form. `thumbnails` counts the
    small pictures, one a page, that lie beside `file`; 0 where there are none.
    """

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="evidence")
    unsent_in = models.ForeignKey(
        RefundRequest, null=True, on_delete=models.PROTECT, related_name="unsent_evidence"
    )
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
    thumbnails = models.PositiveSmallIntegerField(default=0, db_default=0)
    place = models.PositiveIntegerField(default=0, db_default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    draft__isnull=False,
                    unsent_in__isnull=True,
                    refund_request__isnull=True,
                    message__isnull=True,
                )
                | Q(
                    draft__isnull=True,
                    unsent_in__isnull=False,
                    refund_request__isnull=True,
                    message__isnull=True,
                )
                | Q(draft__isnull=True, unsent_in__isnull=True, refund_request__isnull=False),
                name="evidence_belongs_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def thumbnail_name(self, page: int) -> str:
        """Where the storage keeps the small picture of a page, counted from 1."""
        return f"thumbnails/{Path(str(self.file.name)).stem}-{page}.webp"


class UploadState(models.TextChoices):
    """How far a file on its way is."""

    RECEIVING = "receiving", "Receiving"
    CHECKING = "checking", "Checking"
    REFUSED = "refused", "Refused"


class Upload(models.Model):
    """A file on its way to become evidence of a form, or of a message that its member is writing.

    `received` bytes of `size` have arrived; they lie in `settings.UPLOADS_ROOT` and are never served.
    `modified` is when the file was changed on its owner's device, as they told (milliseconds; 0: not told),
    to know it again. `refusal` says why it was refused, with the number `room`. Once it is evidence, the row
    is gone.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="uploads")
    refund_request = models.ForeignKey(
        RefundRequest, null=True, on_delete=models.CASCADE, related_name="uploads"
    )
    name = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    modified = models.PositiveBigIntegerField(default=0)
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVING)
    refusal = models.CharField(max_length=20, blank=True)
    room = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, refund_request__isnull=True)
                | Q(draft__isnull=True, refund_request__isnull=False),
                name="upload_of_a_draft_or_a_request",
            ),
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=UploadState.RECEIVING, received__lt=F("size"))
                | (~Q(state=UploadState.RECEIVING) & Q(received=F("size"))),
                name="upload_is_checked_when_complete",
            ),
            models.CheckConstraint(
                condition=Q(state=UploadState.REFUSED) & ~Q(refusal="")
                | ~Q(state=UploadState.REFUSED) & Q(refusal=""),
                name="upload_refused_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "touched_at"], name="uploads_left_alone")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes lie that have arrived."""
        return Path(settings.UPLOADS_ROOT) / f"{self.token}.part"
