"""The stand-in keeps to what Stripe documents; Stripe's own SDK talks to it as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
import stripe

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from tests.refunds.scenes import SECRET, WEBHOOK_SECRET

CHARGE = {"id": "ch_1", "amount": 10_000, "currency": "USD", "reference": "9412031"}


@pytest.fixture
def sdk(stand_in: StripeStandIn) -> stripe.StripeClient:
    """As anybody would make it who was told another address, with the SDK's own line."""
    stand_in.book.charge([CHARGE])
    return stripe.StripeClient(SECRET, base_addresses={"api": stand_in.url}, max_network_retries=0)


def refund(http: httpx.Client, key: str = "key-1", **form: Any) -> httpx.Response:
    wanted = {"charge": "ch_1", "amount": "100", **form}
    return http.post("/v1/refunds", data=wanted, headers={"Idempotency-Key": key})


def charged(http: httpx.Client, stand_in: StripeStandIn) -> httpx.Client:
    stand_in.book.charge([CHARGE])
    return http


def test_the_sdk_makes_and_reads_refunds(sdk: stripe.StripeClient) -> None:
    made = sdk.v1.refunds.create({"charge": "ch_1", "amount": 250, "metadata": {"attempt": "key-1"}})
    assert (made.status, made.amount, made.currency, made.charge) == ("pending", 250, "usd", "ch_1")
    assert made.metadata is not None
    assert made.metadata["attempt"] == "key-1"
    assert sdk.v1.refunds.retrieve(made.id).id == made.id
    rest = sdk.v1.refunds.create({"payment_intent": "pi_1"})
    assert rest.amount == 9_750
    assert sdk.v1.charges.retrieve("ch_1").refunded
    listed = sdk.v1.refunds.list({"charge": "ch_1", "limit": 1})
    assert listed.has_more
    assert [each.id for each in listed.auto_paging_iter()] == [rest.id, made.id]


def test_the_sdk_captures_payments(sdk: stripe.StripeClient, stand_in: StripeStandIn) -> None:
    intent = sdk.v1.payment_intents.create({"amount": 500, "currency": "jpy", "confirm": True})
    assert (intent.status, intent.amount_received) == ("succeeded", 500)
    assert intent.latest_charge in stand_in.book.charges
    assert sdk.v1.charges.create({"amount": 500, "currency": "isk", "source": "tok_visa"}).captured


def test_the_sdk_hears_of_disputes_and_verifies_events(
    sdk: stripe.StripeClient, stand_in: StripeStandIn
) -> None:
    opened = stand_in.book.dispute("ch_1", amount=700, state=DisputeState.INQUIRY)
    [dispute] = sdk.v1.disputes.list({"charge": "ch_1"}).data
    assert (dispute.id, dispute.status, dispute.amount) == (opened.id, "warning_needs_response", 700)
    stand_in.book.change_dispute(opened.id, DisputeState.OPEN)
    assert sdk.v1.disputes.retrieve(opened.id).status == "needs_response"
    kinds = []
    for each in stand_in.book.untold_events():
        body, headers = stand_in.delivery(each, WEBHOOK_SECRET)
        event = sdk.construct_event(body, headers["Stripe-Signature"], WEBHOOK_SECRET)
        kinds.append(event.type)
    assert kinds == ["charge.dispute.created", "charge.dispute.updated"]


