"""The shop asks what changed, and says what became of it; whoever has no token learns and changes nothing."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from makegood.effects import asking
from makegood.effects.models import Effect
from makegood.effects.shop import Shop
from makegood.effects.states import State
from makegood.refunds.states import State as RefundState
from tests.effects import scenes
from tests.effects.scenes import follow, paid, stands
from tests.people import ago, an_order, olena

pytestmark = pytest.mark.django_db

TOKEN = "a token of the tests, long enough to hold"
OLD = "the token before that one, being changed now"


@pytest.fixture(autouse=True)
def _connected(settings: Any) -> None:
    settings.MAKEGOOD_SHOP = Shop(tokens=(TOKEN, OLD))


def ask(client: Client, after: int | str | None = None, *, token: str = TOKEN) -> Any:
    query = {} if after is None else {"after": after}
    return client.get("/api/effects", query, headers={"Authorization": f"Bearer {token}"})


def say(client: Client, effect: Effect, outcome: str = "done", *, token: str = TOKEN) -> Any:
    return say_raw(client, effect.public_id, f'{{"outcome": "{outcome}"}}', token=token)


def say_raw(client: Client, name: str, body: str, *, token: str = TOKEN) -> Any:
    return client.post(
        f"/api/effects/{name}/confirm",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def an_effect() -> Effect:
    order = an_order(olena(), purchased_at=ago(days=21))
    [effect] = follow(paid(scenes.approved_defect(order), order))
    return effect


def told(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = answer.json()
    return read


def state_of(effect: Effect) -> str:
    return Effect.objects.get(pk=effect.pk).state


def test_the_shop_reads_what_changed(client: Client) -> None:
    effect = an_effect()
    answer = told(ask(client))
    [one] = answer["effects"]
    assert (one["data"]["id"], one["type"], one["state"]) == (effect.public_id, "licence.ended", "planned")
    assert (answer["after"], answer["more"]) == (1, False)
    assert told(ask(client, 1)) == {"effects": [], "after": 1, "more": False}


def test_pages_follow_one_another(client: Client) -> None:
    _, renewal = scenes.a_subscription()
    follow(paid(scenes.approved_renewal(renewal), renewal))
    with patch.object(asking, "AT_ONCE", 1):
        first = told(ask(client))
        second = told(ask(client, first["after"]))
    assert [first["more"], second["more"]] == [True, False]
    assert [page["effects"][0]["type"] for page in (first, second)] == ["auto_renewal.off", "end.moved_back"]


def test_what_only_a_person_can_say_is_not_told_yet(client: Client) -> None:
    _, renewal = scenes.a_subscription(told=False)
    _, unclear = follow(paid(scenes.approved_renewal(renewal), renewal))
    assert [each["type"] for each in told(ask(client))["effects"]] == ["auto_renewal.off"]
    assert say(client, unclear).status_code == 404


def test_it_is_confirmed_however_often_it_is_said(client: Client) -> None:
    effect = an_effect()
    first, second = say(client, effect), say(client, effect)
    assert (first.status_code, told(first)["state"]) == (200, "confirmed")
    assert told(first) == told(second)
    assert state_of(effect) == State.CONFIRMED


def test_what_is_done_is_not_refused_afterwards(client: Client) -> None:
    effect = an_effect()
    say(client, effect)
    assert say(client, effect, "refused").status_code == 409
    assert state_of(effect) == State.CONFIRMED


def test_a_refusal_waits_for_a_person(client: Client) -> None:
    effect = an_effect()
    assert told(say(client, effect, "refused"))["state"] == "refused"
    assert say(client, effect, "refused").status_code == 200


def test_a_reversal_is_not_confirmed_before_what_it_reverses(client: Client) -> None:
    effect = an_effect()
    [back] = follow(stands(effect.refund, RefundState.BOUNCED))
    answer = say(client, back)
    assert (answer.status_code, told(answer)["error"]) == (
        409,
        "Change 1 of the same licence is still open and comes first.",
    )
    assert say(client, effect).status_code == 200
    assert say(client, back).status_code == 200
    assert state_of(effect) == State.REVERSED


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "ключ"])
def test_a_forged_confirm_is_refused(client: Client, token: str) -> None:
    effect = an_effect()
    assert say(client, effect, token=token.encode().decode("latin-1")).status_code == 401
    assert ask(client, token=token.encode().decode("latin-1")).status_code == 401
    assert state_of(effect) == State.PLANNED


def test_another_scheme_is_no_token(client: Client) -> None:
    assert client.get("/api/effects", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    assert client.get("/api/effects")["WWW-Authenticate"] == "Bearer"


def test_while_a_token_is_changed_both_open(client: Client) -> None:
    assert ask(client, token=OLD).status_code == 200


def test_without_a_token_there_is_nothing_here(client: Client, settings: Any) -> None:
    settings.MAKEGOOD_SHOP = Shop()
    assert ask(client, token="").status_code == 404


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "٣", "9" * 30, ""])
def test_a_number_that_is_none_is_refused(client: Client, after: str) -> None:
    assert ask(client, after).status_code == 400


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '"done"', '{"outcome": "maybe"}', '{"outcome": ["done"]}', "[" * 4000]
)
def test_what_cannot_be_read_changes_nothing(client: Client, body: str) -> None:
    effect = an_effect()
    assert say_raw(client, effect.public_id, body).status_code == 400
    assert state_of(effect) == State.PLANNED


@pytest.mark.parametrize("name", ["effect_", "effect_x", "1", "effect_" + "0" * 32])
def test_there_is_no_such_effect(client: Client, name: str) -> None:
    assert say_raw(client, name, '{"outcome": "done"}').status_code == 404
