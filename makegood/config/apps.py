"""Registers the configuration: system checks, and the reactions that follow from events."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Last in INSTALLED_APPS, so everything it connects exists."""

    name = "makegood.config"
    label = "config"

    def ready(self) -> None:
        """Register the system checks, and connect the one table of reactions to the events."""
        from makegood import reactions
        from makegood.config import checks  # noqa: F401  importing registers them

        reactions.connect()
