"""What follows from what: at once in the same transaction, or later by a job that leaves with it."""

from __future__ import annotations

import inspect

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from makegood import reactions
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.books.models import CreditNote
from makegood.defects import transitions as defects
from makegood.defects.models import Defect
from makegood.notifications import invitations, letters, trial_letters
from makegood.notifications.models import Letter
from makegood.orders.models import Payment
from makegood.orders.payments import reserve
from makegood.queue.models import Promise
from makegood.refund_requests import transitions
from makegood.refund_requests.models import Assessment, RefundRequest
from makegood.refund_requests.states import State
from makegood.refunds import advancing, by_hand, opening, retrying
from makegood.refunds.models import Refund
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.states import State as RefundState
from tests import cases
from tests.jobs import jobs, work
from tests.people import NOON, a_payment, ago, an_order, finn, later, marta, ola, olena, petro, usd

pytestmark = pytest.mark.django_db

MANUAL = ManualProvider()
WORKER = System("a test")
inside_no_transaction = pytest.mark.django_db(transaction=True)


def approved_with(*captured: str) -> RefundRequest:
    """Approved, for an order paid by wire in as many payments."""
    amounts = [usd(amount) for amount in captured]
    price = sum((amount for amount in amounts[1:]), amounts[0])
    order = an_order(olena(), purchased_at=ago(days=21), amount=price, paid=False)
    for hours, amount in enumerate(amounts):
        a_payment(
            order,
            captured_at=ago(days=21, hours=-hours),
            captured=amount,
            provider="manual",
            method="wire",
            method_label="Bank wire",
        )
    return cases.now(cases.refunded_by(cases.ready_to_decide(order, by=ola()), by=ola()).refund_request)


def open_refunds(refund_request: RefundRequest) -> list[Refund]:
    reactions.open_refunds(cases.event_of(refund_request, Action.APPROVED), NOON)
    return list(Refund.objects.filter(reference=refund_request.reference).order_by("pk"))


def paid(refund: Refund) -> Refund:
    asked = advancing.advance(refund.pk, provider=MANUAL, by=WORKER, at=NOON)
    return by_hand.record_sent(asked, reference="WIRE-77", provider=MANUAL, by=finn(), at=NOON)


def settle(refund: Refund) -> None:
    by_hand.record_arrived(paid(refund), provider=MANUAL, by=finn(), at=NOON)


def react_to(action: Action, refund: Refund) -> None:
    """What the table says follows from the latest such event of the refund."""
    event = Event.objects.filter(action=action, subject_kind="refund", subject_id=refund.pk).latest("pk")
    for reaction in reactions.LATER[action]:
        reaction(event, NOON)


# The table


def test_each_name_in_the_table_is_one_reaction() -> None:
    named = {reaction for row in reactions.LATER.values() for reaction in row}
    assert len(reactions.BY_NAME) == len(named)


