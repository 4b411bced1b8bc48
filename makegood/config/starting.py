"""What a web process does once when it starts, beside serving."""

from __future__ import annotations

import logging
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from makegood.audit.actors import System
from makegood.audit.keeping_settings import keep_settings

log = logging.getLogger(__name__)


def keep_settings_meanwhile() -> None:
    """Record what changed in the settings, in a thread: pages need not wait for a database that is slow."""
    Thread(target=_meanwhile, name="keep-settings", daemon=True).start()


def keep_settings_of_the_web() -> None:
    """Record what changed; where the database cannot be written now, the next start does."""
    try:
        keep_settings(settings.MAKEGOOD_SETTINGS, by=System("web"), at=timezone.now())
    except DatabaseError:
        log.warning("What changed in the settings was not recorded; the next start does.", exc_info=True)


def _meanwhile() -> None:
    try:
        keep_settings_of_the_web()
    finally:
        connection.close()  # the thread ends, and nobody else would use it
