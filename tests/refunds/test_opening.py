"""Opening a refund reserves the money once, and never more than was captured."""

from __future__ import annotations

from functools import partial

import pytest

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.money import CurrencyMismatch, Money
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import ledger, opening
from makegood.refunds.models import Refund
from makegood.refunds.states import State
from tests.at_once import at_once
from tests.people import finn, usd
from tests.refunds.scenes import WORKER, Scene


def test_an_opened_refund_reserves_its_amount(scene: Scene) -> None:
    payment = scene.payment("79.00")
    scene.opened(payment, "50.00")
    assert Payment.objects.get(pk=payment.pk).refundable == usd("29.00")


def test_an_opened_refund_is_owed(scene: Scene) -> None:
    scene.refund(amount="79.00")
    assert ledger.balance(ledger.OWED, "USD") == -usd("79.00")
    assert ledger.balance(ledger.GIVEN, "USD") == usd("79.00")


def test_opening_is_told_in_the_story_of_its_request(scene: Scene) -> None:
    refund = scene.refund()
    event = Event.objects.get(action=Action.REFUND_OPENED)
    assert (event.thread, event.subject_id) == ("R-7K3M-20", refund.pk)


def test_opening_twice_is_the_same_refund(scene: Scene) -> None:
    payment = scene.payment()
    assert scene.opened(payment) == scene.opened(payment)
    assert Refund.objects.count() == 1


def test_opening_twice_with_another_amount_is_refused(scene: Scene) -> None:
    payment = scene.payment("79.00")
    scene.opened(payment, "20.00")
    with pytest.raises(opening.OpenedOtherwise):
        scene.opened(payment, "21.00")


def test_more_than_what_is_left_is_refused_and_nothing_remains(scene: Scene) -> None:
    payment = scene.payment("79.00")
    scene.opened(payment, "60.00", reference="R-1")
    with pytest.raises(ExceedsCaptured, match=r"Only \$19\.00"):
        scene.opened(payment, "60.00", reference="R-2")
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_nothing_and_less_is_refused(scene: Scene, amount: str) -> None:
    with pytest.raises(opening.NothingToRefund):
        scene.opened(scene.payment(), amount)


def test_another_currency_than_the_payments_is_refused(scene: Scene) -> None:
    payment = scene.payment("79.00", "USD")
    with pytest.raises(CurrencyMismatch):
        opening.open(
            payment=payment,
            amount=Money.of("79.00", "EUR"),
            reference="R-1",
            decision_round=1,
            by=WORKER,
            at=scene.now,
        )


def test_yen_have_no_cents(scene: Scene) -> None:
    refund = scene.send(scene.opened(scene.payment("9800", "JPY")))
    assert [made.amount for made in scene.made_for(refund)] == [9800]


@pytest.mark.faults
def test_eight_refunds_of_sixty_per_cent_at_once_leave_one(scene: Scene) -> None:
    payment = scene.payment("100.00")
    outcomes = at_once(
        *(partial(scene.opened, payment, "60.00", reference=f"R-{number}") for number in range(8))
    )
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ExceedsCaptured) for outcome in outcomes) == 7
    assert Payment.objects.get(pk=payment.pk).refundable == usd("40.00")


@pytest.mark.faults
def test_eight_openings_of_one_decision_at_once_are_one_refund(scene: Scene) -> None:
    payment = scene.payment("79.00")
    outcomes = at_once(*[lambda: scene.opened(payment)] * 8)
    assert set(outcomes) == {Refund.objects.get()}


def test_a_held_refund_is_not_sent(scene: Scene) -> None:
    held = opening.hold(scene.refund(), reason="A dispute was opened.", by=finn(), at=scene.now)
    with pytest.raises(MoveNotAllowed, match="moved on meanwhile"):
        scene.send(held)
    assert scene.made_for(held) == []


def test_a_released_refund_goes_on_its_way(scene: Scene) -> None:
    held = opening.hold(scene.refund(), reason="A dispute was opened.", by=finn(), at=scene.now)
    opening.release_hold(held, by=finn(), at=scene.now)
    assert scene.advance(held).state == State.PENDING


def test_canceling_gives_the_money_back_to_the_payment(scene: Scene) -> None:
    refund = scene.refund()
    opening.cancel(refund, reason="Opened by mistake.", by=finn(), at=scene.now)
    payment = Payment.objects.get(pk=refund.payment_id)
    assert payment.refundable == payment.captured
    assert not ledger.balance(ledger.OWED, "USD")


def test_what_was_sent_cannot_be_canceled(scene: Scene) -> None:
    refund = scene.sent()
    with pytest.raises(opening.AlreadySent):
        opening.cancel(refund, reason="Too late.", by=finn(), at=scene.now)


def test_canceling_twice_is_refused(scene: Scene) -> None:
    refund = scene.refund()
    opening.cancel(refund, reason="Opened by mistake.", by=finn(), at=scene.now)
    with pytest.raises(MoveNotAllowed):
        opening.cancel(refund, reason="Again.", by=finn(), at=scene.now)


@pytest.mark.faults
def test_canceled_and_sent_at_once_only_one_happens(scene: Scene) -> None:
    refund = scene.refund()
    finance = finn()

    def cancel() -> Refund:
        return opening.cancel(refund, reason="Opened by mistake.", by=finance, at=scene.now)

    outcomes = at_once(cancel, lambda: scene.send(refund))
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert len(scene.made_for(refund)) == (Refund.objects.get().state == State.PENDING)
