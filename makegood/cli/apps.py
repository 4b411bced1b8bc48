"""Registers the cli app."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.cli"
    label = "cli"
