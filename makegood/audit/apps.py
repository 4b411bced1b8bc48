"""Registers the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The events."""

    name = "makegood.audit"
    label = "audit"
