"""The shop is told: signed, under one name however often, in order, and for three days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import ProgrammingError, transaction
from standardwebhooks import Webhook, WebhookVerificationError

from makegood.effects import steps, telling
from makegood.effects.models import Effect, Telling
from makegood.effects.shop import Reply, Shop
from makegood.effects.signing import BadSecret, headers_for, key_of
from makegood.effects.states import State
from makegood.refunds.states import State as RefundState
from tests.effects import a_shop, scenes
from tests.effects.scenes import follow, paid, stands
from tests.people import NOON, ago, an_order, finn, later, olena

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQsIHdoaWNoIGlzIGJlaW5nIHVzZWQ="
SECRETS = (a_shop.SECRET,)


@pytest.fixture
def shop() -> Iterator[a_shop.AShop]:
    with a_shop.open_shop() as opened, patch("standardwebhooks.webhooks.datetime") as clock:
        clock.now.side_effect = lambda **_: opened.clock
        clock.fromtimestamp = datetime.fromtimestamp
        yield opened


def connected(shop: a_shop.AShop) -> Shop:
    return Shop(url=shop.url, secrets=SECRETS)


def an_effect() -> Effect:
    order = an_order(olena(), purchased_at=ago(days=21))
    [effect] = follow(paid(scenes.approved_defect(order), order))
    return effect


def ended_and_given_back() -> tuple[Effect, Effect]:
    ended = an_effect()
    [back] = follow(stands(ended.refund, RefundState.BOUNCED))
    return ended, back


def tell(effect: Effect, shop: Shop, *, at: datetime = NOON) -> Effect:
    told = telling.tell(effect.pk, shop=shop, by=scenes.WORKER, at=at)
    assert told is not None
    return told


def answered(effect: Effect, status: int | None, *, at: datetime = NOON) -> Effect:
    """Told to a shop that answers this; None: it does not answer."""
    with patch("makegood.effects.telling.call", return_value=Reply(status, problem="ConnectError")):
        return tell(effect, Shop(url="http://127.0.0.1:9", secrets=SECRETS), at=at)


def test_the_shop_is_told_what_changes_and_says_that_it_is_done(shop: a_shop.AShop) -> None:
    effect = an_effect()
    assert tell(effect, connected(shop)).state == State.CONFIRMED
    [(name, message)] = shop.heard
    assert name == message["data"]["id"] == effect.public_id
    assert message["type"] == "licence.ended"
    assert message["data"]["order"] == effect.order.number
    assert (message["data"]["was"], message["data"]["becomes"]) == ("active", "ended")
    assert "olena" not in str(message).lower()


def test_told_twice_it_has_the_same_name_and_body(shop: a_shop.AShop) -> None:
    effect = an_effect()
    shop.answers = 503
    tell(effect, connected(shop))
    shop.answers = 200
    tell(effect, connected(shop), at=later(minutes=1))
    first, second = shop.heard
    assert first == second


def test_a_shop_that_takes_its_time_confirms_later(shop: a_shop.AShop) -> None:
    shop.answers = 202
    sent = tell(an_effect(), connected(shop))
    assert (sent.state, sent.next_try_at) == (State.SENT, None)
    assert steps.confirm(sent, by=finn(), at=NOON).state == State.CONFIRMED


def test_a_shop_that_will_not_do_it_is_not_asked_again(shop: a_shop.AShop) -> None:
    shop.answers, shop.says = 422, b"There is no such licence."
    refused = tell(an_effect(), connected(shop))
    assert refused.state == State.REFUSED
    assert Telling.objects.get(effect=refused).answer == "There is no such licence."
    assert not telling.due(later(days=2)).exists()
    assert steps.retry(refused, by=finn(), at=NOON).state == State.PLANNED


def test_down_for_a_day_it_is_told_in_order_once_it_is_back(shop: a_shop.AShop) -> None:
    ended, back = ended_and_given_back()
    at = NOON
    while at < later(days=1):
        assert telling.tell(back.pk, shop=connected(shop), by=scenes.WORKER, at=at) is None, "not its turn"
        at = answered(ended, None, at=at).next_try_at or NOON
    assert shop.heard == []
    shop.clock = at
    tell(ended, connected(shop), at=at)
    tell(back, connected(shop), at=at)
    assert shop.told == ["licence.ended", "licence.given_back"]
    assert shop.heard[1][1]["data"]["reverses"] == ended.public_id
    ended.refresh_from_db()
    assert ended.state == State.REVERSED


def test_pauses_grow_and_after_three_days_a_person_is_asked() -> None:
    effect, at, pauses = an_effect(), NOON, list[timedelta]()
    while True:
        told = answered(effect, 500, at=at)
        if told.next_try_at is None:
            break
        pauses.append(told.next_try_at - at)
        at = told.next_try_at
    assert told.state == State.UNDELIVERED
    assert timedelta(days=3) <= at - NOON < timedelta(days=3, hours=6)
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)
    assert pauses[-1] == timedelta(hours=6)
    assert len(pauses) < 30


@pytest.mark.parametrize("status", [None, 301, 302, 307, 400, 401, 404, 410, 429, 500, 503])
def test_what_is_no_clear_answer_is_asked_again(status: int | None) -> None:
    told = answered(an_effect(), status)
    assert (told.state, told.next_try_at) == (State.PLANNED, NOON + timedelta(seconds=5))


def test_redirects_are_not_followed(shop: a_shop.AShop) -> None:
    shop.answers, shop.headers = 307, {"Location": shop.url}
    tell(an_effect(), connected(shop))
    assert len(shop.heard) == 1


def test_the_first_kilobyte_of_an_answer_is_kept(shop: a_shop.AShop) -> None:
    shop.answers, shop.says = 500, b"\x00\xff" + b"x" * 100_000
    effect = an_effect()
    tell(effect, connected(shop))
    assert Telling.objects.get(effect=effect).answer == "\ufffd\ufffd" + "x" * 1022


def test_nobody_listening_is_no_answer() -> None:
    effect = an_effect()
    tell(effect, Shop(url="http://127.0.0.1:9/", secrets=SECRETS))
    assert Telling.objects.get(effect=effect).problem == "ConnectError"


def test_two_workers_tell_it_once() -> None:
    effect = an_effect()
    Effect.objects.filter(pk=effect.pk).update(busy_until=later(minutes=1))
    assert telling.tell(effect.pk, shop=Shop(), by=scenes.WORKER, at=NOON) is None


def test_nothing_is_told_inside_a_transaction() -> None:
    effect = an_effect()
    with transaction.atomic(), pytest.raises(telling.InsideTransaction):
        telling.tell(effect.pk, shop=Shop(), by=scenes.WORKER, at=NOON)


def test_what_was_told_is_never_changed() -> None:
    effect = an_effect()
    answered(effect, 500)
    with pytest.raises(ProgrammingError, match="Cannot update"):
        Telling.objects.update(answer="")


def test_while_a_secret_is_changed_both_sign() -> None:
    headers = headers_for(
        "effect_1", b"{}", secrets=[OTHER_SECRET, a_shop.SECRET], at=datetime.now().astimezone()
    )
    for secret in (OTHER_SECRET, a_shop.SECRET):
        Webhook(secret).verify(b"{}", dict(headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(b'{"changed":1}', dict(headers))


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "bm90IGEgcmVhbCBzZWNyZXQsIG9ubHk=", "whsec_!"]
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(BadSecret):
        key_of(secret)
