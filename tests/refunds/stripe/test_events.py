"""What Stripe tells by webhook: which payment it is about, by whichever name; the rest is only noted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from makegood.money import Money
from makegood.refunds import hearing
from makegood.refunds.models import ProviderEvent
from makegood.refunds.providers.base import EventRefused, Notice
from makegood.refunds.providers.signatures import sign
from makegood.refunds.providers.stripe.adapter import StripeProvider
from tests import people
from tests.people import NOON
from tests.refunds.scenes import WEBHOOK_SECRET

REFUND = {
    "id": "re_1",
    "object": "refund",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "metadata": {"attempt": "key-1"},
}


def event(kind: str, about: object) -> dict[str, Any]:
    return {"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}}


def read(told: object) -> Notice:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    provider = StripeProvider(secret="", webhook_secret=WEBHOOK_SECRET)
    signature = sign(body, secret=WEBHOOK_SECRET, at=NOON - timedelta(minutes=4))
    return provider.read_event(body, {"Stripe-Signature": signature}, at=NOON)


@pytest.mark.parametrize(
    "kind", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"]
)
def test_an_event_of_a_refund_names_it_its_charge_and_our_key(kind: str) -> None:
    assert read(event(kind, REFUND)) == Notice("evt_1", kind, "ch_1", "re_1", "key-1", also_called="pi_1")


def test_an_event_of_a_charge_names_the_charge() -> None:
    charge = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}
    assert read(event("charge.refunded", charge)) == Notice(
        "evt_1", "charge.refunded", "ch_1", "", "", also_called="pi_1"
    )


def test_an_event_of_a_dispute_names_the_charge_that_is_disputed() -> None:
    dispute = {"id": "dp_1", "object": "dispute", "charge": {"id": "ch_1"}, "payment_intent": None}
    assert read(event("charge.dispute.created", dispute)) == Notice(
        "evt_1", "charge.dispute.created", "ch_1", "", ""
    )


def test_a_refund_without_a_charge_is_found_by_its_payment_intent() -> None:
    told = read(event("refund.updated", {**REFUND, "charge": None}))
    assert (told.charge_id, told.also_called) == ("pi_1", "")


def test_an_event_of_something_else_is_taken_and_is_about_no_payment() -> None:
    """Refused, it would be sent for three days, and then Stripe would switch the endpoint off."""
    told = read(event("customer.created", {"id": "cus_1", "object": "customer"}))
    assert told == Notice("evt_1", "customer.created", "", "", "")


@pytest.mark.parametrize(
    "told",
    [
        b"no JSON",
        [],
        {"id": "evt_1", "object": "refund"},
        {"id": "evt_1", "object": "event", "type": "refund.created", "data": {"object": "re_1"}},
        {"id": "", "object": "event", "type": "refund.created", "data": {"object": REFUND}},
        {"id": "evt_1", "object": "event", "type": "k" * 256, "data": {"object": REFUND}},
        event("refund.created", {**REFUND, "id": None}),
        event("refund.created", {**REFUND, "id": "r" * 256}),
    ],
)
def test_what_is_signed_but_no_event_is_refused(told: object) -> None:
    with pytest.raises(EventRefused) as refused:
        read(told)
    assert refused.value.reason == "malformed"


@pytest.mark.django_db
@pytest.mark.parametrize(("ours", "stored"), [("pi_1", "pi_1"), ("ch_1", "ch_1"), ("ch_other", "ch_1")])
def test_an_event_is_kept_under_the_name_by_which_we_know_the_payment(ours: str, stored: str) -> None:
    order = people.an_order(people.olena(), purchased_at=NOON, amount=Money(7_900, "USD"), paid=False)
    people.a_payment(order, captured_at=NOON, provider="stripe", reference=ours)
    hearing.store(read(event("refund.updated", REFUND)), provider="stripe", body=b"{}", at=NOON)
    assert ProviderEvent.objects.get().charge_id == stored
