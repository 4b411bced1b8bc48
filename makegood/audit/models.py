"""The event: one append-only row for each thing that happened; and the settings of the last start."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from makegood.audit.actions import SENTENCES, Action
from makegood.audit.append_only import append_only


class Event(models.Model):
    """One thing that happened to one subject, written in the transaction that made it happen.

    `thread` gathers the events of one refund request, whichever aggregate they happened to; empty when none.
    `details` holds what the sentence of the action needs; no personal data goes in it, so that erasing a
    person never has to touch an event.
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    thread = models.CharField(max_length=40, blank=True)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_part = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["thread", "id"], name="event_by_thread", condition=~models.Q(thread="")),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_by_subject"),
            models.Index(fields=["action", "at", "id"], name="event_by_action"),
            models.Index(fields=["actor_id", "action", "at", "id"], name="event_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind="system", actor_id__isnull=True)
                | (~models.Q(actor_kind="system") & models.Q(actor_id__isnull=False)),
                name="event_actor_is_a_person_or_the_system",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject_kind} {self.subject_id}"

    @property
    def sentence(self) -> str:
        """What happened, in words a member can read."""
        return self.sentence_with({})

    def sentence_with(self, words: Mapping[str, object]) -> str:
        """The same, with `words` in place of what was recorded: the name of a role instead of its code."""
        return str(SENTENCES[Action(self.action)]).format_map(_Details({**self.details, **words}))


class KeptSettings(models.Model):
    """The one row that tells what the settings were when they last changed; `values` is by name.

    Of a secret it holds a keyed hash, which tells that it changed and nothing else.
    """

    values = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="settings_are_kept_once"),
        ]

    def __str__(self) -> str:
        return f"the settings since {self.at:%Y-%m-%d %H:%M:%S}"


class _Details(dict[str, object]):
    """A detail that an old event did not record yet reads as a dash, so that history stays readable."""

    def __missing__(self, key: str) -> str:
        return "–"
