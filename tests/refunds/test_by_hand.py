"""Money that a person sends: who, when, under which reference."""

from __future__ import annotations

from datetime import date

import pytest

from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.orders.models import Payment
from makegood.refunds import by_hand, opening, queries
from makegood.refunds.advancing import advance
from makegood.refunds.days import NotThatDay
from makegood.refunds.models import Refund
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.states import State
from tests.people import NOON, a_payment, ago, an_order, finn, later, olena
from tests.refunds.scenes import WORKER, Scene
from tests.refunds.transfer_scenes import KYIV


@pytest.fixture
def refund(transactional_db: None, manual: ManualProvider) -> Refund:
    order = an_order(olena(), purchased_at=ago(days=3), paid=False)
    payment = a_payment(order, captured_at=ago(days=3), provider="manual", method="wire", method_label="Wire")
    opened = opening.open(
        payment=payment, amount=payment.captured, reference="R-1", decision_round=1, by=WORKER, at=NOON
    )
    return advance(opened.pk, provider=manual, by=WORKER, at=NOON)


def sent(refund: Refund, manual: ManualProvider) -> Refund:
    return by_hand.record_sent(refund, reference="WIRE-77", provider=manual, by=finn(), at=NOON)


def test_it_waits_for_a_person(refund: Refund) -> None:
    assert refund.state == State.ACTION_NEEDED
    assert list(queries.waiting_for_a_person()) == [refund]


def test_who_sent_it_is_recorded(refund: Refund, manual: ManualProvider) -> None:
    assert sent(refund, manual).trace_reference == "WIRE-77"
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_id) == ("refund.succeeded", finn().pk)


def test_a_reference_is_needed(refund: Refund, manual: ManualProvider) -> None:
    with pytest.raises(by_hand.ReferenceMissing):
        by_hand.record_sent(refund, reference="  ", provider=manual, by=finn(), at=NOON)


def test_the_day_and_the_way_are_kept(refund: Refund, manual: ManualProvider) -> None:
    cash = by_hand.SentOn(by_hand.Way.CASH, date(2026, 11, 24), KYIV)
    two_days_on = later(days=2)
    paid = by_hand.record_sent(
        refund, reference="4711", sent=cash, provider=manual, by=finn(), at=two_days_on
    )
    assert paid.succeeded_at is not None
    assert paid.succeeded_at.astimezone(KYIV).date() == date(2026, 11, 24)
    assert Event.objects.latest("pk").at == two_days_on
    answer = refund.attempts.get().answers.latest("pk")
    assert answer.body == {"way": "cash", "sent_on": "2026-11-24"}


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 24)])
def test_it_was_sent_between_its_opening_and_today(refund: Refund, manual: ManualProvider, day: date) -> None:
    wire = by_hand.SentOn(by_hand.Way.WIRE, day, KYIV)
    with pytest.raises(NotThatDay):
        by_hand.record_sent(refund, reference="4711", sent=wire, provider=manual, by=finn(), at=NOON)


def test_it_still_waits_until_a_person_knows_that_it_arrived(refund: Refund, manual: ManualProvider) -> None:
    assert list(queries.waiting_for_a_person()) == [sent(refund, manual)]
    by_hand.record_arrived(refund, provider=manual, by=finn(), at=NOON)
    assert not queries.waiting_for_a_person().exists()


def test_sent_twice_is_refused(refund: Refund, manual: ManualProvider) -> None:
    sent(refund, manual)
    with pytest.raises(MoveNotAllowed):
        sent(refund, manual)


def test_what_could_not_be_sent_gives_its_money_back(refund: Refund, manual: ManualProvider) -> None:
    failed = by_hand.record_failed(refund, reason="No such account.", provider=manual, by=finn(), at=NOON)
    assert failed.state == State.FAILED
    assert Payment.objects.get().reserved_minor == 0


def test_what_came_back_bounced(refund: Refund, manual: ManualProvider) -> None:
    sent(refund, manual)
    came_back = by_hand.record_failed(refund, reason="Account closed.", provider=manual, by=finn(), at=NOON)
    assert came_back.state == State.BOUNCED


def test_nobodys_word_stands_against_a_provider_that_can_be_asked(scene: Scene) -> None:
    with pytest.raises(by_hand.AskTheProvider):
        by_hand.record_arrived(scene.sent(), provider=scene.provider, by=finn(), at=NOON)
