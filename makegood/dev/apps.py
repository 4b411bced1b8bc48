"""Registers the dev app."""

from django.apps import AppConfig


class DevConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.dev"
    label = "dev"
