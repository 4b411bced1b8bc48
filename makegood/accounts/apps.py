"""Registers the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Learn people's language when they sign in, and that their address is theirs."""
        from makegood.accounts import inviting, speaking  # models are not there before

        speaking.listen()
        inviting.listen()
