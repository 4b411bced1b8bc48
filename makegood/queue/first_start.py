"""What must be there before the first request comes in: a calendar to promise by."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections
from django.utils import timezone

from makegood.queue import calendars
from makegood.queue.models import Calendar, CalendarEdition


def make_the_first_calendar(sender: AppConfig, *, using: str, **_signal: object) -> None:
    """After each migration: the calendar of the settings, unless one is in use."""
    needed = {model._meta.db_table for model in (Calendar, CalendarEdition)}
    # Migrated back to before the calendars, there is nothing to write to.
    if needed <= set(connections[using].introspection.table_names()):
        calendars.begin_once(at=timezone.now())
