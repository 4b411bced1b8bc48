"""Migrations beside a program that runs: it goes on writing, and waits for them only a moment."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from makegood.cli.management.commands import migrate
from tests.at_once import at_once


def _ours() -> list[Migration]:
    """The migrations of our own apps."""
    loader = MigrationLoader(None)
    labels = {app.label for app in apps.get_app_configs() if app.name.startswith("makegood.")}
    return [migration for key, migration in sorted(loader.disk_migrations.items()) if key[0] in labels]


def _added_later(migration: Migration) -> Iterator[AddField]:
    """The fields that it adds to tables which other migrations made."""
    made = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    for operation in migration.operations:
        if isinstance(operation, AddField) and operation.model_name_lower not in made:
            yield operation


def test_rows_can_still_be_made_by_the_program_before_the_migration() -> None:
    added = [(str(migration), field) for migration in _ours() for field in _added_later(migration)]
    assert added
    needed = [
        f"{migration}: {added_field.model_name}.{added_field.name}"
        for migration, added_field in added
        if not added_field.field.null and added_field.field.db_default is NOT_PROVIDED
    ]
    assert needed == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_up_soon_when_a_table_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LONGEST_WAIT", "200ms")
    in_use, tried = Event(), Event()

    def reading() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM notifications_letter LIMIT 1")
            in_use.set()
            tried.wait(timeout=3)

    def migrating() -> None:
        in_use.wait(timeout=10)
        try:
            call_command("migrate", "notifications", "0001", verbosity=0)
        finally:
            tried.set()

    try:
        (refused,) = at_once(reading, migrating)
        assert isinstance(refused, CommandError)
        assert "is in use" in str(refused)
    finally:
        call_command("migrate", "notifications", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
