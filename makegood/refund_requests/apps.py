"""Registers the refund_requests app."""

from django.apps import AppConfig


class RefundRequestsConfig(AppConfig):
    """See ARCHITECTURE.md for what lives here."""

    name = "makegood.refund_requests"
    label = "refund_requests"
