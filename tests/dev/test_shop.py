"""The shop of the demo: takes what is signed for it, once, and shows it to whoever looks."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from makegood.effects.shop import Shop
from makegood.effects.signing import headers_for
from makegood.effects.telling import message_of
from tests.effects import a_shop, scenes
from tests.effects.scenes import follow, paid

pytestmark = pytest.mark.django_db
OTHER_SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQsIHdoaWNoIGlzIGJlaW5nIHVzZWQ="


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.MAKEGOOD_SHOP = Shop(url="http://testserver/dev/shop/effects", secrets=(a_shop.SECRET,))
    return tmp_path / "shop"


def tell(client: Client, *, secret: str = a_shop.SECRET, minutes_ago: int = 0) -> int:
    """What the worker sends of a renewal that was refunded."""
    _, renewal = scenes.a_subscription()
    _, effect = follow(paid(scenes.approved_renewal(renewal), renewal))
    body = json.dumps(message_of(effect)).encode()
    at = timezone.now() - timedelta(minutes=minutes_ago)
    headers = headers_for(effect.public_id, body, secrets=[secret], at=at)
    [status] = {_post(client, body, dict(headers)) for _ in range(2)}
    return status


def _post(client: Client, body: bytes, headers: dict[str, str]) -> int:
    address = "/dev/shop/effects"
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def test_it_shows_what_it_was_told_once(client: Client, folder: Path) -> None:
    assert "The shop was told nothing yet" in client.get("/dev/shop").content.decode()
    assert tell(client) == 204
    page = client.get("/dev/shop").content.decode()
    assert page.count("end.moved_back") == 1
    assert "2026-12-02" in page
    assert "2026-11-02" in page
    assert len(list(folder.iterdir())) == 1


def test_what_another_signed_is_not_taken(client: Client, folder: Path) -> None:
    assert tell(client, secret=OTHER_SECRET) == 401
    assert not folder.exists()


def test_what_was_signed_long_ago_is_not_taken(client: Client, folder: Path) -> None:
    assert tell(client, minutes_ago=6) == 401
    assert not folder.exists()


def test_outside_the_demo_there_is_no_shop(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    assert client.get("/dev/shop").status_code == 404
    assert client.post("/dev/shop/effects").status_code == 404
