"""Refunds without a key: the order is read before each call, and what may be ours is for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from makegood.money import Money
from makegood.refunds.providers.base import ProviderUnreachable, Said
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.sandbox.book import DASHBOARD
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.frame import Manners
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.twocheckout import reading
from makegood.refunds.providers.twocheckout.adapter import TwoCheckoutProvider
from makegood.refunds.providers.twocheckout.stand_in import BASE, TwoCheckoutStandIn
from tests.people import NOON
from tests.refunds.twocheckout.conftest import ORDER, a_wish, ordered, provider_at


class Watched(TwoCheckoutStandIn):
    """Keeps what it is asked for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.wishes: list[Any] = []
        super().__init__(*arguments, **options)

    def _refund(self, request: Request, reference: str) -> Response:
        self.wishes.append(json.loads(request.get_data()))
        return super()._refund(request, reference)


@pytest.mark.parametrize("lie", list(Lie))
def test_whatever_goes_wrong_a_wish_sent_twice_is_paid_once(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider, lie: Lie
) -> None:
    there.liar.order([lie])
    assert provider.refund(a_wish()).said is Said.UNKNOWN
    assert provider.refund(a_wish()).said is Said.PENDING
    assert len(there.book.refunds) == 1


def test_what_the_order_lists_already_is_not_wished_for_again(tmp_path: Path, manners: Manners) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as there:
        ordered(there)
        provider = provider_at(there.url)
        made = provider.refund(a_wish())
        assert provider.refund(a_wish()).refund_id == made.refund_id
        assert len(there.wishes) == 1


def test_our_key_and_the_reason_go_with_the_wish(tmp_path: Path, manners: Manners) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as there:
        ordered(there)
        provider_at(there.url, reason="Unwanted auto-renewal").refund(a_wish("25.10"))
        [wish] = there.wishes
    assert wish["comment"] == "Makegood key-1"
    assert (wish["amount"], wish["reason"]) == (25.1, "Unwanted auto-renewal")
    assert wish["items"] == [{"LineItemReference": f"line-{ORDER}", "Quantity": 1, "Amount": 25.1}]


def test_a_whole_order_is_refunded_without_its_lines(tmp_path: Path, manners: Manners) -> None:
    with Watched(tmp_path, manners, clock=Clock(frozen=NOON)) as there:
        ordered(there)
        assert provider_at(there.url).refund(a_wish("100.00")).said is Said.PENDING
        assert there.wishes[0]["items"] == []


def by_hand(there: TwoCheckoutStandIn, amount: int) -> None:
    there.book.refund(ORDER, amount, "USD", attempt="", made_by=DASHBOARD)
    there.book.advance(timedelta(days=1))


