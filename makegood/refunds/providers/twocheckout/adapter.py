"""Refunds orders at 2Checkout, which has no keys: it looks before each call, and reads with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from makegood.money import Money
from makegood.refunds.providers.base import (
    Answer,
    Charge,
    Instruction,
    Notice,
    Promises,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.twocheckout import notifications, reading, signing

TIMEOUT = httpx.Timeout(10.0, connect=5.0)


class TwoCheckoutProvider:
    """The REST API 6.0 at `url`, for the account `merchant_code`; `secret` is its secret key.

    A charge is an order. 2Checkout knows no idempotency key and answers a wish with yes or no. So the comment
    of each refund carries our key, and the order is read before each call: one that is there already is not
    wished for again. If it tells no comments, a refund of the same amount may be ours or not, and only a
    person can know. `reason` must be one of the refund reasons of the account.
    """

    name = "2checkout"
    # verifone.cloud/docs/2checkout, “Refunding an Order”: a complete order, at most three months old, never
    # more than its total. Three months have 89 days at least; “Refunds” says that up to a year 2Checkout
    # still does it by hand. “Error handling for issueRefund”: one open request of an order at a time.
    promises = Promises(
        key_window=timedelta(),
        key_max_length=100,
        remembers_errors=False,
        can_look_up=True,
        final_is_async=True,
        max_refund_age=timedelta(days=89),
        caps_total=True,
        tells_arrival=False,
    )

    def __init__(self, *, url: str, merchant_code: str, secret: str, reason: str) -> None:
        self._url, self._merchant_code = url.rstrip("/"), merchant_code
        self._secret, self._reason = secret, reason

    def refund(self, instruction: Instruction) -> Answer:
        """Ask for the refund unless the order has it, or may have it; what is not clear is `UNKNOWN`."""
        try:
            order = self._order(instruction.charge_id)
        except (httpx.HTTPError, Malformed) as problem:
            return Answer(Said.UNKNOWN, reason=_in_words(problem))
        found = _among(order, instruction)
        if found.said is not Said.NOT_FOUND:
            return found
        if order.paid.currency != instruction.amount.currency:
            # The wish names no currency: 25.00 would be read as 25 of the order's.
            reason = f"The order is in {order.paid.currency}, not in {instruction.amount.currency}."
            return Answer(Said.FAILED, amount=instruction.amount, reason=reason)
        return self._wish(instruction, order)

    def look_up(self, instruction: Instruction) -> Answer:
        """What became of the refund, found in its order by our key."""
        try:
            return _among(self._order(instruction.charge_id), instruction)
        except (httpx.HTTPError, Malformed) as problem:
            return Answer(Said.UNKNOWN, reason=_in_words(problem))

    def charge(self, charge_id: str) -> Charge:
        """The order with its refunds. Its chargebacks are not to be had. Raises ProviderUnreachable."""
        try:
            order = self._order(charge_id)
        except (httpx.HTTPError, Malformed) as problem:
            raise ProviderUnreachable(self.name, _in_words(problem)) from problem
        return Charge(charge_id, order.paid, tuple(each.charged() for each in order.refunds))

    def read_event(
        self,
        body: bytes,
        headers: Mapping[str, str],  # noqa: ARG002 (the port's; the signature is in the form)
        *,
        at: datetime,
    ) -> Notice:
        """The notification in a delivery, once its signature and age are right. Raises EventRefused."""
        return notifications.read(body, secret=self._secret, at=at)

    def _wish(self, instruction: Instruction, order: reading.Order) -> Answer:
        wanted: dict[str, Any] = {
            "amount": _number(instruction.amount),
            "comment": reading.comment(instruction.key),
            "reason": self._reason,
            "items": _items(order, instruction.amount),
        }
        try:
            response = self._call("POST", f"/orders/{_quoted(instruction.charge_id)}/refund/", json=wanted)
        except httpx.HTTPError as problem:
            return Answer(Said.UNKNOWN, reason=_in_words(problem))
        if not reading.is_yes(response.status_code, response.content):
            answer = reading.refusal_or_silence(response.status_code, response.content)
            return replace(answer, took=response.elapsed)
        # Yes is all that it says; how it is called and how it stands is read from the order.
        found = self.look_up(instruction)
        taken = Answer(Said.PENDING, amount=instruction.amount, http_status=response.status_code)
        return replace(found if found.refund_id else taken, took=response.elapsed)

    def _order(self, order_reference: str) -> reading.Order:
        response = self._call("GET", f"/orders/{_quoted(order_reference)}/")
        if response.status_code != 200:
            raise Malformed(f"status {response.status_code}")
        return reading.order(response.content, order_reference)

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        proof = signing.authentication(
            merchant_code=self._merchant_code, secret=self._secret, at=datetime.now(UTC)
        )
        headers = {"X-Avangate-Authentication": proof, "Accept": "application/json"}
        with httpx.Client(timeout=TIMEOUT) as client:
            return client.request(method, f"{self._url}{path}", headers=headers, **options)


def _among(order: reading.Order, instruction: Instruction) -> Answer:
    """The refund of `instruction` in its order. ACTION_NEEDED: one that may be it, or may not."""
    ours = [each for each in order.refunds if each.key == instruction.key]
    if ours:
        return ours[0].answer()
    if any(each.comment is None and each.amount == instruction.amount for each in order.refunds):
        reason = "2Checkout lists a refund of this amount without a comment. Is it ours? A person must look."
        return Answer(Said.ACTION_NEEDED, amount=instruction.amount, reason=reason)
    if order.status in reading.GIVEN_BACK and not order.refunds:
        reason = f"The order is “{order.status}”, but lists no refund. A person must look."
        return Answer(Said.ACTION_NEEDED, amount=instruction.amount, reason=reason)
    return Answer(Said.NOT_FOUND, reason="No refund of the order has our key.")


def _items(order: reading.Order, amount: Money) -> list[dict[str, Any]]:
    """How a part of the order falls on its lines, by what each cost; empty for the whole order.

    2Checkout takes no more for a line than it cost. Lines that it does not name are left to it.
    """
    if amount == order.paid or not order.items:
        return []
    lines = [(each, _price(each, amount.currency)) for each in order.items]
    if not all(price and each.get("LineItemReference") for each, price in lines):
        return []
    weights = [price.minor for _, price in lines if price]
    parts = amount.allocate(weights)
    return [
        {
            "LineItemReference": each["LineItemReference"],
            "Quantity": each.get("Quantity", 1),
            "Amount": _number(part),
        }
        for (each, _), part in zip(lines, parts, strict=True)
        if part
    ]


def _price(item: Mapping[str, Any], currency: str) -> Money | None:
    price = item.get("Price")
    told = price.get("GrossDiscountedPrice", price.get("GrossPrice")) if isinstance(price, dict) else None
    if isinstance(told, bool) or not isinstance(told, int | float) or told <= 0:
        return None
    return Money.rounded(reading.exact(told), currency)


def _number(amount: Money) -> int | float:
    """A JSON number that reads exactly as the amount: so few digits of a float are written as read."""
    value = amount.decimal
    return int(value) if value == value.to_integral_value() else float(value)


def _quoted(order_reference: str) -> str:
    return quote(order_reference, safe="")


def _in_words(problem: Exception) -> str:
    return str(problem) if isinstance(problem, Malformed) else type(problem).__name__
