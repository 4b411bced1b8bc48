"""After a refund failed or came back, people decide: again under a new key, or another way."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from makegood.audit.moving import MoveNotAllowed
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import by_hand, ledger, opening, retrying
from makegood.refunds.models import Attempt, Refund
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from tests.at_once import at_once
from tests.people import finn, ola
from tests.refunds.scenes import Scene


def failed(scene: Scene) -> Refund:
    return scene.after(scene.sent(Fate.FAILS), days=1)


def retry(scene: Scene, refund: Refund) -> Refund:
    return retrying.retry(refund, provider=scene.provider, by=finn(), at=scene.now)


def fall_back(scene: Scene, refund: Refund, manual: ManualProvider) -> Refund:
    consent = "She asked for a wire by mail on Monday."
    return retrying.fall_back(refund, provider=manual, consent=consent, by=finn(), at=scene.now)


def test_a_retry_pays_under_a_new_key(scene: Scene) -> None:
    refund = retry(scene, failed(scene))
    scene.sandbox.book.change_fate(scene.made_for(refund)[0].id, Fate.FAILS)
    refund = scene.advance(refund)
    assert refund.state == State.PENDING
    assert len(set(Attempt.objects.values_list("key", flat=True))) == 2


def test_a_retry_reserves_the_money_again(scene: Scene) -> None:
    refund = failed(scene)
    assert Payment.objects.get().reserved_minor == 0
    retry(scene, refund)
    assert Payment.objects.get().reserved_minor == refund.amount_minor


def test_a_retry_without_money_left_is_refused(scene: Scene) -> None:
    refund = failed(scene)
    scene.opened(refund.payment, "900.00", reference="R-OTHER")
    with pytest.raises(ExceedsCaptured):
        retry(scene, refund)
    assert Refund.objects.get(pk=refund.pk).state == State.FAILED


def test_a_bounced_refund_can_be_tried_again(scene: Scene) -> None:
    refund = scene.after(scene.sent(Fate.BOUNCES), days=1)
    refund = scene.after(refund, days=10)
    refund = scene.advance(retry(scene, refund))
    assert refund.state == State.PENDING
    assert len(scene.made_for(refund)) == 2


def test_what_is_still_unknown_is_never_retried(scene: Scene) -> None:
    with pytest.raises(MoveNotAllowed):
        retry(scene, scene.sent())


@pytest.mark.faults
def test_eight_retries_at_once_are_one(scene: Scene) -> None:
    refund, finance = failed(scene), finn()

    def act() -> Refund:
        return retrying.retry(refund, provider=scene.provider, by=finance, at=scene.now)

    outcomes = at_once(*[act] * 8)
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 1
    assert Attempt.objects.count() == 2


def test_a_fallback_needs_the_customers_word(scene: Scene, manual: ManualProvider) -> None:
    with pytest.raises(retrying.ConsentMissing):
        retrying.fall_back(failed(scene), provider=manual, consent=" ", by=finn(), at=scene.now)


def test_whoever_proposed_a_fallback_cannot_approve_it(scene: Scene, manual: ManualProvider) -> None:
    draft = fall_back(scene, failed(scene), manual)
    with pytest.raises(retrying.SelfApproval):
        retrying.approve(draft, by=finn(), at=scene.now)


def test_a_held_refund_is_not_let_go_by_approving_it(scene: Scene) -> None:
    """It was held for a reason, and letting it go looks whether that still stands."""
    held = opening.hold(scene.refund(), reason="A dispute was opened.", by=finn(), at=scene.now)
    with pytest.raises(MoveNotAllowed):
        retrying.approve(held, by=ola(), at=scene.now)
    assert scene.advance(held).state == State.HELD


def test_a_proposed_fallback_is_not_let_go_by_releasing_it(scene: Scene, manual: ManualProvider) -> None:
    draft = fall_back(scene, failed(scene), manual)
    with pytest.raises(MoveNotAllowed):
        opening.release_hold(draft, by=finn(), at=scene.now)


def test_the_database_itself_refuses_a_maker_who_is_the_checker(scene: Scene, manual: ManualProvider) -> None:
    draft = fall_back(scene, failed(scene), manual)
    with pytest.raises(IntegrityError, match="refund_maker_is_not_checker"):
        Refund.objects.filter(pk=draft.pk).update(approved_by=draft.drafted_by)


def test_the_database_itself_refuses_to_send_a_fallback_nobody_approved(
    scene: Scene, manual: ManualProvider
) -> None:
    draft = fall_back(scene, failed(scene), manual)
    with pytest.raises(IntegrityError, match="approved_by_a_second_person"):
        Refund.objects.filter(pk=draft.pk).update(state=State.APPROVED)


def test_an_approved_fallback_is_sent_by_hand_and_arrives(scene: Scene, manual: ManualProvider) -> None:
    first = failed(scene)
    wire = retrying.approve(fall_back(scene, first, manual), by=ola(), at=scene.now)
    sandbox, scene.provider = scene.provider, manual  # type: ignore[assignment]
    assert scene.advance(wire).state == State.ACTION_NEEDED
    by_hand.record_sent(wire, reference="WIRE-1", provider=manual, by=finn(), at=scene.now)
    assert by_hand.record_arrived(wire, provider=manual, by=finn(), at=scene.now).state == State.SETTLED
    scene.provider = sandbox
    assert not ledger.balance(ledger.OWED, "USD")
    with pytest.raises(retrying.AlreadyReplaced):
        retry(scene, first)


def test_a_canceled_fallback_leaves_the_refund_open_to_another(scene: Scene, manual: ManualProvider) -> None:
    first = failed(scene)
    draft = fall_back(scene, first, manual)
    opening.cancel(draft, reason="She found her card.", by=ola(), at=scene.now)
    assert scene.advance(retry(scene, first)).state == State.PENDING
