"""Registers the desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.desk"
    label = "desk"
