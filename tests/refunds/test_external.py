"""Refunds made in the provider's own dashboard are found, counted, and confirmed by a person."""

from __future__ import annotations

import pytest

from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import external, opening, reconciling
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from tests.people import finn, usd
from tests.refunds.scenes import WORKER, Scene


def refund_in_the_dashboard(scene: Scene, payment: Payment, amount_minor: int) -> None:
    scene.sandbox.book.refund(
        payment.provider_reference, amount_minor, payment.currency, attempt="", made_by="dashboard"
    )


def match(scene: Scene, payment: Payment) -> None:
    reconciling.match(payment, provider=scene.provider, by=WORKER, at=scene.now)


def test_it_blocks_refunding_more_than_was_captured(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    with pytest.raises(ExceedsCaptured, match=r"Only \$40\.00"):
        scene.opened(payment, "60.00")


def test_found_twice_it_is_one(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    match(scene, payment)
    assert ExternalRefund.objects.get().reserved_minor == 60_00


def test_what_was_not_sent_yet_is_held_when_the_money_is_gone(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "60.00")
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    refund.refresh_from_db()
    assert refund.state == State.HELD
    assert ExternalRefund.objects.get().uncovered == usd("20.00")


def test_what_is_held_for_it_cannot_be_released_only_canceled(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "60.00")
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    with pytest.raises(opening.ExternalUncovered):
        opening.release_hold(refund, by=finn(), at=scene.now)
    opening.cancel(refund, reason="It was refunded already.", by=finn(), at=scene.now)
    confirmed = external.confirm(ExternalRefund.objects.get(), by=finn(), at=scene.now)
    assert not confirmed.uncovered


def test_confirming_while_the_money_is_promised_twice_is_refused(scene: Scene) -> None:
    payment = scene.payment("100.00")
    scene.opened(payment, "60.00")
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    with pytest.raises(ExceedsCaptured):
        external.confirm(ExternalRefund.objects.get(), by=finn(), at=scene.now)


def test_it_waits_until_a_person_confirms_it(scene: Scene) -> None:
    payment = scene.payment()
    refund_in_the_dashboard(scene, payment, 1_00)
    match(scene, payment)
    assert external.unconfirmed().count() == 1
    external.confirm(ExternalRefund.objects.get(), by=finn(), at=scene.now)
    assert not external.unconfirmed().exists()


def test_what_the_provider_takes_back_frees_the_money(scene: Scene) -> None:
    payment = scene.payment("100.00", fate=Fate.FAILS)
    refund_in_the_dashboard(scene, payment, 60_00)
    match(scene, payment)
    scene.pass_time(days=2)
    match(scene, payment)
    payment.refresh_from_db()
    assert payment.reserved_minor == 0
    assert ExternalRefund.objects.get().undone_at == scene.now


def test_our_own_refund_found_before_our_answer_is_not_counted_twice(scene: Scene) -> None:
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    match(scene, refund.payment)
    assert Refund.objects.get().state == State.PENDING
    assert not ExternalRefund.objects.exists()


def test_a_second_payment_under_one_forgotten_key_is_found(scene: Scene) -> None:
    refund = scene.send(scene.opened(scene.payment("100.00"), "40.00"))
    key = refund.attempts.get().key
    book = scene.sandbox.book
    book.refund(refund.payment.provider_reference, 40_00, "USD", attempt=key, made_by="api")
    match(scene, refund.payment)
    assert ExternalRefund.objects.get().amount == usd("40.00")


def test_a_missed_event_is_repaired_by_comparing(scene: Scene) -> None:
    refund = scene.sent()
    scene.pass_time(days=7)
    match(scene, refund.payment)
    refund.refresh_from_db()
    assert refund.state == State.SETTLED
    assert refund.trace_reference.startswith("ARN")


def test_money_found_paid_for_a_refund_given_up_is_left_to_a_person(scene: Scene) -> None:
    refund = scene.after(scene.sent(Fate.FAILS), days=1)
    scene.sandbox.book.change_fate(scene.made_for(refund)[0].id, Fate.SUCCEEDS_AT_ONCE)
    match(scene, refund.payment)
    refund.refresh_from_db()
    assert (refund.state, refund.disagreed_at) == (State.FAILED, scene.now)
    scene.is_to_be_verified = False  # the provider went back on its word, which is a problem
