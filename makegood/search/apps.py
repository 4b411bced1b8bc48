"""Registers the search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.search"
    label = "search"

    def ready(self) -> None:
        """Let pgtrigger know what keeps the entries."""
        from makegood.search import keeping  # noqa: F401  # imported for what it declares
