"""The settings of a test run. `python -m tests.environment COMMAND …` runs one that needs no database."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VAR = PROJECT / "var" / "test"
NO_DATABASE = "postgresql://nobody@localhost:9/none"


def settings(*, database_url: str, run: str) -> dict[str, str]:
    """The environment variables of the test run called `run`."""
    return {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "makegood.config.settings",
        "MAKEGOOD_ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "MAKEGOOD_DATA_DIR": str(VAR / f"data-{run}"),
        "MAKEGOOD_DEBUG": "true",
        "MAKEGOOD_DEMO": "true",
        "MAKEGOOD_DESK_COUNTRY": "UA",
        "MAKEGOOD_DESK_ZONE": "Europe/Kyiv",
        "MAKEGOOD_EMAIL_FROM": "refunds@northwind.example",
        "MAKEGOOD_EMAIL_URL": "memory://",
        "MAKEGOOD_HANDOVER_SECRET": "shared by the shop and the desk of the tests, and nobody else",
        "MAKEGOOD_LOG_LEVEL": "WARNING",
        "MAKEGOOD_SANDBOX_SECRET": "sandbox key of the tests",
        "MAKEGOOD_SANDBOX_URL": "http://127.0.0.1:9",
        "MAKEGOOD_SANDBOX_WEBHOOK_SECRET": "sandbox webhook key of the tests",
        "MAKEGOOD_SECRET_KEY": "only for tests, never used to serve",
        "MAKEGOOD_SHOP_TOKEN": "known-to-the-shop-and-to-the-desk-of-the-tests",
        "MAKEGOOD_SEPA_BIC": "COBADEFFXXX",
        "MAKEGOOD_SEPA_IBAN": "DE89 3704 0044 0532 0130 00",
        "MAKEGOOD_SEPA_NAME": "Northwind Mail GmbH",
        "MAKEGOOD_SITE_URL": "http://testserver",
        "MAKEGOOD_TRACKER_GITHUB_SECRET": "known to GitHub and to the desk of the tests",
        "MAKEGOOD_TRACKER_GITLAB_SECRET": "whsec_a25vd24gdG8gR2l0TGFiIGFuZCB0byB0aGUgdGVzdHM=",
        "MAKEGOOD_TRACKER_JIRA_SECRET": "known to Jira and to the desk of the tests",
        "MAKEGOOD_VENDOR": "Northwind Mail",
    }


if __name__ == "__main__":
    quiet = {"PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history"}
    without = settings(database_url=NO_DATABASE, run="none")
    os.execvpe(sys.argv[1], sys.argv[1:], {**os.environ, **without, **quiet})  # noqa: S606
