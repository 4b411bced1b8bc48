"""A refund's whole way through each provider, at its stand-in: sent, lost, found, heard of, and proven."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from makegood.money import Money
from makegood.orders.models import Payment
from makegood.refunds import advancing, hearing, opening, sending
from makegood.refunds.models import ExternalRefund, ProviderEvent, Refund
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.states import State
from makegood.refunds.verifying import problems
from tests import people
from tests.people import NOON
from tests.refunds.scenes import WEBHOOK_SECRET, WORKER
from tests.refunds.standing_in import STANDS, Meeting, connections

AMOUNT = Money(7_900, "USD")


class Way:
    """One provider, a payment captured there, and time that passes for both."""

    def __init__(self, meeting: Meeting, client: Client) -> None:
        self.meeting, self.provider, self._client = meeting, meeting.provider, client
        assert meeting.stand_in
        self.stand_in = meeting.stand_in

    @property
    def now(self) -> datetime:
        return self.stand_in.book.clock.now()

    def paid(self, fate: Fate) -> Payment:
        reference = self.meeting.captured(Money(90_000, "USD"), fate)
        order = people.an_order(people.olena(), purchased_at=people.ago(days=3), amount=AMOUNT, paid=False)
        return people.a_payment(
            order,
            captured_at=people.ago(days=3),
            captured=Money(90_000, "USD"),
            provider=self.meeting.name,
            reference=reference,
        )

    def sent(self, payment: Payment) -> Refund:
        opened = opening.open(
            payment=payment, amount=AMOUNT, reference="R-7K3M-20", decision_round=1, by=WORKER, at=self.now
        )
        return sending.send(opened.pk, provider=self.provider, by=WORKER, at=self.now)

    def later(self, refund: Refund, **how_long: float) -> Refund:
        self.stand_in.book.advance(timedelta(**how_long))
        return advancing.advance(refund.pk, provider=self.provider, by=WORKER, at=self.now)

    def hear(self) -> list[int]:
        """Have every event delivered over HTTP and followed up; the statuses of the answers."""
        statuses = []
        for event in self.meeting.told():
            body, headers = self.stand_in.delivery(event, WEBHOOK_SECRET)
            address = f"/api/webhooks/{self.meeting.name}"
            statuses.append(
                self._client.post(
                    address, body, content_type="application/json", headers=dict(headers)
                ).status_code
            )
            self.stand_in.book.mark_told(event)
        for stored in ProviderEvent.objects.filter(handled=None):
            hearing.follow_up(stored.pk, provider=self.provider, by=WORKER, at=self.now)
        return statuses


@pytest.fixture(params=[name for name, stand in STANDS.items() if stand.stand_in])
def way(
    request: pytest.FixtureRequest,
    transactional_db: None,
    tmp_path: Path,
    manners: Manners,
    settings: LazySettings,
    client: Client,
) -> Iterator[Way]:
    """When a test leaves it, every invariant must hold."""
    stand_in = STANDS[request.param].stand_in
    assert stand_in
    with stand_in(tmp_path, manners, clock=Clock(frozen=NOON)) as server:
        for name, value in vars(connections(request.param, server.url)).items():
            setattr(settings, name, value)
        way = Way(Meeting(request.param, server), client)
        yield way
        at = way.now + timedelta(minutes=1)
        wrong = list(problems(at=at, providers={request.param: way.provider}))
        assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("lie", [Lie.CUTS_AFTER, Lie.SAYS_500_DID_IT, Lie.SAYS_NONSENSE, Lie.SAYS_HALF])
def test_a_refund_whose_answer_was_lost_is_found_and_never_made_twice(way: Way, lie: Lie) -> None:
    payment = way.paid(Fate.SETTLES)
    way.stand_in.liar.order([lie])
    refund = way.sent(payment)
    assert refund.state == State.UNKNOWN
    assert way.later(refund, minutes=3).state == State.PENDING
    assert len(way.stand_in.book.refunds) == 1


@pytest.mark.parametrize("lie", [Lie.CUTS_BEFORE, Lie.SAYS_429])
def test_a_refund_that_never_arrived_is_sent_again_and_made_once(way: Way, lie: Lie) -> None:
    payment = way.paid(Fate.SETTLES)
    way.stand_in.liar.order([lie])
    refund = way.sent(payment)
    assert refund.state == State.UNKNOWN
    for _ in range(3):
        refund = way.later(refund, hours=1, minutes=5)
    assert refund.state == State.PENDING
    assert len(way.stand_in.book.refunds) == 1


def test_its_events_bring_the_refund_to_its_end(way: Way) -> None:
    refund = way.sent(way.paid(Fate.BOUNCES))
    way.stand_in.book.advance(timedelta(days=1))
    assert set(way.hear()) == {200}
    refund.refresh_from_db()
    assert refund.state == State.SUCCEEDED
    way.stand_in.book.advance(timedelta(days=10))
    assert set(way.hear()) == {200}
    refund.refresh_from_db()
    assert refund.state == State.BOUNCED


def test_in_the_end_it_is_there_or_counts_as_there(way: Way) -> None:
    refund = way.later(way.sent(way.paid(Fate.SETTLES)), days=2)
    assert refund.state == State.SUCCEEDED
    refund = way.later(refund, days=30)
    assert refund.state == State.SETTLED
    assert (refund.settled_at is not None) == way.provider.promises.tells_arrival, "a day is known or none"


def test_a_refund_in_the_dashboard_is_heard_of_and_counts(way: Way) -> None:
    payment = way.paid(Fate.SETTLES)
    way.meeting.refunded_in_the_dashboard(payment.provider_reference, Money(80_000, "USD"))
    assert set(way.hear()) == {200}
    assert ExternalRefund.objects.get().amount == Money(80_000, "USD")
    payment.refresh_from_db()
    assert payment.refundable == Money(10_000, "USD")
