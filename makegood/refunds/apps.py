"""Registers the refunds app."""

from django.apps import AppConfig


class RefundsConfig(AppConfig):
    """Money going back."""

    name = "makegood.refunds"
    label = "refunds"
