"""Registers the orders app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.orders"
    label = "orders"
