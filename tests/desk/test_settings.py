"""The page of settings: values in words, secrets never, and what changed from one start to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from pytest_django import Settings

from makegood.audit.actors import System
from makegood.audit.keeping_settings import keep_settings
from makegood.audit.setting import Setting
from makegood.config.starting import keep_settings_of_the_web
from tests.desk.conftest import Desk
from tests.people import NOON, aud, ola

pytestmark = pytest.mark.django_db


def page(at_desk: Desk) -> str:
    response = at_desk(aud()).get("/desk/settings/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def setting(name: str, kept: str, *, secret: bool = False) -> Setting:
    return Setting(name, "…", False, secret, True, "" if secret else kept, kept)


def test_every_setting_stands_there_with_its_meaning_and_value(at_desk: Desk) -> None:
    body = page(at_desk)
    for each in settings.MAKEGOOD_SETTINGS:
        assert f"<code>{each.name}</code>" in body
    assert "<bdi>Northwind Mail</bdi>" in body
    assert 'Time zone of the desk <span class="table__sub"><code>MAKEGOOD_DESK_ZONE' in body
    assert '<bdi>5</bdi> <span class="table__sub">the default</span>' in body


def test_no_secret_stands_there(at_desk: Desk) -> None:
    body = page(at_desk)
    hidden = [settings.SECRET_KEY, settings.MAKEGOOD_SANDBOX_SECRET, settings.MAKEGOOD_HANDOVER_SECRET]
    hidden += settings.MAKEGOOD_TRACKER_SECRETS.values()
    for each in hidden:
        assert each
        assert each[:12] not in body
    marks = [each.kept for each in settings.MAKEGOOD_SETTINGS if each.secret and each.is_set]
    assert marks
    assert not any(mark in body for mark in marks)


def test_what_changed_stands_there_newest_first(at_desk: Desk) -> None:
    assert "They are recorded at the next start." in page(at_desk)
    for number, (days, password) in enumerate([("10", "a"), ("12", "a"), ("12", "b")]):
        told = [setting("DAYS", days), setting("PASSWORD", password, secret=True)]
        keep_settings(told, by=System("web"), at=NOON + timedelta(hours=number))
        if number == 0:
            assert "Nothing has changed since" in page(at_desk)
    body = page(at_desk)
    assert "DAYS: <s>10</s> <b>12</b>" in body
    assert "PASSWORD: <s>set</s> <b>set to another value</b>" in body
    assert body.index("Settings changed: PASSWORD") < body.index("Settings changed: DAYS")


def test_a_web_process_records_what_changed_and_the_audit_finds_it(at_desk: Desk, settings: Settings) -> None:
    settings.MAKEGOOD_SETTINGS = [setting("DAYS", "10")]
    keep_settings(settings.MAKEGOOD_SETTINGS, by=System("worker"), at=NOON)
    settings.MAKEGOOD_SETTINGS = [setting("DAYS", "12")]
    keep_settings_of_the_web()
    body = at_desk(ola()).get("/desk/events/", {"what": "settings"}).content.decode()
    assert "Settings changed: DAYS" in body
    assert "settings.changed" in body
