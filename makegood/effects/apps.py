"""Registers the effects app."""

from django.apps import AppConfig


class EffectsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.effects"
    label = "effects"
