"""Requests that belong together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.models.refund_request import RefundRequest


class LinkKind(models.TextChoices):
    """How two requests belong together."""

    AGAIN = "again", _("asks for the same again")
    RELATED = "related", _("has to do with it")


class RequestLink(models.Model):
    """Two requests that belong together, `one` being the older; once it ended it stays as history.

    Staff alone see it; nothing is decided by it.
    """

    one = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LinkKind)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="linked_requests_are_two_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LinkKind.values), name="request_link_kind_known"
            ),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=models.Q(ended_at__isnull=True),
                name="two_requests_are_linked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} {self.other}: {self.kind}"
