"""Registers the defects app."""

from django.apps import AppConfig


class DefectsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.defects"
    label = "defects"
