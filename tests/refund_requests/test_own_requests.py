"""Staff are members too: whoever asks for a refund has no hand in it."""

from __future__ import annotations

import pytest

from makegood.queue.leases import take_next
from makegood.refund_requests import transitions
from makegood.refund_requests.findings import record_finding
from makegood.refund_requests.holding import OwnRequest
from makegood.refund_requests.queries import requests_awaiting_approval_by
from makegood.refund_requests.states import State
from tests import cases
from tests.people import NOON, ago, an_order, finn, later, marta, petro, roza, usd

pytestmark = pytest.mark.django_db


def test_the_queue_passes_over_what_the_representative_asked_for() -> None:
    own = cases.a_request(an_order(petro(), purchased_at=ago(days=21)))
    other = cases.a_request(at=later(minutes=5))
    assert take_next(by=petro(), at=later(hours=1)) == other
    assert take_next(by=petro(), at=later(hours=1)) is None
    assert take_next(by=roza(), at=later(hours=1)) == own


def test_nobody_takes_what_they_asked_for() -> None:
    own = cases.a_request(an_order(petro(), purchased_at=ago(days=21)))
    with pytest.raises(OwnRequest):
        transitions.take(own, by=petro(), at=NOON)
    assert cases.now(own).state == State.WAITING


def test_an_engineer_establishes_nothing_for_their_own_refund() -> None:
    own = cases.a_request(an_order(marta(), purchased_at=ago(days=21)))
    with pytest.raises(OwnRequest):
        record_finding(own, fact="bug_confirmed", value=True, note="", by=marta(), at=NOON)
    assert not own.findings.exists()


def test_nobody_is_the_second_person_of_their_own_refund() -> None:
    order = an_order(finn(), purchased_at=ago(days=21), amount=usd("450.00"))
    own = cases.refunded_by(cases.ready_to_decide(order), by=petro()).refund_request
    assert not requests_awaiting_approval_by(finn()).exists()
    with pytest.raises(OwnRequest):
        transitions.approve(own, by=finn(), at=NOON)
    with pytest.raises(OwnRequest):
        transitions.return_decision(own, by=finn(), at=NOON, reason="I would like more.")
    assert cases.now(own).state == State.AWAITING_APPROVAL
