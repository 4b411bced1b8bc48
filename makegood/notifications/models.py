"""Letters: every message that leaves by mail, kept as it was written; and who is answered or left alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from makegood.audit.models import Event


class Trouble(models.TextChoices):
    """What a mail server told of a letter that did not arrive; most letters are never told of."""

    DELAYED = "delayed", "not arrived yet"
    BOUNCED = "bounced", "could not be delivered"


class Letter(models.Model):
    """One mail to one person about one event; writing it twice is the same letter.

    `sent_at` is None until a mail server has taken it. `claimed_at` is when a worker last began to send it;
    None when none did, or it failed. `to_email` is the address it was written to. `thread` is the reference
    of the request; empty when it belongs to none. `trouble` is empty while nobody told of any; with it come
    the status of RFC 3463 (`5.1.1`), what the mail server said, and when we learned it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    to_email = models.EmailField()
    thread = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    written_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=10, choices=Trouble, blank=True, default="", db_default="")
    trouble_status = models.CharField(max_length=12, blank=True, default="", db_default="")
    trouble_said = models.CharField(max_length=300, blank=True, default="", db_default="")
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trouble="", trouble_at__isnull=True)
                | models.Q(trouble__in=Trouble.values, trouble_at__isnull=False),
                name="letter_trouble_known_since",
            ),
            models.UniqueConstraint(fields=["event", "kind", "recipient"], name="letter_written_once"),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(claimed_at__isnull=False),
                name="letter_sent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "id"], name="letters_of_a_thread"),
            models.Index(
                fields=["written_at"], name="letters_unsent", condition=models.Q(sent_at__isnull=True)
            ),
            models.Index(fields=["recipient", "-id"], name="letters_to_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"


class Topic(models.TextChoices):
    """A kind of letters that a person can do without; everything else they are owed."""

    TRIALS = "trials", "Reminders of free trials"


class Unsubscribed(models.Model):
    """A person who does not want the letters of one topic."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsubscribed"
    )
    topic = models.CharField(max_length=20, choices=Topic)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="unsubscribed_once_from_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.topic}"


class AutomaticAnswer(models.Model):
    """One answer to mail that was sent to the desk; `sender` is a keyed digest, so that no address is kept.

    The unique pair is what keeps two answering machines from writing to each other for ever.
    """

    sender = models.CharField(max_length=64)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "day"], name="sender_answered_once_a_day")]
        indexes = [models.Index(fields=["at"], name="answers_by_time")]

    def __str__(self) -> str:
        return f"{self.day}"
