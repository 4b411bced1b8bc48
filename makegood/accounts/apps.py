"""Registers the accounts app."""

from django.apps import AppConfig, apps


class AccountsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Learn people's language when they sign in, and that their address is theirs."""
        from makegood.accounts import speaking  # models are not there before

        speaking.listen()
        if apps.is_installed("allauth.account"):  # not where a command works on files alone
            from makegood.accounts import inviting

            inviting.listen()
