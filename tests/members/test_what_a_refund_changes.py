"""The member reads in plain sentences what the refund changes for what they bought."""

from __future__ import annotations

import pytest
from django.test import Client

from makegood.effects import following
from makegood.members.ticket.changes import changes_of
from makegood.members.ticket.reading import read
from makegood.orders.models import Order
from makegood.refund_requests.models import RefundRequest
from tests.effects import scenes
from tests.people import NOON, ago, an_order, finn, olena

pytestmark = pytest.mark.django_db


def told(request: RefundRequest, order: Order) -> list[str]:
    return changes_of(read(request).foreseen.get(order.pk))


def test_a_licence_ends_when_the_refund_is_paid(client: Client) -> None:
    order = an_order(olena(), purchased_at=ago(days=21))
    request = scenes.approved_defect(order)
    client.force_login(olena())
    page = client.get(f"/refunds/{request.reference}/").content.decode()
    assert "Your licence ends when the refund is paid." in page
    scenes.follow(scenes.paid(request, order))
    assert told(request, order) == ["Your licence has ended with the refund."]


def test_one_refunded_in_part_stays() -> None:
    order = an_order(olena(), purchased_at=ago(days=21))
    request = scenes.approved_defect(order)
    order.payments.update(captured_minor=order.amount_minor + 100)
    assert told(request, order) == ["Your licence stays."]


def test_a_renewal_is_one_term_less_and_not_renewed_again() -> None:
    _, renewal = scenes.a_subscription()
    request = scenes.approved_renewal(renewal)
    assert told(request, renewal) == [
        "When the refund is paid, it ends one term earlier: the term that we refund.",
        "Automatic renewal is switched off when the refund is paid.",
    ]
    scenes.follow(scenes.paid(request, renewal))
    assert told(request, renewal)[0] == "It ends one term earlier: the term that we refunded."


def test_the_other_order_of_a_duplicate_stays() -> None:
    good, duplicate = scenes.a_pair("L-1", "L-2")
    request = scenes.approved_duplicate(good, duplicate)
    assert told(request, duplicate)[:2] == [
        "Your service ends when the refund is paid.",
        "Your other order stays as it is.",
    ]
    assert told(request, good) == []


def test_what_was_given_back_stays() -> None:
    order = an_order(olena(), purchased_at=ago(days=21))
    request = scenes.approved_defect(order)
    [effect] = scenes.follow(scenes.paid(request, order))
    following.take_back_by_hand(effect, zone=scenes.ZONE, by=finn(), at=NOON)
    assert told(request, order) == ["Your licence stays."]
