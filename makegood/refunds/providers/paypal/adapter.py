"""Refunds captures at PayPal, and reads its answers with suspicion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from makegood.refunds.providers.base import (
    Answer,
    Charge,
    ChargedDispute,
    Instruction,
    Notice,
    Promises,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.paypal import amounts, reading
from makegood.refunds.providers.paypal.calling import Caller, Heard, Silence
from makegood.refunds.providers.paypal.webhooks import Webhooks

_PAGE_OF_DISPUTES = 50
"""The most that PayPal lists at once; a payment of ours has a handful at most."""


class PayPalProvider:
    """The PayPal at `url`, for the app `client_id` with its `secret`; `webhook_id` names its webhook.

    A charge is a capture. The refund carries our key twice: as PayPal-Request-Id, under which PayPal does a
    thing once and tells its latest state for 45 days, and as `custom_id`, by which it is found without its
    id. PayPal lists no refunds of a capture: they are read from the capture's order, which lists all its
    payments. The SDK has no calls for disputes: those two addresses are read with httpx.
    """

    name = "paypal"
    # developer.paypal.com/docs/api/payments/v2/#captures_refund: “The server stores keys for 45 days.”
    # “…/api/rest/reference/idempotency/”: a repeated key is answered with the latest status. 180 days: the
    # time limit of REFUND_TIME_LIMIT_EXCEEDED, paypal.com “How do I issue a refund?”.
    promises = Promises(
        key_window=timedelta(days=45),
        key_max_length=reading.LONGEST_KEY,
        remembers_errors=False,
        can_look_up=True,
        final_is_async=True,
        max_refund_age=timedelta(days=180),
        caps_total=True,
        tells_arrival=False,
    )

    def __init__(self, *, url: str, client_id: str, secret: str, webhook_id: str) -> None:
        self._caller = Caller(url=url, client_id=client_id, secret=secret)
        self._webhooks = Webhooks(url=url, webhook_id=webhook_id)

    def refund(self, instruction: Instruction) -> Answer:
        """Ask for the refund; every answer that is not a clear yes or no is `UNKNOWN`.

        When PayPal does not take our access token any more, we look first, and repeat the call under the same
        key only if there is no refund.
        """
        try:
            wish = _wish(instruction)
        except amounts.NotPayable as problem:
            return Answer(Said.FAILED, amount=instruction.amount, reason=str(problem))
        try:
            heard = self._caller.ask(wish)
            if heard.status != 401:
                return reading.answer_to_a_refund(heard)
            self._caller.forget_token()
            found = self.look_up(replace(instruction, refund_id=""))
            return (
                found
                if found.said is not Said.NOT_FOUND
                else reading.answer_to_a_refund(self._caller.ask(wish))
            )
        except Silence as silence:
            return Answer(Said.UNKNOWN, reason=str(silence))

    def look_up(self, instruction: Instruction) -> Answer:
        """What became of the refund: by its own id once we know it, else among those of its order."""
        try:
            if instruction.refund_id:
                wanted = {"refund_id": instruction.refund_id}
                heard = self._ask(lambda paypal: paypal.payments.get_refund(wanted))
                return reading.answer_about_a_refund(heard)
            listed = self._refunds(self._capture(instruction.charge_id), instruction.charge_id)
        except (Silence, Malformed) as problem:
            return Answer(Said.UNKNOWN, reason=str(problem))
        found = [each for each in listed if reading.key_of(each) == instruction.key]
        return reading.refund(found[0]) if found else Answer(Said.NOT_FOUND, reason="No refund has our key.")

    def charge(self, charge_id: str) -> Charge:
        """The capture with its refunds and disputes. Raises ProviderUnreachable."""
        try:
            capture = self._capture(charge_id)
            refunds = tuple(map(reading.charged_refund, self._refunds(capture, charge_id)))
            captured = amounts.read(capture, "amount")
            return Charge(charge_id, captured, refunds, self._disputes(charge_id))
        except (Silence, Malformed) as problem:
            raise ProviderUnreachable(self.name, str(problem)) from problem

    def read_event(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Notice:
        """The event in a delivery, once its signature and age are right. Raises EventRefused."""
        return self._webhooks.read(body, headers, at=at)

    def _capture(self, charge_id: str) -> Mapping[str, Any]:
        wanted = {"capture_id": charge_id}
        return _object(self._ask(lambda paypal: paypal.payments.get_captured_payment(wanted)), "capture")

    def _refunds(self, capture: Mapping[str, Any], charge_id: str) -> list[Mapping[str, Any]]:
        wanted = {"id": reading.order_of(capture)}
        order = _object(self._ask(lambda paypal: paypal.orders.get_order(wanted)), "order")
        return reading.refunds_of(order, charge_id)

    def _disputes(self, charge_id: str) -> tuple[ChargedDispute, ...]:
        query = {"disputed_transaction_id": charge_id, "page_size": str(_PAGE_OF_DISPUTES)}
        items = _object(self._read("/v1/customer/disputes", query), "list of disputes").get("items", [])
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise Malformed("no list of disputes")
        # The list tells no outcome, and not who has to answer until when.
        names = [quote(str(each.get("dispute_id")), safe="") for each in items]
        paths = [f"/v1/customer/disputes/{name}" for name in names]
        found = [reading.charged_dispute(_object(self._read(path, {}), "dispute")) for path in paths]
        return tuple(sorted(found, key=lambda dispute: dispute.opened_at))

    def _ask(self, operation: Callable[[Any], object]) -> Heard:
        """A question, which may be repeated; with another token when PayPal does not take ours any more."""
        heard = self._caller.ask(operation)
        if heard.status == 401:
            self._caller.forget_token()
            heard = self._caller.ask(operation)
        return heard

    def _read(self, path: str, query: Mapping[str, str]) -> Heard:
        heard = self._caller.read(path, query)
        if heard.status == 401:
            self._caller.forget_token()
            heard = self._caller.read(path, query)
        return heard


def _wish(instruction: Instruction) -> Callable[[Any], object]:
    amount = amounts.write(instruction.amount)
    body = {"amount": amount, "custom_id": instruction.key}
    wanted = {
        "capture_id": instruction.charge_id,
        "paypal_request_id": instruction.key,
        "prefer": "return=representation",
        "body": body,
    }
    return lambda paypal: paypal.payments.refund_captured_payment(wanted)


def _object(heard: Heard, what: str) -> Mapping[str, Any]:
    if heard.status != 200:
        raise Malformed(f"no {what}, status {heard.status}")
    return heard.body()
