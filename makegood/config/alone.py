"""Settings of a command that works on files alone: no database, no site, and no environment."""

from __future__ import annotations

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "pgtrigger",
    "makegood.audit.apps.AuditConfig",
    "makegood.accounts.apps.AccountsConfig",
    "makegood.orders.apps.OrdersConfig",
    "makegood.cli.apps.CliConfig",
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DATABASES: dict[str, dict[str, str]] = {}
LOGGING_CONFIG = None
