"""Registers the notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.notifications"
    label = "notifications"
