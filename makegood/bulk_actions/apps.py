"""Registers the app."""

from django.apps import AppConfig


class BulkActionsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.bulk_actions"
    label = "bulk_actions"