def test_every_letter_is_in_the_table() -> None:
    written = {
        name
        for module in (letters, trial_letters, invitations)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    written.remove("account_erased")  # erasing writes it itself: afterwards there is nobody to write to
    assert written <= set(reactions.BY_NAME)


def test_every_change_of_state_that_the_member_should_hear_of_writes_a_letter() -> None:
    told = {
        action
        for action, row in reactions.LATER.items()
        if any(r.__module__ == letters.__name__ for r in row)
    }
    assert told >= {
        Action.SUBMITTED,
        Action.MESSAGE_FROM_US,
        Action.SENT_TO_ENGINEERS,
        Action.ENGINEERS_ANSWERED,
        Action.APPROVED,
        Action.DECLINED,
        Action.WITHDRAWN,
        Action.REOPENED,
        Action.REFUND_SUCCEEDED,
        Action.REFUNDED,
    }


def test_an_event_enqueues_its_later_reactions_in_its_own_transaction() -> None:
    order = an_order(olena(), purchased_at=ago(days=21))
    with transaction.atomic():
        cases.a_request(order)
        assert jobs("todo").count("react") == 1
        transaction.set_rollback(True)
    assert (jobs("todo"), Event.objects.filter(action=Action.SUBMITTED).exists()) == ([], False)


def test_whenever_the_next_step_is_ours_again_an_update_is_promised() -> None:
    decided = cases.awaiting_approval()
    assert Promise.objects.filter(refund_request=decided).count() == 2, (
        "when it came in and when it was decided"
    )
    transitions.return_decision(decided, by=finn(), at=later(hours=1), reason="Look again")
    assert Promise.objects.filter(refund_request=decided).latest("pk").made_at == later(hours=1)


# The worker


@app.task(name="test.enqueues_and_fails")
def _enqueues_and_fails() -> None:
    with transaction.atomic():
        _follows.defer()
        raise RuntimeError("undone")


@app.task(name="test.enqueues_and_looks")
def _enqueues_and_looks() -> None:
    with transaction.atomic():
        _follows.defer()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'test.follows'")
            assert cursor.fetchone() == (1,), "it is in this transaction"


@app.task(name="test.follows")
def _follows() -> None:
    """Nothing; that it ran is in its row."""


@inside_no_transaction
def test_a_job_enqueued_by_a_job_is_undone_with_its_transaction() -> None:
    _enqueues_and_fails.defer()
    work()
    assert (jobs("failed"), jobs("succeeded"), jobs("todo")) == (["test.enqueues_and_fails"], [], [])


@inside_no_transaction
def test_a_job_enqueued_by_a_job_runs_after_its_commit() -> None:
    _enqueues_and_looks.defer()
    work()
    assert jobs("succeeded") == ["test.enqueues_and_looks", "test.follows"]


@inside_no_transaction
def test_the_worker_writes_and_sends_the_letters_of_a_request(mailoutbox: list[object]) -> None:
    approved_with("79.00")
    work()
    kinds = Letter.objects.exclude(sent_at=None).order_by("pk").values_list("kind", flat=True)
    assert sorted(kinds) == ["approved", "received"]
    assert len(mailoutbox) == 2
    assert jobs("failed") == []


# Money


def test_an_approved_request_opens_a_refund_of_its_payment() -> None:
    (refund,) = open_refunds(approved_with("79.00"))
    assert (refund.amount, refund.decision_round, refund.state) == (usd("79.00"), 1, RefundState.APPROVED)


def test_reacting_twice_opens_it_once() -> None:
    approved = approved_with("79.00")
    assert open_refunds(approved) == open_refunds(approved)
    assert Payment.objects.get().reserved_minor == 7900


def test_an_order_paid_in_parts_is_refunded_in_parts_the_earliest_first() -> None:
    refunds = open_refunds(approved_with("50.00", "29.00"))
    assert [refund.amount for refund in refunds] == [usd("50.00"), usd("29.00")]


def test_a_part_refunded_elsewhere_meanwhile_reopens_the_request_and_opens_nothing() -> None:
    approved = approved_with("50.00", "29.00")
    reserve(Payment.objects.latest("pk").pk, usd("0.01"))
    assert open_refunds(approved) == []
    assert (cases.now(approved).state, cases.now(approved).round) == (State.WAITING, 2)
    assert Payment.objects.earliest("pk").reserved_minor == 0, "all or none"


def test_reacting_again_after_it_was_reopened_does_nothing() -> None:
    approved = approved_with("50.00")
    reserve(Payment.objects.get().pk, usd("0.01"))
    open_refunds(approved)
    taken = cases.taken(cases.now(approved))
    assert open_refunds(approved) == []
    assert cases.now(taken).holder == petro(), "nobody takes it out of Petro's hands"


@inside_no_transaction
def test_when_the_last_of_its_refunds_has_arrived_so_has_the_request() -> None:
    approved = approved_with("50.00", "29.00")
    first, last = open_refunds(approved)
    settle(first)
    react_to(Action.REFUND_SETTLED, first)
    assert cases.now(approved).state == State.APPROVED
    settle(last)
    for _ in range(2):
        react_to(Action.REFUND_SETTLED, last)
    assert cases.now(approved).state == State.REFUNDED


@inside_no_transaction
def test_a_bounced_refund_reopens_its_own_round_once() -> None:
    approved = approved_with("79.00")
    (refund,) = open_refunds(approved)
    by_hand.record_failed(paid(refund), reason="Account closed", provider=MANUAL, by=finn(), at=NOON)
    for _ in range(2):
        react_to(Action.REFUND_BOUNCED, refund)
    assert (cases.now(approved).state, cases.now(approved).round) == (State.WAITING, 2)


@inside_no_transaction
def test_a_refund_of_an_earlier_round_neither_settles_nor_reopens_the_next() -> None:
    approved = approved_with("79.00")
    (refund,) = open_refunds(approved)
    bounced = by_hand.record_failed(paid(refund), reason="Closed", provider=MANUAL, by=finn(), at=NOON)
    react_to(Action.REFUND_BOUNCED, refund)
    again = cases.taken(cases.now(approved), by=ola())
    cases.refunded_by(again, by=ola())
    react_to(Action.REFUND_BOUNCED, bounced)
    assert (cases.now(approved).state, cases.now(approved).round) == (State.APPROVED, 2)
    retried = retrying.retry(bounced, provider=MANUAL, by=finn(), at=NOON)
    settle(retried)
    react_to(Action.REFUND_SETTLED, retried)
    assert cases.now(approved).state == State.APPROVED, "the refund of round 2 is not even opened"


def test_a_canceled_refund_reopens_the_request() -> None:
    approved = approved_with("79.00")
    (refund,) = open_refunds(approved)
    opening.cancel(refund, reason="Wrong account", by=finn(), at=NOON)
    react_to(Action.REFUND_CANCELED, refund)
    assert cases.now(approved).state == State.WAITING


# Defects


def verdict_of(defect: Defect, action: Action) -> None:
    event = Event.objects.filter(action=action, subject_kind="defect", subject_id=defect.pk).latest("pk")
    for reaction in reactions.LATER[action]:
        reaction(event, NOON)


def test_a_verdict_answers_every_request_that_waits_for_it_and_no_other() -> None:
    defect = defects.reproduce(cases.a_defect(), by=marta(), at=NOON)
    waiting = [cases.with_engineers(defect=defect) for _ in range(3)]
    other = cases.with_engineers()
    defects.give_up(defect, by=marta(), at=NOON)
    verdict_of(defect, Action.DEFECT_CANNOT_BE_FIXED)
    assert [cases.now(row).state for row in waiting] == [State.WAITING] * 3
    assert {cases.now(row).queued_at for row in waiting} == {NOON}, "each at its own place"
    assert cases.now(other).state == State.WITH_ENGINEERS
    newest = [Assessment.objects.filter(refund_request=row).latest("pk").outcome for row in waiting]
    assert newest == ["eligible"] * 3


def test_a_defect_that_is_reproduced_is_not_answered_yet_but_asked_of_the_policy() -> None:
    defect = cases.a_defect()
    waiting = cases.with_engineers(defect=defect)
    before = Assessment.objects.filter(refund_request=waiting).count()
    defects.reproduce(defect, by=marta(), at=NOON)
    verdict_of(defect, Action.DEFECT_REPRODUCED)
    newest = Assessment.objects.filter(refund_request=waiting).latest("pk")
    assert cases.now(waiting).state == State.WITH_ENGINEERS
    assert Assessment.objects.filter(refund_request=waiting).count() == before + 1
    assert newest.facts["bug_confirmed"] is True


def test_the_same_verdict_twice_answers_once() -> None:
    defect = defects.reproduce(cases.a_defect(), by=marta(), at=NOON)
    waiting = cases.with_engineers(defect=defect)
    defects.fix(defect, fixed_in="9.7", by=marta(), at=NOON)
    for _ in range(2):
        verdict_of(defect, Action.DEFECT_FIXED)
    assert cases.happened(waiting).count("asked_to_try") == 1


def test_a_verdict_changes_nothing_for_what_is_decided() -> None:
    defect = defects.reproduce(cases.a_defect(), by=marta(), at=NOON)
    waiting = cases.with_engineers(defect=defect)
    transitions.withdraw(waiting, by=olena(), at=NOON)
    defects.fix(defect, fixed_in="9.7", by=marta(), at=NOON)
    verdict_of(defect, Action.DEFECT_FIXED)
    assert cases.now(waiting).state == State.WITHDRAWN


@inside_no_transaction
def test_a_refund_that_left_has_a_credit_note_and_one_that_came_back_has_it_reversed() -> None:
    [refund] = open_refunds(approved_with("79.00"))
    paid(refund)
    react_to(Action.REFUND_SUCCEEDED, refund)
    [note] = CreditNote.objects.all()
    assert (note.reference, note.gross) == (refund.reference, usd("79.00"))
    by_hand.record_failed(refund, reason="Account closed", provider=MANUAL, by=finn(), at=later(days=3))
    react_to(Action.REFUND_BOUNCED, refund)
    react_to(Action.REFUND_SUCCEEDED, refund)
    assert [each.kind for each in CreditNote.objects.order_by("pk")] == ["credit", "reversal"]
