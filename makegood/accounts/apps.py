"""Registers the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Learn people's language when they sign in."""
        from makegood.accounts import speaking  # models are not there before

        speaking.listen()
