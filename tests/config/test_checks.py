"""What an installation must be like before it serves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.checks import CheckMessage, Tags, run_checks
from django.db import connections
from pytest_django import Settings


@pytest.fixture(autouse=True)
def production(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = settings.DEBUG = False
    settings.SECRET_KEY = "a" * 48
    settings.MAKEGOOD_SITE_URL = "https://refunds.northwind.example"
    settings.DATA_DIR = tmp_path


def found() -> list[str]:
    messages: list[CheckMessage] = run_checks(databases=["default"])
    return [message.id for message in messages if message.id and message.id.startswith("makegood.")]


@pytest.mark.django_db
def test_a_good_installation_is_told_nothing() -> None:
    assert found() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DEMO", True, "makegood.E001"),
        ("DEBUG", True, "makegood.E002"),
        ("SECRET_KEY", "too short", "makegood.E003"),
        ("MAKEGOOD_SITE_URL", "http://refunds.northwind.example", "makegood.W001"),
    ],
)
def test_a_dangerous_setting_is_told(name: str, value: object, told: str, settings: Settings) -> None:
    setattr(settings, name, value)
    assert found() == [told]


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.DATA_DIR = tmp_path / "file" / "under"
    assert found() == ["makegood.E004"]


@pytest.mark.django_db
def test_an_old_postgresql_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].__dict__, "pg_version", 140_005)
    assert [message.id for message in run_checks(tags=[Tags.database], databases=["default"])] == [
        "makegood.E005"
    ]
