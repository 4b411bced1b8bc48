"""Batches of transfers: gathered by one person, released by another, and what the bank made of them."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from django.db import IntegrityError, ProgrammingError

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.money import Money
from makegood.refunds import by_hand, opening, queries, retrying
from makegood.refunds.advancing import advance
from makegood.refunds.models import DestinationAgreement, Transfer, TransferBatch
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sepa.accounts import read_account
from makegood.refunds.providers.sepa.adapter import SepaProvider
from makegood.refunds.states import State
from makegood.refunds.transfers import accounts, gathering, releasing
from makegood.refunds.transfers.states import BatchState
from makegood.refunds.transfers.waiting import Needs, refunds_waiting
from tests.at_once import at_once
from tests.people import NOON, a_payment, ago, an_order, finn, later, olena
from tests.refunds.scenes import WORKER
from tests.refunds.transfer_scenes import (
    ANOTHER_OF_THEIRS,
    MONDAY,
    THEIRS,
    WEDNESDAY,
    a_transfer,
    all_is_well,
    frida,
    gathered,
    needs,
    now,
    ready,
    released,
)

pytestmark = pytest.mark.django_db(transaction=True)

SEPA = SepaProvider()
THEIR_OTHER = read_account(name="Lars Ødegård", iban=ANOTHER_OF_THEIRS)


# The account


def test_asked_for_it_waits_for_an_account_and_a_person() -> None:
    refund = a_transfer()
    assert (refund.state, needs(refund)) == (State.ACTION_NEEDED, Needs.AN_ACCOUNT)
    assert list(queries.waiting_for_a_person()) == [refund]


def test_an_account_needs_a_second_person() -> None:
    refund = a_transfer()
    given = accounts.give(refund, read_account(name="Lars", iban=THEIRS), by=finn(), at=NOON)
    assert needs(refund) is Needs.A_SECOND_PERSON
    with pytest.raises(accounts.OwnAccountGiven):
        accounts.agree(refund, destination=given.pk, by=finn(), at=NOON)
    accounts.agree(refund, destination=given.pk, by=frida(), at=NOON)
    assert needs(refund) is Needs.NOTHING


def test_postgresql_too_wants_a_second_person_for_an_account() -> None:
    given = accounts.give(a_transfer(), read_account(name="Lars", iban=THEIRS), by=finn(), at=NOON)
    with pytest.raises(IntegrityError, match="one gave oneself"):
        DestinationAgreement.objects.create(destination=given, agreed_by=finn(), agreed_at=NOON)


def test_what_was_changed_after_it_was_read_is_not_agreed_to() -> None:
    refund = a_transfer()
    read = accounts.give(refund, read_account(name="Lars", iban=THEIRS), by=finn(), at=NOON)
    accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    with pytest.raises(accounts.AnotherAccount):
        accounts.agree(refund, destination=read.pk, by=frida(), at=NOON)


def test_the_same_account_again_changes_nothing() -> None:
    refund = ready()
    same = read_account(name="Lars Ødegård", iban=THEIRS)
    assert accounts.give(refund, same, by=frida(), at=NOON) == refund.destinations.get()
    assert needs(refund) is Needs.NOTHING


def test_a_changed_account_stops_the_refund_until_a_second_person_agrees() -> None:
    refund = ready()
    changed = accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    assert Event.objects.filter(action=Action.REFUND_ACCOUNT_CHANGED).count() == 1
    with pytest.raises(gathering.NotReady):
        gathered(refund)
    accounts.agree(refund, destination=changed.pk, by=frida(), at=NOON)
    assert gathered(refund).count == 1


def test_a_changed_account_holds_what_is_about_to_be_sent() -> None:
    order = an_order(olena(), purchased_at=ago(days=5), amount=Money.of("79.00", "EUR"), paid=False)
    payment = a_payment(order, captured_at=ago(days=5), provider="sepa")
    refund = opening.open(
        payment=payment, amount=order.amount, reference="R-1", decision_round=1, by=WORKER, at=NOON
    )
    accounts.give(refund, read_account(name="Olena", iban=THEIRS), by=finn(), at=NOON)
    assert now(refund).state == State.APPROVED
    changed = accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    assert now(refund).state == State.HELD
    with pytest.raises(accounts.OwnAccountGiven):
        accounts.agree(refund, destination=changed.pk, by=finn(), at=NOON)
    accounts.agree(refund, destination=changed.pk, by=frida(), at=NOON)
    assert now(refund).state == State.APPROVED


def test_a_hold_for_another_reason_outlives_the_agreement() -> None:
    order = an_order(olena(), purchased_at=ago(days=5), amount=Money.of("79.00", "EUR"), paid=False)
    payment = a_payment(order, captured_at=ago(days=5), provider="sepa")
    refund = opening.open(
        payment=payment, amount=order.amount, reference="R-1", decision_round=1, by=WORKER, at=NOON
    )
    opening.hold(refund, reason="The payment is disputed.", by=finn(), at=NOON)
    given = accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    accounts.agree(refund, destination=given.pk, by=frida(), at=NOON)
    assert now(refund).state == State.HELD


def test_a_proposed_transfer_is_approved_with_its_account() -> None:
    order = an_order(olena(), purchased_at=ago(days=5), amount=Money.of("79.00", "EUR"), paid=False)
    payment = a_payment(order, captured_at=ago(days=5), provider="manual")
    first = opening.open(
        payment=payment, amount=order.amount, reference="R-1", decision_round=1, by=WORKER, at=NOON
    )
    by_wire = ManualProvider()
    advance(first.pk, provider=by_wire, by=WORKER, at=NOON)
    by_hand.record_failed(first, reason="No such bank.", provider=by_wire, by=finn(), at=NOON)
    draft = retrying.fall_back(first, provider=SEPA, consent="By letter.", by=finn(), at=NOON)
    accounts.give(draft, THEIR_OTHER, by=finn(), at=NOON)
    with pytest.raises(MoveNotAllowed):
        accounts.give(draft, read_account(name="Olena", iban=THEIRS), by=finn(), at=NOON)
    with pytest.raises(retrying.SelfApproval):
        retrying.approve(draft, by=finn(), at=NOON)
    retrying.approve(draft, by=frida(), at=NOON)
    assert draft.destinations.get().agreement.agreed_by == frida()


def test_another_currency_has_no_account() -> None:
    refund = a_transfer("79", currency="JPY")
    assert refund.state == State.FAILED
    with pytest.raises(accounts.NotInEuro, match="in euro; this refund is in JPY"):
        accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)


# Gathering and releasing


def test_a_batch_holds_its_refunds_and_its_file() -> None:
    batch = gathered(ready("79.00", reference="R-1"), ready("0.10", reference="R-2"))
    assert (batch.count, batch.total) == (2, Money.of("79.10", "EUR"))
    assert sha256(bytes(batch.file or b"")).hexdigest() == batch.sha256
    assert not refunds_waiting().exists()
    all_is_well()


def test_two_people_at_once_put_no_refund_into_two_batches() -> None:
    refund, other = ready(reference="R-1"), ready(reference="R-2")
    done = at_once(
        lambda: gathered(refund, by=finn()),
        lambda: gathered(refund, other, by=frida()),
    )
    assert sorted(type(each).__name__ for each in done) == ["NotReady", "TransferBatch"]
    assert Transfer.objects.filter(refund=refund).count() == 1


def test_postgresql_keeps_a_refund_in_one_living_batch() -> None:
    refund = ready()
    first = gathered(refund)
    again = first.transfers.get()
    again.pk = None
    with pytest.raises(IntegrityError):
        again.save(force_insert=True)


def test_postgresql_lets_no_money_go_where_nobody_agreed() -> None:
    refund = ready()
    batch = gathered(refund)
    gathering.take_back(batch, by=finn(), at=NOON)
    changed = accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    fresh = gathered(ready(reference="R-2"))
    with pytest.raises(IntegrityError, match="Cannot transfer this refund to this account"):
        Transfer.objects.create(
            batch=fresh,
            refund=refund,
            attempt=refund.attempts.get(),
            destination=changed,
            end_to_end_id="e2e",
        )


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 22), "the next one is 24 November 2026"),
        (date(2026, 11, 28), "the next one is 30 November 2026"),
        (date(2026, 12, 25), "the next one is 28 December 2026"),
        (date(2099, 1, 5), "the next one is 24 November 2026"),
    ],
)
def test_banks_do_nothing_on_some_days(day: date, sentence: str) -> None:
    with pytest.raises(gathering.NotADayForIt, match=sentence):
        gathered(ready(), execute_on=day)


def test_a_batch_of_nothing_is_none() -> None:
    with pytest.raises(gathering.NothingToGather):
        gathered()


def test_taken_back_it_loses_nothing() -> None:
    refund = ready()
    batch = gathering.take_back(gathered(refund), by=finn(), at=NOON)
    assert batch.state == BatchState.TAKEN_BACK
    assert needs(refund) is Needs.NOTHING
    first, second = batch.transfers.get(), gathered(refund).transfers.get()
    assert first.end_to_end_id == second.end_to_end_id
    all_is_well()


def test_whoever_gathered_it_cannot_release_it() -> None:
    batch = gathered(ready())
    with pytest.raises(releasing.OwnBatch):
        releasing.release(batch, today=MONDAY, by=finn(), at=NOON)
    with pytest.raises(IntegrityError, match="batch_maker_is_not_checker"):
        TransferBatch.objects.filter(pk=batch.pk).update(
            state=BatchState.RELEASED, released_by=finn(), released_at=NOON
        )
    with pytest.raises(IntegrityError, match="batch_is_released_by_a_second_person"):
        TransferBatch.objects.filter(pk=batch.pk).update(state=BatchState.RELEASED)


def test_released_twice_is_once() -> None:
    batch = released(ready())
    with pytest.raises(MoveNotAllowed):
        releasing.release(batch, today=MONDAY, by=frida(), at=NOON)


def test_too_late_to_release() -> None:
    with pytest.raises(gathering.NotADayForIt):
        releasing.release(gathered(ready()), today=WEDNESDAY, by=frida(), at=later(days=2))


def test_a_released_batch_cannot_be_taken_back() -> None:
    with pytest.raises(MoveNotAllowed):
        gathering.take_back(released(ready()), by=finn(), at=NOON)


def test_its_file_is_downloaded_as_it_is_and_on_the_record() -> None:
    batch = gathered(ready())
    with pytest.raises(releasing.NoFile, match="has to release"):
        releasing.download(batch, by=finn(), at=NOON)
    releasing.release(batch, today=MONDAY, by=frida(), at=NOON)
    file = releasing.download(batch, by=finn(), at=NOON)
    assert sha256(file).hexdigest() == batch.sha256
    assert b"Lars Odegard" in file
    [event] = Event.objects.filter(action=Action.BATCH_DOWNLOADED)
    assert (event.actor_id, event.details) == (finn().pk, {"sha256": batch.sha256})


@pytest.mark.parametrize("change", [{"file": b"<Document/>"}, {"file": None}])
def test_postgresql_keeps_the_file(change: dict[str, bytes | None]) -> None:
    batch = gathered(ready())
    with pytest.raises(IntegrityError, match="Cannot change the file"):
        TransferBatch.objects.filter(pk=batch.pk).update(**change)


def test_postgresql_keeps_the_sum() -> None:
    batch = gathered(ready())
    with pytest.raises(ProgrammingError, match="Cannot update rows"):
        TransferBatch.objects.filter(pk=batch.pk).update(total_minor=1)


def test_what_is_in_a_batch_moves_with_it_alone() -> None:
    refund = ready()
    batch = gathered(refund)
    with pytest.raises(accounts.InBatch, match=batch.message_id):
        accounts.give(refund, THEIR_OTHER, by=finn(), at=NOON)
    with pytest.raises(accounts.InBatch):
        by_hand.record_failed(refund, reason="No account.", provider=SEPA, by=finn(), at=NOON)
    with pytest.raises(by_hand.GoesInABatch):
        by_hand.record_sent(refund, reference="4711", provider=SEPA, by=finn(), at=NOON)
