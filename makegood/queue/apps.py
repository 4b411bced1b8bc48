"""Registers the queue app."""

from django.apps import AppConfig


class QueueConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.queue"
    label = "queue"
