"""A policy being written: the text that may become the next version."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models

from makegood.refund_requests.models.policy_version import PolicyVersion
from makegood.refund_requests.proposals.states import OPEN, State


class PolicyProposal(models.Model):
    """A document on its way to be a version.

    `edition` counts how often the text was saved, on from the proposal before, so that nobody writes over
    another's words unseen.
    `saved_by` is the last who wrote, `proposed_by` who asks for it to be published, `version` what it became.
    """

    name = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default=State.WRITING)
    text = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_because = models.TextField(blank=True)
    version = models.OneToOneField(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="proposal"
    )

    class Meta:
        verbose_name = "proposal"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="policy_proposal_one_open_at_a_time",
                condition=models.Q(state__in=sorted(OPEN)),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in State]),
                name="policy_proposal_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.WRITING, State.DROPPED])
                | models.Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="policy_proposal_is_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.PUBLISHED, version__isnull=False)
                | (~models.Q(state=State.PUBLISHED) & models.Q(version__isnull=True)),
                name="policy_proposal_published_is_a_version",
            ),
        ]

    @property
    def sha256(self) -> str:
        """The hash of the text and its translations, in hexadecimal: which texts somebody has read.

        Without translations it is the hash of the text (UTF-8).
        """
        read = hashlib.sha256(self.text.encode())
        for each in sorted(self.translations.all(), key=lambda each: each.language):
            read.update(f"\0{each.language}\0{each.text}".encode())
        return read.hexdigest()

    def __str__(self) -> str:
        return f"{self.name}, proposal {self.pk}"


class ProposedTranslation(models.Model):
    """What a proposal says in another language (ISO 639); its rules must be the same when it is published."""

    proposal = models.ForeignKey(PolicyProposal, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=12)
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "language"], name="policy_proposed_once_a_language"),
        ]

    @property
    def sha256(self) -> str:
        """The hash of the text (UTF-8), in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.proposal}, {self.language}"
