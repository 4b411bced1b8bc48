"""Registers the api app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.api"
    label = "api"
