"""What must be true of an installation before it serves; Django runs these before every command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "testserver"})
OLDEST_POSTGRES = 150_000
SHORTEST_KEY = 32


@register(Tags.security)
def a_demo_stays_on_this_machine(**_: Any) -> Iterable[CheckMessage]:
    """The demo's passwords are public and it shows every letter at /dev/mail."""
    if settings.DEMO and urlsplit(settings.MAKEGOOD_SITE_URL).hostname not in LOOPBACK:
        yield Error(
            "MAKEGOOD_DEMO is on, and MAKEGOOD_SITE_URL is not an address of this machine alone.",
            hint="Turn MAKEGOOD_DEMO off: a demo has public passwords and shows all its letters.",
            id="makegood.E001",
        )


@register(Tags.security)
def an_installation_shows_no_source(**_: Any) -> Iterable[CheckMessage]:
    """A page of an error with DEBUG shows source and settings to whoever caused it."""
    if settings.DEBUG and not settings.DEMO:
        yield Error("MAKEGOOD_DEBUG is on outside a demo.", hint="Turn it off.", id="makegood.E002")


@register(Tags.security)
def the_secret_key_is_long(**_: Any) -> Iterable[CheckMessage]:
    """Sessions and reset links are signed with it."""
    if not settings.DEMO and len(settings.SECRET_KEY) < SHORTEST_KEY:
        yield Error(
            f"MAKEGOOD_SECRET_KEY is shorter than {SHORTEST_KEY} characters.",
            hint="python3 -c 'import secrets; print(secrets.token_urlsafe(48))' prints a good one.",
            id="makegood.E003",
        )


@register(Tags.security)
def people_reach_it_over_tls(**_: Any) -> Iterable[CheckMessage]:
    """Without TLS, cookies and evidence can be read on the way."""
    site = urlsplit(settings.MAKEGOOD_SITE_URL)
    if site.scheme != "https" and site.hostname not in LOOPBACK:
        yield checks.Warning(
            "MAKEGOOD_SITE_URL begins with http://, so cookies and evidence travel unencrypted.",
            hint="Put a proxy with TLS before it; docs/install.md shows how.",
            id="makegood.W001",
        )


@register(Tags.files)
def files_can_be_written(**_: Any) -> Iterable[CheckMessage]:
    """Evidence that cannot be stored would be lost at the moment a customer sends it."""
    existing = _nearest_existing(settings.DATA_DIR)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        yield Error(
            f"MAKEGOOD_DATA_DIR is {settings.DATA_DIR}, where this user cannot write files.",
            id="makegood.E004",
        )


@register(Tags.database)
def postgres_is_new_enough(databases: Sequence[str] | None = None, **_: Any) -> Iterable[CheckMessage]:
    """Constraints that treat NULLs as equal came with PostgreSQL 15."""
    for alias in databases or []:
        connection = connections[alias]
        connection.ensure_connection()
        if connection.pg_version < OLDEST_POSTGRES:  # type: ignore[attr-defined]
            yield Error("PostgreSQL 15 or newer is needed.", id="makegood.E005")


def _nearest_existing(path: Path) -> Path:
    return next(each for each in [path, *path.parents] if each.exists())
