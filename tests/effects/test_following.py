"""What the refunds of real requests change at the shop, and what they leave alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from makegood import reactions
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.effects import following, steps, tasks
from makegood.effects.models import Effect, Given
from makegood.effects.states import Kind, State
from makegood.orders.models import Order
from makegood.refunds.states import State as RefundState
from tests.effects import scenes
from tests.effects.scenes import follow, paid, stands, told
from tests.people import NOON, ago, an_order, finn, later, olena, usd

pytestmark = pytest.mark.django_db

OFF = (Kind.AUTO_RENEWAL_OFF, "on", "off")
ON = (Kind.AUTO_RENEWAL_ON, "off", "on")
ENDED = (Kind.LICENCE_ENDED, "active", "ended")
GIVEN_BACK = (Kind.LICENCE_GIVEN_BACK, "ended", "active")
BACK = (Kind.END_MOVED_BACK, "2026-12-02", "2026-11-02")
FORWARD = (Kind.END_MOVED_FORWARD, "2026-11-02", "2026-12-02")


def confirmed(*effects: Effect) -> None:
    for effect in effects:
        steps.confirm(effect, by=scenes.WORKER, at=NOON)


def bought() -> Order:
    return an_order(olena(), purchased_at=ago(days=21))


def test_an_order_refunded_in_full_ends_its_licence() -> None:
    order = bought()
    [effect] = follow(paid(scenes.approved_defect(order), order))
    assert told(order) == [ENDED]
    assert (effect.state, effect.number) == (State.PLANNED, 1)
    assert Event.objects.filter(action=Action.EFFECT_PLANNED, thread=effect.refund.reference).count() == 1


def test_a_part_keeps_the_licence() -> None:
    order = bought()
    assert follow(paid(scenes.approved_defect(order), order, usd("78.99"))) == []
    assert told(order) == []


def test_two_parts_that_are_the_whole_end_it() -> None:
    order = bought()
    request = scenes.approved_defect(order)
    follow(paid(request, order, usd("40.00")))
    request.round = 2
    follow(paid(request, order, usd("39.00")))
    assert told(order) == [ENDED]


def test_refunding_a_duplicate_leaves_the_good_order() -> None:
    good, duplicate = scenes.a_pair("L-1", "L-2")
    follow(paid(scenes.approved_duplicate(good, duplicate), duplicate))
    assert told(good) == []
    assert told(duplicate) == [OFF, ENDED]


def test_a_duplicate_without_a_licence_of_its_own_ends_nothing() -> None:
    good, duplicate = scenes.a_pair("L-1", "L-1")
    assert follow(paid(scenes.approved_duplicate(good, duplicate), duplicate)) == []
    assert told(good) + told(duplicate) == []


def test_refunding_a_renewal_moves_the_end_back_one_term_and_keeps_the_licence() -> None:
    first, renewal = scenes.a_subscription()
    effects = follow(paid(scenes.approved_renewal(renewal), renewal))
    assert told(renewal) == [OFF, BACK]
    assert told(first) == []
    assert {effect.first_order_id for effect in effects} == {first.pk}


def test_the_end_of_a_renewal_that_is_not_recorded_is_not_guessed() -> None:
    _, renewal = scenes.a_subscription(told=False)
    _, moved = follow(paid(scenes.approved_renewal(renewal), renewal))
    assert (moved.state, moved.number, moved.becomes) == (State.UNCLEAR, None, "")
    said = steps.say_end(moved, date(2026, 11, 2), by=finn(), at=NOON)
    assert (said.state, said.number, said.becomes) == (State.PLANNED, 2, "2026-11-02")


def test_a_person_cannot_say_an_end_that_takes_nothing() -> None:
    first, renewal = scenes.a_subscription()
    Given.objects.filter(order=first).delete()
    _, moved = follow(paid(scenes.approved_renewal(renewal), renewal))
    with pytest.raises(steps.EndNotPossible):
        steps.say_end(moved, date(2026, 12, 2), by=finn(), at=NOON)


def test_a_renewal_refunded_after_another_moves_the_end_that_is_left() -> None:
    first, renewal = scenes.a_subscription()
    again = an_order(olena(), renewal.product, purchased_at=ago(days=2), renews=renewal)
    scenes.given(again, "S-1", date(2027, 1, 2))
    follow(paid(scenes.approved_renewal(again), again))
    follow(paid(scenes.approved_renewal(renewal), renewal))
    assert told(again) == [OFF, (Kind.END_MOVED_BACK, "2027-01-02", "2026-12-02")]
    assert told(renewal) == [BACK], "it renews by itself no more"
    assert told(first) == []


def test_a_bounce_gives_it_back() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    confirmed(*follow(refund))
    [back] = follow(stands(refund, RefundState.BOUNCED))
    assert told(order) == [ENDED, GIVEN_BACK]
    assert back.reverses is not None
    confirmed(back)
    back.reverses.refresh_from_db()
    assert back.reverses.state == State.REVERSED


def test_a_bounce_moves_the_end_forward_again_and_restores_auto_renewal() -> None:
    _, renewal = scenes.a_subscription()
    refund = paid(scenes.approved_renewal(renewal), renewal)
    follow(refund)
    follow(stands(refund, RefundState.BOUNCED))
    assert told(renewal) == [OFF, BACK, ON, FORWARD]


def test_what_the_shop_was_never_told_needs_no_taking_back() -> None:
    _, renewal = scenes.a_subscription(told=False)
    refund = paid(scenes.approved_renewal(renewal), renewal)
    _, unclear = follow(refund)
    follow(stands(refund, RefundState.BOUNCED))
    assert Effect.objects.get(pk=unclear.pk).state == State.REVERSED
    assert [kind for kind, _, _ in told(renewal)] == [
        Kind.AUTO_RENEWAL_OFF,
        Kind.END_MOVED_BACK,
        Kind.AUTO_RENEWAL_ON,
    ]


def test_one_part_that_bounces_gives_the_whole_back() -> None:
    order = bought()
    request = scenes.approved_defect(order)
    part = paid(request, order, usd("40.00"))
    request.round = 2
    follow(paid(request, order, usd("39.00")))
    follow(stands(part, RefundState.BOUNCED))
    assert told(order) == [ENDED, GIVEN_BACK]


def test_an_event_delivered_twice_makes_one_effect() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    assert len(follow(refund)) == 1
    assert follow(refund) == []
    bounced = stands(refund, RefundState.BOUNCED)
    assert len(follow(bounced)) == 1
    assert follow(bounced) == []
    assert told(order) == [ENDED, GIVEN_BACK]


def test_paid_anew_after_a_bounce_it_ends_anew() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    follow(refund)
    follow(stands(refund, RefundState.BOUNCED))
    follow(stands(refund, RefundState.SENDING, RefundState.SUCCEEDED))
    assert told(order) == [ENDED, GIVEN_BACK, ENDED]


def test_what_a_person_gave_back_stays_given_back() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    [effect] = follow(refund)
    following.take_back_by_hand(effect, zone=scenes.ZONE, by=finn(), at=NOON)
    assert follow(refund) == []
    assert told(order) == [ENDED, GIVEN_BACK]


def test_nobody_gives_back_what_they_bought_themselves() -> None:
    order = an_order(finn(), purchased_at=ago(days=21))
    [effect] = follow(paid(scenes.approved_defect(order), order))
    for step in (steps.retry, steps.confirm):
        with pytest.raises(steps.OwnOrder):
            step(effect, by=finn(), at=NOON)
    with pytest.raises(steps.OwnOrder):
        following.take_back_by_hand(effect, zone=scenes.ZONE, by=finn(), at=NOON)


def test_a_reversal_never_overtakes() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    [ended] = follow(refund)
    [back] = follow(stands(refund, RefundState.BOUNCED))
    with pytest.raises(steps.NotItsTurn):
        steps.confirm(back, by=finn(), at=NOON)
    steps.confirm(ended, by=finn(), at=NOON)
    assert steps.confirm(back, by=finn(), at=NOON).state == State.CONFIRMED


def test_the_database_refuses_a_second_effect_of_one_kind() -> None:
    order = bought()
    [effect] = follow(paid(scenes.approved_defect(order), order))
    twin = Effect(kind=effect.kind, refund=effect.refund, order=order, first_order=order, becomes="ended")
    with pytest.raises(IntegrityError, match="effect_stands_once"), transaction.atomic():
        steps.plan(twin, by=scenes.WORKER, at=NOON)


@pytest.mark.parametrize(
    "change",
    ["SET state = 'reversed'", "SET kind = 'auto_renewal.off'", "SET number = NULL", "SET becomes = ''"],
)
def test_the_database_refuses_what_no_step_does(change: str) -> None:
    order = bought()
    follow(paid(scenes.approved_defect(order), order))
    with pytest.raises(Exception, match="effect"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE effects_effect {change}")  # words of this test


@pytest.mark.parametrize("action", [Action.REFUND_SUCCEEDED, Action.REFUND_BOUNCED])
def test_it_follows_from_money_that_left_and_from_money_that_came_back(action: Action) -> None:
    assert reactions.change_the_shop in reactions.LATER[action]


def test_a_purchase_that_was_renewed_since_loses_its_own_term_alone() -> None:
    service = scenes.a_subscription()[0].product
    first = an_order(olena(), service, purchased_at=ago(days=29), auto_renewal_chosen=True)
    renewal = an_order(olena(), service, purchased_at=ago(days=21), renews=first)
    scenes.given(first, "S-2", date(2026, 11, 2))
    scenes.given(renewal, "S-2", date(2026, 12, 2))
    follow(paid(scenes.approved_defect(first), first))
    assert told(first) == [(Kind.END_MOVED_BACK, "2026-12-02", "2026-11-24")], "a paid renewal stands"
    assert told(renewal) == []


def test_what_a_lost_job_did_not_do_is_made_up_for_the_next_day() -> None:
    order = bought()
    refund = paid(scenes.approved_defect(order), order)
    tasks.look_again(int(later(days=1).timestamp()))
    assert told(order) == [ENDED]
    stands(refund, RefundState.BOUNCED)
    tasks.look_again(int(later(days=40).timestamp()))
    tasks.look_again(int(later(days=41).timestamp()))
    assert told(order) == [ENDED, GIVEN_BACK]


def test_what_was_refunded_long_ago_changes_nothing_any_more() -> None:
    order = bought()
    paid(scenes.approved_defect(order), order)
    tasks.look_again(int(later(days=4).timestamp()))
    assert told(order) == []
