"""Registers the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.accounts"
    label = "accounts"
