"""What people record of a batch at the bank: accepted, executed, arrived, refused, come back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from makegood import reactions
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.money import Money
from makegood.refund_requests.states import State as RequestState
from makegood.refunds import retrying
from makegood.refunds.advancing import advance
from makegood.refunds.days import NotThatDay
from makegood.refunds.models import Refund
from makegood.refunds.providers.sepa.adapter import SepaProvider
from makegood.refunds.states import State
from makegood.refunds.transfers import at_the_bank
from makegood.refunds.transfers.states import BatchState, TransferState
from makegood.refunds.transfers.waiting import Needs
from makegood.refunds.verifying import problems
from tests import cases
from tests.people import NOON, a_payment, ago, an_order, finn, later, ola, olena
from tests.refunds.scenes import WORKER
from tests.refunds.transfer_scenes import (
    KYIV,
    OURS,
    TUESDAY,
    WEDNESDAY,
    all_is_well,
    came_back,
    executed,
    gathered,
    handed_over,
    needs,
    now,
    ready,
    released,
    with_account,
)

pytestmark = pytest.mark.django_db(transaction=True)

SEPA = SepaProvider()


def test_accepted_is_not_paid_and_executed_is() -> None:
    refund = ready()
    batch = handed_over(refund)
    assert now(refund).state == State.PENDING
    at_the_bank.execute(batch, on=TUESDAY, zone=KYIV, by=finn(), at=later(days=2))
    paid = now(refund)
    assert (paid.state, paid.trace_reference) == (State.SUCCEEDED, batch.transfers.get().end_to_end_id)
    assert paid.succeeded_at is not None
    assert paid.succeeded_at.astimezone(KYIV).date() == TUESDAY
    all_is_well()


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 26)])
def test_it_was_executed_between_then_and_today(day: date) -> None:
    with pytest.raises(NotThatDay, match="from 23 November 2026 to 25 November 2026"):
        at_the_bank.execute(handed_over(ready()), on=day, zone=KYIV, by=finn(), at=later(days=2))


def test_what_arrived_is_settled() -> None:
    refund, back = ready(reference="R-1"), ready(reference="R-2")
    batch = executed(refund, back)
    came_back(back)
    at_the_bank.arrived(batch, by=finn(), at=later(days=4))
    assert (now(refund).state, now(back).state) == (State.SETTLED, State.BOUNCED)
    with pytest.raises(MoveNotAllowed):
        at_the_bank.arrived(batch, by=finn(), at=later(days=4))
    all_is_well()


def test_a_refused_file_paid_nothing() -> None:
    refund = ready()
    batch = at_the_bank.refuse(handed_over(refund), reason="Wrong contract.", by=finn(), at=NOON)
    assert (batch.state, now(refund).state) == (BatchState.REFUSED, State.FAILED)
    retried = retrying.retry(now(refund), provider=SEPA, by=finn(), at=NOON)
    assert retried.attempts.count() == 2
    all_is_well()


def test_a_returned_transfer_bounces_with_the_words_of_its_code() -> None:
    refund = ready()
    executed(refund)
    assert came_back(refund).state == State.BOUNCED
    answer = refund.attempts.get().answers.latest("pk")
    assert answer.reason == "AC04: the account is closed"
    assert answer.body == {"code": "AC04", "returned_on": "2026-11-25", "amount": "79.00 EUR"}
    assert refund.transfers.get().state == TransferState.RETURNED
    all_is_well()


def test_what_came_back_needs_its_account_looked_at_anew() -> None:
    refund = ready()
    executed(refund)
    came_back(refund)
    retrying.retry(now(refund), provider=SEPA, by=finn(), at=later(days=3))
    Refund.objects.filter(pk=refund.pk).update(state=State.ACTION_NEEDED)
    assert needs(refund) is Needs.AN_ACCOUNT
    with_account(refund)
    assert gathered(now(refund)).transfers.get().end_to_end_id.endswith("-2")


def test_a_transfer_comes_back_whole() -> None:
    refund = ready()
    executed(refund)
    with pytest.raises(at_the_bank.AmountDiffers, match="79"):
        at_the_bank.returned(
            refund,
            code="AC04",
            amount=Money.of("78.00", "EUR"),
            on=WEDNESDAY,
            zone=KYIV,
            by=finn(),
            at=later(days=3),
        )
    assert now(refund).state == State.SUCCEEDED


def test_what_the_bank_never_had_does_not_come_back() -> None:
    refund = ready()
    released(refund)
    with pytest.raises(MoveNotAllowed):
        came_back(refund)


def test_a_returned_transfer_reopens_the_request() -> None:
    order = an_order(olena(), purchased_at=ago(days=21), amount=Money.of("79.00", "EUR"), paid=False)
    a_payment(order, captured_at=ago(days=21), provider="sepa", method="sepa")
    decided = cases.refunded_by(cases.ready_to_decide(order, by=ola()), by=ola())
    request = cases.now(decided.refund_request)
    assert request.state == RequestState.APPROVED
    reactions.open_refunds(cases.event_of(request, Action.APPROVED), NOON)
    [refund] = Refund.objects.filter(reference=request.reference)
    advance(refund.pk, provider=SEPA, by=WORKER, at=NOON)
    with_account(refund)
    executed(refund)
    came_back(refund)
    with transaction.atomic():
        reactions.reopen_request(Event.objects.get(action=Action.REFUND_BOUNCED), later(days=3))
    assert cases.now(request).round == request.round + 1
    assert OURS.iban not in str(list(Event.objects.values_list("details", flat=True)))


# Whatever happened past the guards


@pytest.mark.parametrize(
    ("tampered", "sentence"),
    [
        ("UPDATE refunds_transferbatch SET file = 'other'", "its file is not the one that was gathered."),
        ("UPDATE refunds_transferbatch SET total_minor = 1", "its transfers are not those"),
        ("UPDATE refunds_transferbatch SET count = 2", "its transfers are not those"),
        ("DELETE FROM refunds_destinationagreement", "nobody agreed to the account"),
    ],
)
def test_verify_finds_what_was_tampered_with(tampered: str, sentence: str) -> None:
    released(ready())
    all_is_well()
    with connection.cursor() as cursor:
        cursor.execute(f"SET session_replication_role = replica; {tampered}; RESET session_replication_role")
    assert [sentence in each.sentence for each in problems(at=NOON)] == [True]
