"""What our adapter makes of Stripe: its errors, its two names of a payment, its pages, its threads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.money import Money
from makegood.refunds.providers.base import DisputeState, Instruction, ProviderUnreachable, Said
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.stripe import line, reading
from makegood.refunds.providers.stripe.adapter import StripeProvider
from makegood.refunds.providers.stripe.stand_in.server import StripeStandIn
from tests.refunds.scenes import SECRET

AMOUNT = Money(2_500, "USD")
CHARGE = {"id": "ch_1", "object": "charge", "amount_captured": 10_000, "currency": "usd"}
CHARGED = json.dumps(CHARGE).encode()


class Answers:
    """In place of the network: the charge is as it should be, and a refund is answered with `told`."""

    def __init__(self, status: int, told: bytes) -> None:
        self.status, self.told = status, told
        self.posted: list[Mapping[str, str]] = []

    def ask(
        self, _line: line.Line, method: str, _url: str, headers: Mapping[str, str], _data: object
    ) -> tuple[bytes, httpx.Response]:
        if method == "get":
            return CHARGED, httpx.Response(200)
        self.posted.append(headers)
        return self.told, httpx.Response(self.status)


def answers(monkeypatch: pytest.MonkeyPatch, status: int, told: object) -> Answers:
    network = Answers(status, told if isinstance(told, bytes) else json.dumps(told).encode())
    monkeypatch.setattr(line.Line, "_ask", lambda *arguments: network.ask(*arguments))
    return network


def error(kind: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"type": kind, "message": "Stripe's sentence.", **({"code": code} if code else {})}}


def somewhere() -> StripeProvider:
    return StripeProvider(url="http://127.0.0.1:9", secret=SECRET, webhook_secret="")


WANTED = Instruction("key-1", "ch_1", AMOUNT)
INVALID = "invalid_request_error"
REFUND = {"id": "re_1", "object": "refund", "status": "succeeded", "amount": 2_500, "currency": "usd"}


@pytest.mark.parametrize(
    ("status", "told", "said"),
    [
        (400, error(INVALID), Said.FAILED),
        (400, error(INVALID, "charge_already_refunded"), Said.FAILED),
        (400, error(INVALID, "charge_disputed"), Said.FAILED),
        (402, error("card_error", "card_declined"), Said.FAILED),
        (404, error(INVALID, "resource_missing"), Said.FAILED),
        (400, error("idempotency_error"), Said.ACTION_NEEDED),
        (409, error("idempotency_error", "idempotency_key_in_use"), Said.UNKNOWN),
        (409, error(INVALID, "idempotency_key_in_use"), Said.UNKNOWN),
        (401, error(INVALID), Said.UNKNOWN),
        (401, error(INVALID, "api_key_expired"), Said.UNKNOWN),
        (403, error(INVALID), Said.UNKNOWN),
        (400, error(INVALID, "livemode_mismatch"), Said.UNKNOWN),
        (400, error(INVALID, "rate_limit"), Said.UNKNOWN),
        (429, error(INVALID, "rate_limit"), Said.UNKNOWN),
        (429, error(INVALID, "lock_timeout"), Said.UNKNOWN),
        (400, error("api_error"), Said.UNKNOWN),
        (500, error("api_error"), Said.UNKNOWN),
        (500, error(INVALID), Said.UNKNOWN),
        (503, b"<html>busy</html>", Said.UNKNOWN),
        (404, b"<html>a proxy knows no such page</html>", Said.UNKNOWN),
        (400, {"error": "invalid_request_error"}, Said.UNKNOWN),
        (400, {"message": "not Stripe"}, Said.UNKNOWN),
        (200, b"<html>be right back</html>", Said.UNKNOWN),
        (200, [REFUND], Said.UNKNOWN),
        (200, {"object": "refund"}, Said.UNKNOWN),
        (200, {**REFUND, "status": "sent"}, Said.UNKNOWN),
        (200, {**REFUND, "status": None}, Said.UNKNOWN),
        (200, {**REFUND, "amount": "2500"}, Said.UNKNOWN),
        (200, {**REFUND, "id": ""}, Said.UNKNOWN),
        (302, REFUND, Said.UNKNOWN),
        (200, REFUND, Said.SUCCEEDED),
        (200, {**REFUND, "status": "requires_action"}, Said.ACTION_NEEDED),
        (200, {**REFUND, "status": "canceled"}, Said.CANCELED),
        (200, {**REFUND, "status": "failed"}, Said.FAILED),
    ],
)
def test_only_stripes_own_words_are_a_refusal(
    monkeypatch: pytest.MonkeyPatch, status: int, told: object, said: Said
) -> None:
    network = answers(monkeypatch, status, told)
    answer = somewhere().refund(WANTED)
    assert (answer.said, len(network.posted)) == (said, 1)
    assert answer.said is not Said.UNKNOWN or answer.reason


def test_a_refusal_is_told_in_stripes_words(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, 400, error(INVALID, "charge_disputed"))
    answer = somewhere().refund(WANTED)
    assert (answer.reason, answer.http_status) == ("charge_disputed: Stripe's sentence.", 400)


def test_what_was_not_stripe_is_told_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, 404, {"error": "no such page"})
    answer = somewhere().refund(WANTED)
    assert (answer.http_status, answer.reason) == (404, "NoAnswer: status 404 without an error of Stripe's")


@pytest.mark.parametrize(
    ("details", "number"),
    [
        ({"type": "card", "card": {"reference": "7482", "reference_status": "available"}}, "7482"),
        ({"type": "card", "card": {"reference": "7482", "reference_status": "pending"}}, ""),
        (
            {
                "type": "eu_bank_transfer",
                "eu_bank_transfer": {"reference": "E2E", "reference_status": "available"},
            },
            "E2E",
        ),
        ({"type": "klarna", "klarna": {}}, ""),
        (None, ""),
    ],
)
def test_the_number_for_the_bank_is_shown_when_it_is_there(details: object, number: str) -> None:
    assert reading.read_refund({**REFUND, "destination_details": details}).trace_reference == number


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        name: ANYTHING | st.just(value)
        for name, value in {**REFUND, "data": [REFUND], "has_more": False, "error": {"type": INVALID}}.items()
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(status=st.sampled_from([200, 400, 404, 429, 500]), told=NEARLY | ANYTHING)
def test_whatever_comes_back_nothing_is_raised(
    monkeypatch: pytest.MonkeyPatch, status: int, told: object
) -> None:
    network = answers(monkeypatch, status, told)
    assert somewhere().refund(WANTED).said in set(Said)
    monkeypatch.setattr(line.Line, "_ask", lambda *_: (network.told, httpx.Response(network.status)))
    assert somewhere().look_up(WANTED).said in set(Said)
    with pytest.raises(ProviderUnreachable):
        somewhere().charge("ch_1")


def test_the_sdk_tells_nothing_about_us_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = answers(monkeypatch, 409, error(INVALID, "idempotency_key_in_use"))
    somewhere().refund(WANTED)
    somewhere().refund(WANTED)
    first, second = network.posted
    assert (first["Idempotency-Key"], second["Idempotency-Key"]) == ("key-1", "key-1")
    assert not stripe.enable_telemetry
    assert "X-Stripe-Client-Telemetry" not in second
    assert not {"telemetry_id", "platform"} & set(json.loads(second["X-Stripe-Client-User-Agent"]))


def test_an_answer_that_drips_for_ever_ends(
    monkeypatch: pytest.MonkeyPatch, stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD"}])
    assert provider.charge(charge.id).captured == Money(10_000, "USD")
    monkeypatch.setattr(line, "LONGEST_CALL", 0.0)
    with pytest.raises(ProviderUnreachable, match="ReadError"):
        provider.charge(charge.id)


def test_it_waits_ten_seconds_at_most_and_five_for_the_line() -> None:
    assert (line.TIMEOUT.read, line.TIMEOUT.connect) == (10.0, 5.0)


def test_without_a_secret_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    network = answers(monkeypatch, 200, REFUND)
    answer = StripeProvider(secret="", webhook_secret="").refund(WANTED)
    assert (answer.said, answer.reason, network.posted) == (Said.UNKNOWN, "no secret of Stripe is set", [])


def test_stripe_itself_is_asked_where_no_address_is_given() -> None:
    client = line.client_for(secret=SECRET, url="")
    assert client._requestor.base_addresses["api"] == "https://api.stripe.com"


def test_a_payment_may_be_called_by_its_payment_intent(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    stand_in.book.charge([{"id": "ch_7", "amount": 10_000, "currency": "USD"}])
    wanted = Instruction("key-1", "pi_7", AMOUNT)
    made = provider.refund(wanted)
    assert made.said is Said.PENDING
    assert provider.look_up(wanted).refund_id == made.refund_id
    charge = provider.charge("pi_7")
    assert (charge.charge_id, charge.captured) == ("pi_7", Money(10_000, "USD"))
    assert charge.refunds == provider.charge("ch_7").refunds


def test_what_stripe_lists_on_several_pages_is_read_to_the_end(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD"}])
    first = provider.refund(Instruction("key-0", charge.id, Money(1, "USD")))
    for number in range(1, 205):
        stand_in.book.refund(charge.id, 1, "USD", attempt=f"key-{number}", made_by="api")
    assert provider.look_up(Instruction("key-0", charge.id, Money(1, "USD"))).refund_id == first.refund_id
    listed = provider.charge(charge.id).refunds
    assert [each.key for each in listed] == [f"key-{number}" for number in range(205)]


def test_the_number_for_the_bank_comes_when_stripe_has_it(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD", "fate": Fate.SETTLES}])
    wanted = Instruction("key-1", charge.id, AMOUNT)
    assert provider.refund(wanted).trace_reference == ""
    stand_in.book.advance(timedelta(days=3))
    assert provider.look_up(wanted).trace_reference.startswith("ARN")


def test_a_refund_that_failed_says_why(stand_in: StripeStandIn, provider: StripeProvider) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD", "fate": Fate.FAILS}])
    made = provider.refund(Instruction("key-1", charge.id, AMOUNT))
    stand_in.book.advance(timedelta(days=1))
    found = provider.look_up(Instruction("key-1", charge.id, AMOUNT, made.refund_id))
    assert (found.said, found.reason) == (Said.FAILED, "expired_or_canceled_card")


def test_threads_can_use_one_adapter(stand_in: StripeStandIn, provider: StripeProvider) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD"}])
    wanted = [Instruction(f"key-{number}", charge.id, Money(number + 1, "USD")) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(provider.refund, wanted))
    assert [answer.amount for answer in told] == [each.amount for each in wanted]
    assert [provider.look_up(each).refund_id for each in wanted[:3]] == [each.refund_id for each in told[:3]]


def test_a_charge_that_stripe_does_not_know_is_no_proof_that_nothing_was_paid(
    provider: StripeProvider,
) -> None:
    for name in ("ch_unknown", "pi_unknown"):
        assert provider.look_up(Instruction("key-1", name, AMOUNT)).said is Said.UNKNOWN
        with pytest.raises(ProviderUnreachable, match="resource_missing"):
            provider.charge(name)


def test_a_refund_that_stripe_does_not_know_is_not_found(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    assert provider.look_up(Instruction("key-1", "ch_1", AMOUNT, "re_unknown")).said is Said.NOT_FOUND


def test_an_error_that_stripe_remembers_is_cleared_up_by_looking(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD"}])
    wanted = Instruction("key-1", charge.id, AMOUNT)
    stand_in.liar.order([Lie.SAYS_500_DID_IT])
    assert [provider.refund(wanted).said, provider.refund(wanted).said] == [Said.UNKNOWN, Said.UNKNOWN]
    assert provider.look_up(wanted).said is Said.PENDING
    assert len(stand_in.book.refunds) == 1


def test_a_key_used_for_another_amount_is_left_to_a_person(
    stand_in: StripeStandIn, provider: StripeProvider
) -> None:
    [charge] = stand_in.book.charge([{"amount": 10_000, "currency": "USD"}])
    provider.refund(Instruction("key-1", charge.id, AMOUNT))
    assert provider.refund(Instruction("key-1", charge.id, Money(1, "USD"))).said is Said.ACTION_NEEDED


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("warning_needs_response", DisputeState.INQUIRY),
        ("warning_under_review", DisputeState.INQUIRY),
        ("warning_closed", DisputeState.WON),
        ("needs_response", DisputeState.OPEN),
        ("under_review", DisputeState.OPEN),
        ("won", DisputeState.WON),
        ("lost", DisputeState.LOST),
        ("prevented", DisputeState.WON),
        ("of tomorrow", DisputeState.OPEN),
        (None, DisputeState.OPEN),
    ],
)
def test_a_dispute_stands_as_stripe_says_and_is_open_when_in_doubt(
    status: str | None, state: DisputeState
) -> None:
    told = {"id": "du_1", "amount": 700, "currency": "usd", "reason": "general", "created": 1_700_000_000}
    dispute = reading.charged_dispute(
        {**told, "status": status, "evidence_details": {"due_by": 1_700_086_400}}
    )
    assert (dispute.state, dispute.reason, dispute.amount) == (state, "general", Money(700, "USD"))
    assert dispute.answer_by == datetime(2023, 11, 15, 22, 13, 20, tzinfo=UTC)
    assert reading.charged_dispute({**told, "status": status}).answer_by is None
