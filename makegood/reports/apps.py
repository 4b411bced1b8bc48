"""Registers the reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.reports"
    label = "reports"

    def ready(self) -> None:
        """Let pgtrigger know what keeps the numbers."""
        from makegood.reports import keeping  # noqa: F401  # imported for what it declares
