"""Registers the queue app, and makes the first calendar at the first start."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QueueConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.queue"
    label = "queue"

    def ready(self) -> None:
        """Once the tables are there, there is a calendar to promise by."""
        from makegood.queue.first_start import make_the_first_calendar

        post_migrate.connect(make_the_first_calendar, sender=self)
