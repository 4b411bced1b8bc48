"""Statutes above the policy: their texts, and for which countries they were switched on or off."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from makegood.audit.append_only import append_only


class StatuteVersion(models.Model):
    """The text of a statute as a policy document, word for word; immutable, because decisions cite it."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="statute_version_kept_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class StatuteSwitch(models.Model):
    """Somebody asks to have a statute on, or off, for customers in some countries (ISO 3166)."""

    statute = models.ForeignKey(StatuteVersion, on_delete=models.PROTECT, related_name="switches")
    countries = ArrayField(models.CharField(max_length=2))
    is_on = models.BooleanField()
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_switch_has_a_reason"),
            models.CheckConstraint(condition=~models.Q(countries=[]), name="a_switch_has_countries"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.statute} {'on' if self.is_on else 'off'}: {', '.join(self.countries)}"


class StatuteReply(models.Model):
    """What the second person said of a switch; never the person who asked for it."""

    switch = models.OneToOneField(StatuteSwitch, on_delete=models.PROTECT, related_name="reply")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed=True) | ~models.Q(reason=""), name="against_a_switch_has_a_reason"
            )
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="who_switches_does_not_agree",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM refund_requests_statuteswitch
                               WHERE id = NEW.switch_id AND author_id = NEW.author_id) THEN
                        RAISE EXCEPTION 'who asks for a switch cannot agree to it'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'who_switches_does_not_agree';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.switch}: {'agreed' if self.agreed else 'refused'}"
