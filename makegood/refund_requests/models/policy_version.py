"""A published version of the vendor's policy, kept word for word."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.audit.append_only import append_only


class PolicyVersion(models.Model):
    """The document as published; immutable, because decisions cite it for years."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="policy_version_published_once"),
            models.UniqueConstraint(fields=["name", "in_force_from"], name="policy_in_force_from_one_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
