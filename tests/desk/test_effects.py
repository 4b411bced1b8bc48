"""What refunds change at the shop, at the desk: the list, one of them, and what a person can do."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from makegood.effects import steps
from makegood.effects.models import Effect
from makegood.effects.shop import Shop
from makegood.effects.states import State
from makegood.refunds.states import State as RefundState
from tests.desk.conftest import Desk
from tests.effects import scenes
from tests.effects.scenes import follow, paid, stands
from tests.people import NOON, ago, an_order, aud, days_ago, finn, marta, olena, petro

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_hand(settings: Settings) -> None:
    settings.MAKEGOOD_SHOP = Shop()


def an_effect(*, at: datetime = NOON) -> Effect:
    order = an_order(olena(), purchased_at=ago(days=21))
    [effect] = follow(paid(scenes.approved_defect(order), order), at=at)
    return effect


def an_unclear_one() -> Effect:
    _, renewal = scenes.a_subscription(told=False)
    _, unclear = follow(paid(scenes.approved_renewal(renewal), renewal))
    return unclear


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def act(client: Client, effect: Effect, step: str, **typed: str) -> int:
    status: int = client.post(f"/desk/effects/{effect.pk}/{step}/", typed).status_code
    return status


def state_of(effect: Effect) -> str:
    return Effect.objects.get(pk=effect.pk).state


def test_without_a_shop_the_list_says_what_to_do_by_hand(at_desk: Desk) -> None:
    effect, browser = an_effect(), at_desk(petro())
    page = text(browser, "/desk/effects/")
    assert "1 change at the shop needs a person" in page
    assert "Do it at the shop, then say here that it is done." in page
    assert act(browser, effect, "done") == 303
    assert state_of(effect) == State.CONFIRMED
    assert "needs a person" not in text(browser, "/desk/effects/")
    page = text(browser, f"/desk/effects/{effect.pk}/")
    assert f"Changed at the shop: order {effect.order.number}" in page
    assert petro().name in page


def test_with_a_shop_what_goes_by_itself_needs_nobody(at_desk: Desk, settings: Settings) -> None:
    settings.MAKEGOOD_SHOP = Shop(tokens=("x" * 40,))
    effect = an_effect()
    steps.confirm(effect, by=scenes.WORKER, at=NOON)
    assert "needs a person" not in text(at_desk(finn()), "/desk/effects/")


def test_what_the_shop_has_not_done_for_a_day_needs_somebody(at_desk: Desk, settings: Settings) -> None:
    settings.MAKEGOOD_SHOP = Shop(tokens=("x" * 40,))
    an_effect(at=days_ago(2))
    assert "1 change at the shop needs a person" in text(at_desk(finn()), "/desk/effects/")


def test_a_person_says_the_end_that_our_records_do_not_tell(at_desk: Desk) -> None:
    effect, browser = an_unclear_one(), at_desk(petro())
    assert "the new end is not known" in text(browser, f"/desk/effects/{effect.pk}/")
    assert act(browser, effect, "say-end", last_day="") == 422
    assert act(browser, effect, "say-end", last_day="2026-11-02") == 303
    assert state_of(effect) == State.PLANNED
    assert "It ends on" in text(browser, f"/desk/effects/{effect.pk}/")


def test_finance_gives_back_what_a_refund_took(at_desk: Desk) -> None:
    effect = an_effect()
    assert act(at_desk(petro()), effect, "give-back") == 404, "a present is for those who agree to amounts"
    browser = at_desk(finn())
    assert act(browser, effect, "give-back") == 303
    assert act(browser, effect, "give-back") == 303, "a second press gives nothing more"
    assert Effect.objects.filter(reverses=effect).count() == 1
    assert "Taken back by" in text(browser, f"/desk/effects/{effect.pk}/")


def test_what_is_not_its_turn_is_told_in_a_sentence(at_desk: Desk) -> None:
    effect = an_effect()
    [back] = follow(stands(effect.refund, RefundState.BOUNCED))
    response = at_desk(finn()).post(f"/desk/effects/{back.pk}/done/")
    assert response.status_code == 409
    assert "Change 1 of the same licence is still open and comes first." in response.content.decode()
    assert state_of(back) == State.PLANNED


def test_the_shop_is_told_again_where_it_refused(at_desk: Desk, settings: Settings) -> None:
    settings.MAKEGOOD_SHOP = Shop(tokens=("x" * 40,))
    effect = an_effect()
    steps.refuse(effect, by=scenes.WORKER, at=NOON)
    browser = at_desk(petro())
    assert "Find out why" in text(browser, "/desk/effects/")
    assert act(browser, effect, "retry") == 303
    assert state_of(effect) == State.PLANNED


def test_an_auditor_reads_and_changes_nothing(at_desk: Desk) -> None:
    effect, browser = an_effect(), at_desk(aud())
    assert "What you can do" not in text(browser, f"/desk/effects/{effect.pk}/")
    assert act(browser, effect, "done") == 404
    assert at_desk(marta()).get("/desk/effects/").status_code == 404


def test_the_ticket_says_what_is_to_come_and_then_how_far_it_is(at_desk: Desk) -> None:
    order = an_order(olena(), purchased_at=ago(days=21))
    request = scenes.approved_defect(order)
    browser, address = at_desk(petro()), f"/desk/requests/{request.reference}/"
    assert "When this is paid, the licence or service ends." in text(browser, address)
    [effect] = follow(paid(request, order))
    page = text(browser, address)
    assert f'<a href="/desk/effects/{effect.pk}/">The licence or service ends</a>' in page
    assert "to be done by hand" in page
