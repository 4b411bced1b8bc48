"""Registers the members app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.members"
    label = "members"
