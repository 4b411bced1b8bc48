"""Refunds through PayPal's SDK: the token, looking before repeating, reading nothing into words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from makegood.money import Money
from makegood.refunds.providers.base import ProviderUnreachable, Said
from makegood.refunds.providers.paypal import reading
from makegood.refunds.providers.paypal.adapter import PayPalProvider
from makegood.refunds.providers.paypal.calling import Heard
from makegood.refunds.providers.paypal.stand_in import TOKENS_LAST, PayPalStandIn
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.words import in_json
from tests.people import NOON
from tests.refunds.paypal.conftest import a_wish, captured, provider_at


class Watched(PayPalStandIn):
    """Counts what it is asked, in order."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.asked: list[str] = []
        super().__init__(*arguments, **options)

    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        self.asked.append(endpoint)
        return super().dispatch(endpoint, request, values)


def test_one_token_opens_many_calls(tmp_path: Path, manners: Manners) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as paypal:
        for _ in range(3):
            assert provider_at(paypal.url).charge(captured(paypal)).refunds == ()
        assert paypal.asked.count("token") == 1


def test_a_token_that_ended_meanwhile_is_asked_for_anew(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    wish = a_wish(paypal)
    provider.refund(wish)
    paypal.book.advance(TOKENS_LAST)
    assert provider.look_up(wish).said is Said.PENDING
    paypal.book.advance(TOKENS_LAST)
    assert len(provider.charge(wish.charge_id).refunds) == 1


def test_a_refund_whose_token_was_withdrawn_is_looked_for_before_it_is_asked_for_again(
    tmp_path: Path, manners: Manners
) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as paypal:
        provider = provider_at(paypal.url)
        provider.charge(captured(paypal))
        paypal.withdraw_tokens()
        paypal.asked.clear()
        assert provider.refund(a_wish(paypal)).said is Said.PENDING
        assert paypal.asked == ["refunds", "token", "capture", "order", "refunds"]
        assert len(paypal.book.refunds) == 1


def test_a_refund_that_is_there_is_not_asked_for_again_when_the_token_was_withdrawn(
    tmp_path: Path, manners: Manners
) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as paypal:
        wish = a_wish(paypal)
        provider = provider_at(paypal.url)
        made = provider.refund(wish)
        paypal.withdraw_tokens()
        paypal.asked.clear()
        assert provider.refund(wish).refund_id == made.refund_id
        assert paypal.asked.count("refunds") == 1


def test_who_does_not_know_the_secret_learns_and_makes_nothing(paypal: PayPalStandIn) -> None:
    stranger = PayPalProvider(url=paypal.url, client_id="a stranger", secret="a guess", webhook_id="x")
    wish = a_wish(paypal)
    answer = stranger.refund(wish)
    assert (answer.said, paypal.book.refunds) == (Said.UNKNOWN, {})
    assert "token" in answer.reason
    assert stranger.look_up(wish).said is Said.UNKNOWN
    with pytest.raises(ProviderUnreachable):
        stranger.charge(wish.charge_id)


@pytest.mark.parametrize("lie", list(Lie))
def test_whatever_goes_wrong_a_wish_sent_twice_is_paid_once(
    paypal: PayPalStandIn, provider: PayPalProvider, lie: Lie
) -> None:
    wish = a_wish(paypal)
    paypal.liar.order([lie])
    provider.refund(wish)
    assert provider.refund(wish).said is Said.PENDING
    assert len(paypal.book.refunds) == 1


def test_a_repeated_key_is_told_the_latest_state(paypal: PayPalStandIn, provider: PayPalProvider) -> None:
    wish = a_wish(paypal)
    provider.refund(wish)
    paypal.book.advance(timedelta(days=3))
    again = provider.refund(wish)
    assert (again.said, again.trace_reference[:3]) == (Said.SUCCEEDED, "ARN")


def test_a_key_for_another_wish_is_for_a_person(paypal: PayPalStandIn, provider: PayPalProvider) -> None:
    wish = a_wish(paypal)
    provider.refund(wish)
    other = type(wish)(wish.key, wish.charge_id, Money.of("1.00", "USD"))
    answer = provider.refund(other)
    assert (answer.said, answer.reason) == (Said.ACTION_NEEDED, "DUPLICATE_REQUEST_ID")
    assert len(paypal.book.refunds) == 1


def test_it_tells_what_paypal_kept(paypal: PayPalStandIn, provider: PayPalProvider) -> None:
    body = provider.refund(a_wish(paypal)).body
    assert body["seller_payable_breakdown"]["paypal_fee"] == {"currency_code": "USD", "value": "0.00"}


@pytest.mark.parametrize("currency", ["HUF", "TWD"])
def test_decimals_that_paypal_does_not_take_are_refused_before_anything_is_sent(
    paypal: PayPalStandIn, provider: PayPalProvider, currency: str
) -> None:
    wish = a_wish(paypal, "10.50", currency)
    assert provider.refund(wish).said is Said.FAILED
    assert paypal.book.refunds == {}
    whole = provider.refund(type(wish)("key-2", wish.charge_id, Money.of("10.00", currency)))
    assert (whole.said, whole.amount) == (Said.PENDING, Money.of("10.00", currency))


def test_a_capture_that_paypal_does_not_know_is_no_proof_that_nothing_was_paid(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    wish = type(a_wish(paypal))("key-1", "unknown", Money.of("1.00", "USD"))
    assert provider.refund(wish).said is Said.FAILED
    assert provider.look_up(wish).said is Said.UNKNOWN


def test_a_refund_that_paypal_does_not_know_by_its_id_is_not_found(
    paypal: PayPalStandIn, provider: PayPalProvider
) -> None:
    wish = a_wish(paypal)
    by_id = type(wish)(wish.key, wish.charge_id, wish.amount, "re_unknown")
    assert provider.look_up(by_id).said is Said.NOT_FOUND


class Elsewhere(PayPalStandIn):
    """Shows something else in the place of an order."""

    instead: Mapping[str, Any] = {}

    def _order(self, _request: Request, order_id: str) -> Response:  # noqa: ARG002 (the parent's)
        return in_json(200, self.instead)


@pytest.mark.parametrize(
    "instead",
    [
        {},
        {"purchase_units": []},
        {"purchase_units": [{"payments": {"captures": [{"id": "another"}]}}]},
        {"purchase_units": [{"payments": "none"}]},
        {"purchase_units": [{"payments": {"captures": [{"id": "CAPTURE"}], "refunds": [{"id": "stray"}]}}]},
    ],
)
def test_an_order_that_does_not_tell_is_no_proof_that_nothing_was_paid(
    tmp_path: Path, manners: Manners, instead: Mapping[str, Any]
) -> None:
    with Elsewhere(tmp_path, manners, clock=Clock(frozen=NOON)) as paypal:
        wish = a_wish(paypal)
        paypal.instead = json.loads(json.dumps(instead).replace("CAPTURE", wish.charge_id))
        assert provider_at(paypal.url).look_up(wish).said is Said.UNKNOWN


def test_a_body_that_names_objects_makes_none(tmp_path: Path, manners: Manners) -> None:
    """The SDK reads with jsonpickle, which calls what a body names."""
    made = tmp_path / "made by a body"
    call = {"py/reduce": [{"py/function": "os.mkdir"}, {"py/tuple": [str(made)]}]}
    with Elsewhere(tmp_path, manners, clock=Clock(frozen=NOON)) as paypal:
        paypal.instead = {"id": call}
        assert provider_at(paypal.url).look_up(a_wish(paypal)).said is Said.UNKNOWN
    assert not made.exists()


def refused(status: int, body: object) -> Said:
    return reading.answer_to_a_refund(Heard(status, json.dumps(body).encode())).said


def test_only_paypals_own_refusal_of_this_refund_is_a_failure() -> None:
    words = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "CAPTURE_FULLY_REFUNDED"}]}
    assert refused(422, words) is Said.FAILED
    for status in (401, 403, 409, 429, 500, 503):
        assert refused(status, words) is Said.UNKNOWN
    others: list[object] = [{}, [], "no", {"details": "no"}, {"details": [{"issue": "SOMETHING_NEW"}]}]
    for other in others:
        assert refused(422, other) is Said.UNKNOWN


WHOLE = {
    "id": "1JU08902781691411",
    "status": "COMPLETED",
    "amount": {"currency_code": "USD", "value": "1.00"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "DONE"},
        {"status": None},
        {"id": ""},
        {"id": 7},
        {"amount": None},
        {"amount": {"value": "1"}},
    ],
)
def test_half_an_answer_is_none(change: Mapping[str, Any]) -> None:
    assert refused(201, WHOLE) is Said.SUCCEEDED
    assert refused(201, {**WHOLE, **change}) is Said.UNKNOWN
