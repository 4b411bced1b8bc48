"""Events are written with the change and never altered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from makegood.accounts.models import User
from makegood.audit.actions import SENTENCES, Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.audit.recording import OutsideTransaction, record

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def event(transactional_db: None) -> Event:
    olena = User.objects.create_user("olena@example.com", name="Olena Shevchenko")
    with transaction.atomic():
        return record(Action.ROLE_GRANTED, subject=olena, by=System("a test"), at=AT, role="owner")


def test_an_event_cannot_be_changed(event: Event) -> None:
    event.action = Action.ROLE_REVOKED
    with pytest.raises(DatabaseError, match="Cannot update"):
        event.save()


def test_an_event_cannot_be_deleted(event: Event) -> None:
    with pytest.raises(DatabaseError, match="delete rows"):
        event.delete()


def test_the_events_cannot_be_truncated(event: Event) -> None:
    with pytest.raises(DatabaseError, match="Cannot truncate"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_event CASCADE")


def test_an_event_outside_a_transaction_is_refused(event: Event) -> None:
    olena = User.objects.get()
    with pytest.raises(OutsideTransaction):
        record(Action.ROLE_GRANTED, subject=olena, by=System("a test"), at=AT, role="owner")


def test_an_event_reads_as_a_sentence(event: Event) -> None:
    assert event.sentence == "Role granted: owner"


def test_every_action_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Action)
