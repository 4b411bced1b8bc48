"""What docs/effects.md shows to programmers of shops is true: its check and its message."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from makegood.effects.signing import headers_for
from makegood.effects.states import Kind
from makegood.effects.telling import message_of
from tests.effects import a_shop, scenes
from tests.effects.scenes import follow, paid

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "effects.md").read_text("utf-8")


def shown(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(found)


def test_its_check_takes_what_is_genuine_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(shown("python"), names)  # noqa: S102  # the example itself is what is tested
    is_genuine = names["is_genuine"]
    now = timezone.now()
    headers = dict(headers_for("effect_1", b"{}", secrets=[a_shop.SECRET], at=now))
    assert is_genuine(headers, b"{}", a_shop.SECRET)
    assert not is_genuine(headers, b"{ }", a_shop.SECRET)
    assert not is_genuine({**headers, "webhook-id": "effect_2"}, b"{}", a_shop.SECRET)
    long_ago = now - timedelta(minutes=6)
    old = headers_for("effect_1", b"{}", secrets=[a_shop.SECRET], at=long_ago)
    assert not is_genuine(dict(old), b"{}", a_shop.SECRET)


@pytest.mark.django_db
def test_its_message_has_the_fields_that_are_sent() -> None:
    _, renewal = scenes.a_subscription()
    _, effect = follow(paid(scenes.approved_renewal(renewal), renewal))
    sent, example = json.loads(json.dumps(message_of(effect))), json.loads(shown("json"))
    assert sent["type"] == example["type"]
    assert (sent.keys(), sent["data"].keys()) == (example.keys(), example["data"].keys())
    assert sent["data"]["refund"].keys() == example["data"]["refund"].keys()
    assert (sent["data"]["was"], sent["data"]["becomes"]) == ("2026-12-02", "2026-11-02")


def test_it_names_every_kind() -> None:
    assert all(f"`{kind}`" in DOCUMENT for kind in Kind)
