"""A published version of the vendor's policy, and its translations, kept word for word."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject

from makegood.audit.append_only import append_only


class PolicyVersions(models.QuerySet["PolicyVersion"]):
    """The versions."""

    def with_languages(self) -> PolicyVersions:
        """The versions with what `translated` tells read along, so that no page asks for each of them."""
        return self.annotate(described_translations=translations_of("pk"))


def translations_of(version: str) -> ArraySubquery:
    """What `with_languages` reads along, for rows that have the id of a version under that path."""
    rows = PolicyTranslation.objects.filter(version=models.OuterRef(version))
    return ArraySubquery(rows.values(described=JSONObject(language="language", sha256="sha256")))


class PolicyVersion(models.Model):
    """The document as published; immutable, because decisions cite it for years."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    objects = PolicyVersions.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="policy_version_published_once"),
            models.UniqueConstraint(fields=["name", "in_force_from"], name="policy_in_force_from_one_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def translated(self) -> Mapping[str, str]:
        """Language (ISO 639) → hash of each translation. A query, unless `with_languages` read it."""
        if "described_translations" in vars(self):
            return {each["language"]: each["sha256"] for each in vars(self)["described_translations"]}
        return {each.language: each.sha256 for each in self.translations.all()}


class _Described(models.Manager["PolicyTranslation"]):
    """Leaves the texts in the database until one is read: pages mostly ask which languages there are."""

    def get_queryset(self) -> models.QuerySet[PolicyTranslation]:
        return super().get_queryset().defer("text")


class PolicyTranslation(models.Model):
    """A version in another language than its own: the same rules in other words, immutable as the version.

    `language` is that of the text (ISO 639). The words are for readers; the version's own text decides.
    """

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(max_length=12)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    objects = _Described()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="policy_translated_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.version}, {self.language}"
