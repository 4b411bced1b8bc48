"""What the rows tell a policy."""

from __future__ import annotations

import pytest

from makegood.refund_requests.facts import renewal_was_chosen
from tests.people import ago, an_order, olena, verifier

pytestmark = pytest.mark.django_db


def test_a_renewal_that_records_no_choice_has_the_one_made_at_its_purchase() -> None:
    buyer, service = olena(), verifier()
    purchase = an_order(buyer, service, purchased_at=ago(days=60), auto_renewal_chosen=True)
    first = an_order(buyer, service, purchased_at=ago(days=30), renews=purchase)
    second = an_order(buyer, service, purchased_at=ago(days=1), renews=first)
    assert renewal_was_chosen(second) is True


def test_a_choice_recorded_nowhere_is_not_known() -> None:
    buyer, service = olena(), verifier()
    purchase = an_order(buyer, service, purchased_at=ago(days=60))
    assert renewal_was_chosen(an_order(buyer, service, purchased_at=ago(days=1), renews=purchase)) is None
