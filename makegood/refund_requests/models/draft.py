"""A refund form being filled in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What a member has told so far; saved at each step, so that nothing typed is lost.

    `answers` maps a fact of the policy to what the member told; `named_orders` are order numbers in the order
    named, `wanted_orders` those of them to refund. `disputed` maps a fact that our records tell to what the
    member says instead (`says`, `why`). The token becomes the request's `form_token` when sent.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    ground = models.CharField(max_length=40, blank=True)
    named_orders = models.JSONField(default=list)
    wanted_orders = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    disputed = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-saved_at"], name="drafts_of_a_member")]

    def __str__(self) -> str:
        return f"Draft {self.token}"
