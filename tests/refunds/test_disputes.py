"""A dispute is found by looking; nothing of its payment is paid while it is open, and nothing twice after."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.refunds import (
    advancing,
    disputes,
    hearing,
    ledger,
    opening,
    queries,
    reconciling,
    retrying,
    verifying,
)
from makegood.refunds.models import Dispute, DisputeWord, LedgerEntry, LedgerTransaction, Refund
from makegood.refunds.providers.base import ChargedDispute, DisputeState
from makegood.refunds.providers.sandbox.disputes import SandboxDispute
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from makegood.refunds.stopping import DISPUTE_LOST, DISPUTE_OPEN, DisputeIsOpen
from tests.at_once import at_once
from tests.people import finn, usd
from tests.refunds.scenes import WORKER, Scene


def match(scene: Scene, payment: Payment) -> None:
    reconciling.match(payment, provider=scene.provider, by=WORKER, at=scene.now)


def disputed(scene: Scene, payment: Payment, minor: int, state: str = "open") -> SandboxDispute:
    """The bank acts, and we look."""
    made = scene.sandbox.book.dispute(payment.provider_reference, minor, state=state)
    match(scene, payment)
    return made


def ended(scene: Scene, payment: Payment, dispute: SandboxDispute, state: str) -> Dispute:
    scene.pass_time(days=1)
    scene.sandbox.book.change_dispute(dispute.id, state)
    match(scene, payment)
    return Dispute.objects.get(provider_dispute_id=dispute.id)


def held_because(refund: Refund) -> str:
    events = Event.objects.filter(subject_kind="refund", subject_id=refund.pk, action="refund.held")
    return str(events.latest("pk").details["reason"])


def now(refund: Refund) -> Refund:
    return Refund.objects.get(pk=refund.pk)


def test_it_is_kept_as_the_provider_tells_it(scene: Scene) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00)
    [dispute] = Dispute.objects.all()
    assert (dispute.provider_dispute_id, dispute.amount, dispute.state) == (made.id, usd("60.00"), "open")
    assert dispute.answer_by is not None
    assert dispute.answer_by > dispute.opened_at == scene.now


def test_told_twice_it_is_one_and_says_nothing_new(scene: Scene) -> None:
    payment = scene.payment("100.00")
    disputed(scene, payment, 60_00)
    match(scene, payment)
    assert Dispute.objects.get().words.count() == 1
    assert Event.objects.filter(action="dispute.opened").count() == 1


def test_what_was_said_of_it_is_never_changed(scene: Scene) -> None:
    disputed(scene, scene.payment(), 1_00)
    with pytest.raises(Exception, match="Cannot update or delete"):
        DisputeWord.objects.update(state="won")


def test_refunds_not_sent_yet_are_held(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    disputed(scene, payment, 60_00)
    assert now(refund).state == State.HELD
    assert held_because(refund) == DISPUTE_OPEN
    assert scene.after(refund, days=2).state == State.HELD


def test_one_opened_during_a_dispute_is_held_instead_of_sent(scene: Scene) -> None:
    payment = scene.payment("100.00")
    disputed(scene, payment, 60_00)
    refund = scene.send(scene.opened(payment, "40.00"))
    assert refund.state == State.HELD
    assert scene.made_for(refund) == []


def test_dispute_opened_between_approval_and_sending(scene: Scene) -> None:
    """Two connections: the sender waits for whoever takes the dispute in, and then sees it."""
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    scene.sandbox.book.dispute(payment.provider_reference, 100_00)
    [listed] = scene.provider.charge(payment.provider_reference).disputes
    is_taken_in, refused = Signal(), list[MoveNotAllowed]()

    def another_worker_sends() -> None:
        is_taken_in.wait(timeout=10)
        try:
            scene.send(refund)
        except MoveNotAllowed as moved_on:
            refused.append(moved_on)
        connection.close()

    worker = Thread(target=another_worker_sends)
    worker.start()
    with transaction.atomic():
        disputes.found(payment, listed, by=WORKER, at=scene.now)
        is_taken_in.set()
        worker.join(timeout=0.5)
        assert worker.is_alive(), "it did not wait for the payment"
    worker.join(timeout=10)
    assert [each.current for each in refused] == [State.HELD]
    assert scene.made_for(refund) == []


@pytest.mark.faults
def test_a_dispute_and_eight_senders_at_once_never_both_pay(scene: Scene) -> None:
    payment = scene.payment("800.00")
    refunds = [scene.opened(payment, "100.00", reference=f"R-7K3M-2{number}") for number in range(8)]
    book, charge = scene.sandbox.book, payment.provider_reference
    book.dispute(charge, 800_00)
    senders: list[Callable[[], object]] = [lambda each=refund: scene.send(each) for refund in refunds]  # type: ignore[misc]
    at_once(lambda: match(scene, payment), *senders)
    states = {now(refund).state for refund in refunds}
    assert states <= {State.HELD, State.FAILED}  # failed: sent before we looked, and the bank had it already
    assert book.refunded(charge) == 0


def test_one_that_may_just_be_being_paid_is_listed_for_a_person(scene: Scene) -> None:
    scene.lie(Lie.CUTS_AFTER)
    refund = scene.sent()
    assert refund.state == State.UNKNOWN
    assert not queries.waiting_for_a_person().exists()
    scene.sandbox.book.dispute(refund.payment.provider_reference, 1_00)
    [listed] = scene.provider.charge(refund.payment.provider_reference).disputes
    disputes.found(refund.payment, listed, by=WORKER, at=scene.now)
    assert list(queries.waiting_for_a_person()) == [refund]
    match(scene, refund.payment)


def test_an_unknown_one_is_not_sent_again_while_it_is_open(scene: Scene) -> None:
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.sent()
    disputed(scene, refund.payment, 500_00)
    assert scene.after(refund, hours=2).state == State.UNKNOWN
    assert scene.made_for(refund) == []
    assert now(refund).next_look_at is not None
    assert list(queries.waiting_for_a_person()) == [refund]


def test_an_unknown_one_goes_on_when_it_is_won(scene: Scene) -> None:
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.sent()
    made = disputed(scene, refund.payment, 500_00)
    scene.after(refund, hours=2)
    ended(scene, refund.payment, made, "won")
    assert scene.after(refund, minutes=3).state == State.PENDING
    assert len(scene.made_for(refund)) == 1


def test_an_unknown_one_that_was_never_made_is_canceled_when_all_is_lost(scene: Scene) -> None:
    scene.lie(Lie.CUTS_BEFORE)
    refund = scene.sent()
    made = disputed(scene, refund.payment, 900_00)
    dispute = ended(scene, refund.payment, made, "lost")
    assert dispute.uncovered == refund.amount
    assert scene.after(refund, hours=2).state == State.CANCELED
    dispute.refresh_from_db()
    assert not dispute.uncovered
    assert scene.made_for(refund) == []


def test_while_it_is_open_nobody_releases_or_retries(scene: Scene) -> None:
    payment = scene.payment("100.00", fate=Fate.FAILS)
    failed = scene.after(scene.send(scene.opened(payment, "10.00")), days=1)
    waiting = scene.opened(payment, "40.00", reference="R-7K3M-21")
    disputed(scene, payment, 60_00)
    with pytest.raises(DisputeIsOpen):
        opening.release_hold(waiting, by=finn(), at=scene.now)
    with pytest.raises(DisputeIsOpen):
        retrying.retry(failed, provider=scene.provider, by=finn(), at=scene.now)


def test_one_that_was_to_be_tried_again_waits_for_its_end(scene: Scene) -> None:
    payment = scene.payment("100.00", fate=Fate.FAILS)
    failed = scene.after(scene.send(scene.opened(payment, "10.00")), days=1)
    retrying.retry(failed, provider=scene.provider, by=finn(), at=scene.now)
    made = disputed(scene, payment, 60_00)
    assert scene.advance(failed).state == State.SENDING
    assert len(scene.made_for(failed)) == 1  # the first attempt's
    ended(scene, payment, made, "won")
    assert scene.after(failed, hours=7).state == State.PENDING


def test_when_it_is_won_finance_releases_what_was_held(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    made = disputed(scene, payment, 60_00)
    ended(scene, payment, made, "won")
    released = opening.release_hold(refund, by=finn(), at=scene.now)
    assert scene.send(released).state == State.PENDING


def test_when_it_is_lost_the_refund_of_that_money_is_canceled(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "100.00")
    dispute = ended(scene, payment, disputed(scene, payment, 60_00), "lost")
    assert now(refund).state == State.CANCELED
    payment.refresh_from_db()
    assert (payment.refundable, dispute.uncovered) == (usd("40.00"), usd("0.00"))
    canceled = Event.objects.get(subject_kind="refund", subject_id=refund.pk, action="refund.canceled")
    assert canceled.details["reason"] == DISPUTE_LOST


def test_when_it_is_lost_what_another_part_pays_stays(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    ended(scene, payment, disputed(scene, payment, 60_00), "lost")
    assert now(refund).state == State.HELD
    released = opening.release_hold(refund, by=finn(), at=scene.now)
    assert scene.send(released).state == State.PENDING


def test_what_it_took_cannot_be_refunded_again(scene: Scene) -> None:
    payment = scene.payment("100.00")
    ended(scene, payment, disputed(scene, payment, 60_00), "lost")
    with pytest.raises(ExceedsCaptured, match=r"Only \$40\.00"):
        scene.opened(payment, "60.00")


def test_lost_after_the_refund_was_paid_it_says_how_much_was_paid_twice(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.after(scene.send(scene.opened(payment, "100.00")), days=1)
    assert refund.state == State.SUCCEEDED
    dispute = ended(scene, payment, disputed(scene, payment, 60_00), "lost")
    assert dispute.uncovered == usd("60.00")


def test_a_refund_that_comes_back_later_covers_it(scene: Scene) -> None:
    payment = scene.payment("100.00", fate=Fate.BOUNCES)
    refund = scene.after(scene.send(scene.opened(payment, "100.00")), days=1)
    dispute = ended(scene, payment, disputed(scene, payment, 60_00), "lost")
    assert scene.after(refund, days=10).state == State.BOUNCED
    dispute.refresh_from_db()
    payment.refresh_from_db()
    assert (dispute.uncovered, payment.refundable) == (usd("0.00"), usd("40.00"))


def test_won_after_it_was_lost_the_money_can_be_refunded_again(scene: Scene) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00)
    ended(scene, payment, made, "lost")
    ended(scene, payment, made, "won")
    payment.refresh_from_db()
    assert payment.refundable == usd("100.00")


@pytest.mark.parametrize(
    ("story", "books"),
    [
        (["inquiry"], (0, 0, 0)),
        (["open"], (-60_00, 60_00, 0)),
        (["inquiry", "open", "won"], (0, 0, 0)),
        (["open", "lost"], (-60_00, 0, 60_00)),
        (["lost"], (-60_00, 0, 60_00)),
        (["open", "lost", "won"], (0, 0, 0)),
        (["open", "won", "lost", "open"], (-60_00, 60_00, 0)),
    ],
)
def test_the_books_say_who_has_the_money(scene: Scene, story: list[str], books: tuple[int, ...]) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00, state=story[0])
    for state in story[1:]:
        ended(scene, payment, made, state)
    accounts = (ledger.at_provider("sandbox"), ledger.DISPUTED, ledger.LOST)
    assert tuple(ledger.balance(account, "USD").minor for account in accounts) == books


def test_a_question_of_the_bank_holds_and_a_person_may_answer_it_with_the_refund(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    disputed(scene, payment, 40_00, state="inquiry")
    assert now(refund).state == State.HELD
    released = opening.release_hold(refund, by=finn(), at=scene.now)
    assert scene.send(released).state == State.PENDING


def test_a_look_that_began_before_the_last_one_tells_no_news(scene: Scene) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00)
    began = scene.now
    ended(scene, payment, made, "won")
    old = ChargedDispute(made.id, usd("60.00"), DisputeState.OPEN, made.reason, began)
    assert disputes.found(payment, old, by=WORKER, at=began).state == DisputeState.WON


def test_in_another_currency_the_whole_payment_is_in_doubt(scene: Scene) -> None:
    payment = scene.payment("3000", currency="JPY")
    listed = ChargedDispute("dp_1", usd("20.00"), DisputeState.LOST, "fraudulent", scene.now)
    assert disputes.found(payment, listed, by=WORKER, at=scene.now).amount == payment.captured
    scene.is_to_be_verified = False  # the sandbox knows nothing of it


def test_an_event_of_the_provider_brings_it(scene: Scene) -> None:
    payment = scene.payment("100.00")
    scene.sandbox.book.dispute(payment.provider_reference, 60_00)
    [event] = scene.sandbox.book.untold_events()
    assert event.body["type"] == "dispute.opened"
    body, headers = scene.sandbox.delivery(event, scene.sandbox.manners.webhook_secret)
    assert json.loads(body)["object"]["state"] == "open"
    notice = scene.provider.read_event(body, headers, at=datetime.now(UTC))
    kept = hearing.store(notice, provider="sandbox", body=body, at=scene.now)
    hearing.follow_up(kept.pk, provider=scene.provider, by=WORKER, at=scene.now)
    assert Dispute.objects.get().state == DisputeState.OPEN


def test_where_the_money_came_from_changed_after_the_approval(scene: Scene) -> None:
    refund = scene.refund()
    Payment.objects.filter(pk=refund.payment_id).update(method_label="Visa ···· 0000")
    held = scene.send(refund)
    assert held.state == State.HELD
    assert "changed after the refund was approved" in held_because(refund)
    released = opening.release_hold(held, by=finn(), at=scene.now)
    assert scene.send(released).state == State.PENDING


def test_verify_finds_books_that_say_otherwise(scene: Scene) -> None:
    payment = scene.payment("100.00")
    disputed(scene, payment, 60_00)
    dispute = Dispute.objects.get()
    with transaction.atomic():
        made = LedgerTransaction.objects.create(dispute=dispute, kind="won", number=9, at=scene.now)
        for account, minor in ((ledger.at_provider("sandbox"), 1), (ledger.DISPUTED, -1)):
            LedgerEntry.objects.create(transaction=made, account=account, currency="USD", minor=minor)
    assert [each.invariant for each in verifying.problems(at=scene.now)] == ["disputes"]
    scene.is_to_be_verified = False


def test_verify_finds_a_dispute_that_nobody_took_in(scene: Scene) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00)
    scene.sandbox.book.change_dispute(made.id, "lost")
    scene.sandbox.book.dispute(payment.provider_reference, 1_00)
    found = list(verifying.problems(at=scene.now, providers={"sandbox": scene.provider}))
    assert [each.invariant for each in found] == ["provider", "provider"]
    match(scene, payment)


def test_the_sandbox_refuses_to_give_back_what_the_bank_has(scene: Scene) -> None:
    refund = scene.opened(scene.payment("100.00"))
    scene.sandbox.book.dispute(refund.payment.provider_reference, 1_00)
    assert scene.send(refund).state == State.FAILED
    match(scene, refund.payment)


def test_the_sandbox_remembers_disputes(scene: Scene) -> None:
    payment = scene.payment("100.00")
    made = disputed(scene, payment, 60_00)
    scene.sandbox.book.change_dispute(made.id, "won")
    book = scene.sandbox.book
    again = type(book)(book._journal, book.clock, day=book.day)
    assert again.disputes == book.disputes
    match(scene, payment)


def test_advancing_a_held_one_sends_nothing(scene: Scene) -> None:
    payment = scene.payment("100.00")
    refund = scene.opened(payment, "40.00")
    disputed(scene, payment, 60_00)
    advancing.advance(refund.pk, provider=scene.provider, by=WORKER, at=scene.now)
    with pytest.raises(MoveNotAllowed):
        scene.send(refund)
    assert scene.made_for(refund) == []
