"""A release comes out on the vendor's day, wherever the server counts its hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pytest_django import Settings

from makegood.audit.actors import System
from makegood.orders.models import Edition
from makegood.orders.publishing import publish
from tests.people import mail_sender

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Kyiv", date(2026, 11, 24)), ("America/New_York", date(2026, 11, 23))]
)
def test_a_release_comes_out_on_the_day_of_the_desk(settings: Settings, zone: str, day: date) -> None:
    settings.MAKEGOOD_DESK_ZONE = zone
    release = publish(
        mail_sender(),
        edition=Edition.TRIAL,
        version="2.2",
        platform="Windows",
        file=BytesIO(b"setup"),
        name="mail-sender.exe",
        by=System("a test"),
        at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    )
    release.refresh_from_db()
    assert release.released_on == day