def test_the_sdk_raises_what_stripe_would_have_it_raise(
    sdk: stripe.StripeClient, stand_in: StripeStandIn
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.refunds.create({"charge": "ch_1", "amount": 10_001})
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, None, "amount")
    assert str(refused.value.request_id).startswith("req_")
    sdk.v1.refunds.create({"charge": "ch_1"}, {"idempotency_key": "key-1"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.refunds.create({"charge": "ch_1", "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    with pytest.raises(stripe.IdempotencyError):
        sdk.v1.refunds.create({"charge": "ch_1", "amount": 1}, {"idempotency_key": "key-1"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.charges.retrieve("ch_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_wrong", base_addresses={"api": stand_in.url}).v1.charges.retrieve("ch_1")


def test_a_repeated_key_is_answered_with_the_first_answer_and_says_so(
    http: httpx.Client, stand_in: StripeStandIn
) -> None:
    first, again = refund(charged(http, stand_in)), refund(http)
    assert first.json() == again.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(stand_in.book.refunds) == 1


def test_a_refusal_is_remembered_too(http: httpx.Client, stand_in: StripeStandIn) -> None:
    first = refund(charged(http, stand_in), amount="10001")
    again = refund(http, amount="10001")
    assert (first.status_code, again.json()) == (400, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(http: httpx.Client, stand_in: StripeStandIn) -> None:
    first = refund(charged(http, stand_in)).json()
    stand_in.book.advance(timedelta(hours=23))
    assert refund(http).json()["id"] == first["id"]
    stand_in.book.advance(timedelta(hours=2))
    assert refund(http).json()["id"] != first["id"]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"amount": "abc"}, "parameter_invalid_integer"),
        ({"amount": "0"}, "parameter_invalid_integer"),
        ({"amount": "-5"}, "parameter_invalid_integer"),
        ({"currency": "usd"}, "parameter_unknown"),
        ({"charge": "ch_2"}, "resource_missing"),
    ],
)
def test_what_stripe_does_not_take_is_refused(
    http: httpx.Client, stand_in: StripeStandIn, form: dict[str, str], code: str
) -> None:
    answer = refund(charged(http, stand_in), **form)
    assert answer.json()["error"]["code"] == code
    assert (answer.json()["error"]["type"], stand_in.book.refunds) == ("invalid_request_error", {})


@pytest.mark.parametrize("state", list(DisputeState))
def test_what_the_bank_took_cannot_be_refunded_as_well(
    http: httpx.Client, stand_in: StripeStandIn, state: DisputeState
) -> None:
    charged(http, stand_in)
    stand_in.book.dispute("ch_1", state=state)
    answer = refund(http)
    if state in {DisputeState.OPEN, DisputeState.LOST}:
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "charge_disputed")
    else:
        assert answer.status_code == 200


def test_without_the_key_nothing_is_told(stand_in: StripeStandIn) -> None:
    stand_in.book.charge([CHARGE])
    address = f"{stand_in.url}/v1/charges/ch_1"
    assert httpx.get(address).status_code == 401
    assert httpx.get(address, auth=(SECRET, "")).status_code == 200
    assert httpx.get(f"{stand_in.url}/v1/nothing", auth=(SECRET, "")).json()["error"]["type"] == (
        "invalid_request_error"
    )


@pytest.mark.parametrize("lie", list(Lie))
def test_each_lie_does_what_it_says(http: httpx.Client, stand_in: StripeStandIn, lie: Lie) -> None:
    charged(http, stand_in)
    stand_in.liar.order([lie])
    try:
        answer = refund(http)
        assert answer.status_code != 200 or "status" not in answer.text
    except httpx.HTTPError:
        assert lie in {Lie.CUTS_AFTER, Lie.CUTS_BEFORE}
    assert len(stand_in.book.refunds) == lie.does_it


def test_a_refund_that_came_back_is_told_as_failed(http: httpx.Client, stand_in: StripeStandIn) -> None:
    stand_in.book.charge([{**CHARGE, "fate": "bounces"}])
    refund(http)
    stand_in.book.advance(timedelta(days=10))
    kinds = []
    for each in stand_in.book.untold_events():
        body, _ = stand_in.delivery(each, WEBHOOK_SECRET)
        kinds.append(httpx.Response(200, content=body).json()["type"])
    assert kinds == ["refund.created", "refund.updated", "refund.failed"]


def test_somebody_can_refund_in_the_dashboard(http: httpx.Client, stand_in: StripeStandIn) -> None:
    wanted = {"charge": "ch_1", "amount": 300, "currency": "USD"}
    assert charged(http, stand_in).post("/_control/refunds", json=wanted).status_code == 201
    [listed] = http.get("/v1/refunds", params={"charge": "ch_1"}).json()["data"]
    assert (listed["amount"], listed["metadata"]) == (300, {})