def test_somebody_elses_refund_of_the_same_amount_is_not_ours(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    by_hand(there, 2_500)
    assert provider.look_up(a_wish()).said is Said.NOT_FOUND
    assert provider.refund(a_wish()).said is Said.PENDING
    assert [each.key for each in provider.charge(ORDER).refunds] == ["", "key-1"]


def test_a_refund_that_may_be_ours_is_for_a_person_and_nothing_is_sent(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    there.tells_comments = False
    by_hand(there, 2_500)
    for answer in (provider.look_up(a_wish()), provider.refund(a_wish())):
        assert answer.said is Said.ACTION_NEEDED
        assert "A person must look" in answer.reason
    assert len(there.book.refunds) == 1


def test_one_of_another_amount_is_not_ours_even_without_a_comment(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    there.tells_comments = False
    by_hand(there, 2_400)
    assert provider.look_up(a_wish()).said is Said.NOT_FOUND


def test_a_second_refund_while_one_is_open_is_refused(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    provider.refund(a_wish())
    second = provider.refund(a_wish(key="key-2"))
    assert (second.said, second.reason) == (Said.FAILED, "You already have a pending refund request.")
    there.book.advance(timedelta(days=1))
    assert provider.refund(a_wish(key="key-2")).said is Said.PENDING


def test_another_currency_than_the_orders_is_noticed_before_anything_is_sent(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    assert provider.refund(a_wish("25.00", "EUR")).said is Said.FAILED
    assert there.book.refunds == {}


def test_two_equal_refunds_have_names_of_their_own(
    there: TwoCheckoutStandIn, provider: TwoCheckoutProvider
) -> None:
    there.book.refund(ORDER, 500, "USD", attempt="", made_by=DASHBOARD)
    there.book.refund(ORDER, 500, "USD", attempt="", made_by=DASHBOARD)
    first, second = (each.refund_id for each in provider.charge(ORDER).refunds)
    assert (first[:-1], first[-1], second[-1]) == (second[:-1], "1", "2")


def test_who_does_not_know_the_secret_learns_and_makes_nothing(there: TwoCheckoutStandIn) -> None:
    stranger = provider_at(there.url, secret="a guess")
    assert stranger.refund(a_wish()).said is Said.UNKNOWN
    assert there.book.refunds == {}
    with pytest.raises(ProviderUnreachable):
        stranger.charge(ORDER)


def test_a_call_without_proof_is_refused(there: TwoCheckoutStandIn) -> None:
    answer = httpx.get(f"{there.url}{BASE}/orders/{ORDER}/")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "AUTHENTICATION_ERROR")


def test_no_is_no_and_only_known_sentences_are() -> None:
    assert reading.refusal_or_silence(200, b"false").said is Said.FAILED
    said = {"error_code": "REFUND", "message": "Order already canceled"}
    assert reading.refusal_or_silence(400, json.dumps(said).encode()).said is Said.FAILED
    assert reading.refusal_or_silence(500, json.dumps(said).encode()).said is Said.UNKNOWN
    for other in (b"", b"null", b"0", b"{}", b'"true"', b'{"message": "Try later."}', b"<html>"):
        assert reading.refusal_or_silence(400, other).said is Said.UNKNOWN
        assert not reading.is_yes(200, other)


SHOWN: dict[str, Any] = {
    "RefNo": ORDER,
    "Status": "COMPLETE",
    "Currency": "usd",
    "GrossPrice": 120.0,
    "GrossDiscountedPrice": 100.0,
    "Refunds": [
        {"Amount": 5, "Status": "APPROVED", "RequestDate": "2026-07-01 10:00:00", "Comment": "hello"}
    ],
}


def read(change: Mapping[str, Any]) -> reading.Order:
    return reading.order(json.dumps({**SHOWN, **change}).encode(), ORDER)


def test_an_order_was_paid_after_its_discount() -> None:
    assert read({}).paid == Money(10_000, "USD")
    assert read({"GrossDiscountedPrice": None}).paid == Money(12_000, "USD")
    assert read({"Refunds": None}).refunds == ()


@pytest.mark.parametrize(
    "change",
    [
        {"RefNo": "another"},
        {"Currency": None},
        {"GrossDiscountedPrice": "a lot"},
        {"GrossDiscountedPrice": True},
        {"GrossDiscountedPrice": 1.005},
        {"Refunds": "none"},
        {"Refunds": ["none"]},
        {"Refunds": [{"Status": "APPROVED", "RequestDate": "2026-07-01 10:00:00"}]},
        {"Refunds": [{"Amount": 5, "Status": "APPROVED"}]},
        {"Items": [1]},
    ],
)
def test_an_order_that_cannot_be_read_is_no_proof_of_anything(change: Mapping[str, Any]) -> None:
    with pytest.raises(Malformed):
        read(change)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("APPROVED", Said.SUCCEEDED),
        ("REJECTED", Said.FAILED),
        ("CANCELED", Said.CANCELED),
        ("PENDING", Said.PENDING),
        ("SOMETHING NEW", Said.PENDING),
        (None, Said.PENDING),
    ],
)
def test_a_word_that_nobody_knows_is_not_taken_for_paid(word: str | None, said: Said) -> None:
    listed = {**SHOWN["Refunds"][0], "Status": word}
    assert [each.said for each in read({"Refunds": [listed]}).refunds] == [said]


def test_what_is_shown_below_zero_was_given_back() -> None:
    listed = {**SHOWN["Refunds"][0], "Amount": -5.25}
    assert read({"Refunds": [listed]}).refunds[0].amount == Money(525, "USD")
