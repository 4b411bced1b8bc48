"""Refunds through Stripe, by its own SDK."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import httpx
import stripe

from makegood.money import Money
from makegood.refunds.providers.base import (
    Answer,
    Charge,
    EventRefused,
    Instruction,
    Notice,
    Promises,
    ProviderUnreachable,
    ReportLine,
    Said,
)
from makegood.refunds.providers.bodies import Malformed, read_object
from makegood.refunds.providers.signatures import verify
from makegood.refunds.providers.stripe import reading, report
from makegood.refunds.providers.stripe.amounts import NotAtStripe, from_stripe, to_stripe
from makegood.refunds.providers.stripe.line import TIMEOUT, client_for

SIGNATURE_HEADER = "Stripe-Signature"
_PAGE = 100
_MOST_PAGES = 1000
"""Whoever sends more does not come to an end."""

# What the SDK may stumble over in an answer that is JSON but not Stripe's.
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class StripeProvider:
    """The Stripe account that `secret` opens; `webhook_secret` is that of its webhook endpoint.

    `url` is for a stand-in; empty means Stripe itself. A charge is called by the id of the charge or by that
    of its payment intent (`pi_…`), whichever the shop gave us.
    """

    name = "stripe"
    promises = Promises(
        key_window=timedelta(hours=24),
        key_max_length=reading.LONGEST_KEY,
        remembers_errors=True,
        can_look_up=True,
        final_is_async=True,
        max_refund_age=None,
        caps_total=True,
        tells_arrival=False,
    )

    def __init__(
        self, *, secret: str, webhook_secret: str, url: str = "", timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self._is_connected = bool(secret)
        self._webhook_secret = webhook_secret
        self._stripe = client_for(secret=secret, url=url, timeout=timeout).v1

    def refund(self, instruction: Instruction) -> Answer:
        """Ask for the refund; every answer that is not a clear yes or no is `UNKNOWN`.

        The currency is compared first: Stripe is told none, so it would pay yen where we meant dollars.
        """
        wanted = instruction.amount
        try:
            minor = to_stripe(wanted)
            currency = self._payment(instruction.charge_id).get("currency")
        except NotAtStripe as problem:
            return Answer(Said.FAILED, reason=str(problem))
        except _Refused as refused:
            return refused.answer
        except Malformed as problem:
            return Answer(Said.UNKNOWN, reason=str(problem))
        if not isinstance(currency, str):
            return Answer(Said.UNKNOWN, reason="a charge of no currency")
        if currency.upper() != wanted.currency:
            reason = f"The charge is in {currency.upper()}, the refund in {wanted.currency}."
            return Answer(Said.FAILED, reason=reason)
        about = {**_names(instruction.charge_id), "amount": minor, "metadata": {"attempt": instruction.key}}
        options: Any = {"idempotency_key": instruction.key}
        return self._refund_told(lambda: self._stripe.refunds.create(about, options))  # type: ignore[arg-type]

    def look_up(self, instruction: Instruction) -> Answer:
        """What became of the refund: by its own id once we know it, else among those of its charge."""
        if instruction.refund_id:
            answer = self._refund_told(lambda: self._stripe.refunds.retrieve(instruction.refund_id))
            return _missing_is_not_found(answer)
        try:
            for listed in self._refunds(instruction.charge_id):
                if reading.key_of(listed) == instruction.key:
                    return reading.read_refund(listed)
        except _Refused as refused:
            # Only the refund itself can say that it failed; a refused question says nothing about it.
            return replace(refused.answer, said=Said.UNKNOWN)
        except Malformed as problem:
            return Answer(Said.UNKNOWN, reason=str(problem))
        return Answer(Said.NOT_FOUND, reason="No refund has our key.")

    def charge(self, charge_id: str) -> Charge:
        """The charge with its refunds and disputes. Raises ProviderUnreachable."""
        try:
            captured = _captured(self._payment(charge_id))
            refunds = [reading.charged_refund(each) for each in self._refunds(charge_id)]
            disputes = [reading.charged_dispute(each) for each in self._disputes(charge_id)]
        except _Refused as refused:
            raise ProviderUnreachable(self.name, refused.answer.reason) from refused
        except Malformed as problem:
            raise ProviderUnreachable(self.name, str(problem)) from problem
        # Stripe lists the newest first.
        return Charge(charge_id, captured, tuple(reversed(refunds)), tuple(reversed(disputes)))

    def report(self, *, begins: datetime, ends: datetime) -> list[ReportLine]:
        """What moved from `begins` up to, not including, `ends`. Raises ProviderUnreachable."""
        between = {"gte": ceil(begins.timestamp()), "lt": ceil(ends.timestamp())}
        about = {"created": between, "expand": ["data.source"]}
        ask = self._stripe.balance_transactions.list
        try:
            return report.of_transactions(
                each for kind in report.TYPES for each in self._paged({**about, "type": kind}, ask)
            )
        except _Refused as refused:
            raise ProviderUnreachable(self.name, refused.answer.reason) from refused
        except Malformed as problem:
            raise ProviderUnreachable(self.name, str(problem)) from problem

    def read_event(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Notice:
        """The event in a delivery, once its signature and age are right. Raises EventRefused."""
        verify(body, headers.get(SIGNATURE_HEADER, ""), secret=self._webhook_secret, at=at)
        try:
            return reading.read_notice(read_object(body))
        except Malformed as problem:
            raise EventRefused("malformed", "The message is signed but is not an event.") from problem

    def _payment(self, charge_id: str) -> Mapping[str, Any]:
        """The charge or the payment intent. Raises Malformed, _Refused."""
        if "payment_intent" in _names(charge_id):
            return self._asked(lambda: self._stripe.payment_intents.retrieve(charge_id))
        return self._asked(lambda: self._stripe.charges.retrieve(charge_id))

    def _refunds(self, charge_id: str) -> Iterator[Mapping[str, Any]]:
        return self._paged(_names(charge_id), self._stripe.refunds.list)

    def _disputes(self, charge_id: str) -> Iterator[Mapping[str, Any]]:
        return self._paged(_names(charge_id), self._stripe.disputes.list)

    def _paged(self, about: Mapping[str, Any], ask: Callable[[Any], Any]) -> Iterator[Mapping[str, Any]]:
        """Everything that Stripe lists, page by page. Raises Malformed, _Refused."""
        page: dict[str, Any] = {**about, "limit": _PAGE}
        for _ in range(_MOST_PAGES):
            body = self._asked(lambda asked=page: ask(asked))  # type: ignore[misc]
            listed, more = body.get("data"), body.get("has_more")
            if not isinstance(listed, list) or not isinstance(more, bool):
                raise Malformed("an answer without a list")
            if not all(isinstance(each, dict) for each in listed):
                raise Malformed("a list of other things")
            yield from listed
            if not more:
                return
            page = {**page, "starting_after": _last_id(listed)}
        raise Malformed("a list without an end")

    def _refund_told(self, call: Callable[[], Any]) -> Answer:
        began = time.monotonic()
        try:
            answer = reading.read_refund(self._asked(call))
        except _Refused as refused:
            answer = refused.answer
        except Malformed as problem:
            answer = Answer(Said.UNKNOWN, reason=str(problem))
        return replace(answer, took=timedelta(seconds=time.monotonic() - began))

    def _asked(self, call: Callable[[], Any]) -> Mapping[str, Any]:
        """The JSON object that Stripe answers. Raises Malformed, _Refused."""
        if not self._is_connected:
            raise Malformed("no secret of Stripe is set")
        try:
            body = call().last_response.data
        except stripe.StripeError as problem:
            raise _Refused(reading.read_problem(problem)) from problem
        except _UNREADABLE as problem:
            raise Malformed("an answer that is not Stripe's") from problem
        if not isinstance(body, dict):
            raise Malformed("an answer that is not Stripe's")
        return body


class _Refused(Exception):
    """Stripe gave no answer to the question but an error; `answer` says what it means."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.reason)


def _captured(payment: Mapping[str, Any]) -> Money:
    name = "amount_received" if payment.get("object") == "payment_intent" else "amount_captured"
    return from_stripe(payment.get(name), payment.get("currency"))


def _names(charge_id: str) -> dict[str, str]:
    return {"payment_intent" if charge_id.startswith("pi_") else "charge": charge_id}


def _last_id(listed: list[Any]) -> str:
    last = listed[-1].get("id") if listed else None
    if not isinstance(last, str):
        raise Malformed("a page that names nothing to go on from")
    return last


def _missing_is_not_found(answer: Answer) -> Answer:
    if reading.is_missing(answer):
        return replace(answer, said=Said.NOT_FOUND)
    # A refund that failed says so itself, with its id; a refused question says nothing about it.
    return answer if answer.refund_id else replace(answer, said=Said.UNKNOWN)
