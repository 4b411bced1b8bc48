"""What 2Checkout's words mean: an order of its REST API 6.0, the refunds in it, and its errors.

See verifone.cloud/docs/2checkout, “Refunding an Order” and “Error handling for issueRefund”. The
documentation names the list `Refunds` of an order and not the fields in it. Those read here are its words
elsewhere; where they are missing nothing is guessed: a refund without an amount or a time makes the order
unreadable, one without a comment may be anybody's, one without a status we know is pending.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from makegood.money import Money, TooPrecise, UnknownCurrency
from makegood.refunds.providers.base import Answer, ChargedRefund, Said
from makegood.refunds.providers.bodies import Malformed, read_object

OUR_NAME = "Makegood"
GIVEN_BACK = frozenset({"REFUND", "REVERSED"})
"""How an order reads that was given back as a whole, after it was delivered or before."""

_SAID = {"APPROVED": Said.SUCCEEDED, "REJECTED": Said.FAILED, "CANCELED": Said.CANCELED}
# 2Checkout refuses in sentences. Every one of these says that this call made no refund.
_REFUSALS = frozenset(
    sentence.casefold()
    for sentence in (
        "Order already canceled",
        "Invalid ORDER_REF",
        "Invalid ORDER_AMOUNT",
        "ORDER_REF missing or format incorrect",
        "ORDER_AMOUNT missing or format incorrect",
        "PRODUCTS_CODES missing or format incorrect",
        "PRODUCTS_QTY missing or format incorrect",
        "Invalid PRODUCTS_QTY",
        "You have already placed a Total refund for this order",
        "You already have a pending refund request",
        "The maximum refundable amount for this order has been exceeded",
        "You cannot place a refund request due to the order's current status",
        "You cannot place a refund request due to the order's payment details",
        "The allowed period to request a new refund for this order has expired",
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A refund as an order lists it; `comment` None: it tells none, so nobody knows whose it is."""

    amount: Money
    said: Said
    comment: str | None
    made_at: datetime
    body: Mapping[str, Any]
    refund_id: str

    @property
    def key(self) -> str:
        """Our key, the word after our name in its comment; empty when somebody else made it."""
        words = (self.comment or "").split()
        after = words[words.index(OUR_NAME) + 1 :] if OUR_NAME in words else []
        return after[0] if after else ""

    def answer(self) -> Answer:
        """It, as the answer to a question about it."""
        return Answer(self.said, self.refund_id, amount=self.amount, body=self.body)

    def charged(self) -> ChargedRefund:
        """It, as one of its charge."""
        return ChargedRefund(self.refund_id, self.key, self.amount, self.said, self.made_at)


@dataclass(frozen=True, slots=True)
class Order:
    """An order: `paid` is all of it, `items` its lines as 2Checkout shows them, `refunds` oldest first."""

    paid: Money
    status: str
    items: Sequence[Mapping[str, Any]]
    refunds: tuple[Listed, ...]


def comment(key: str) -> str:
    """What we write on a refund, as 2Checkout has no field for keys."""
    return f"{OUR_NAME} {key}"


def order(raw: bytes, order_reference: str) -> Order:
    """The order in `raw`. Raises Malformed, also when it is another one."""
    body = read_object(raw)
    if str(body.get("RefNo")) != order_reference:
        raise Malformed("another order, or none")
    currency = str(body.get("Currency", "")).upper()
    total = body.get("GrossDiscountedPrice")
    paid = _amount(body.get("GrossPrice") if total is None else total, currency)
    listed = body.get("Refunds") or []
    items = body.get("Items") or []
    if not all(isinstance(each, dict) for part in (listed, items) for each in _list(part)):
        raise Malformed("an order with unreadable lists")
    refunds = sorted((_refund(each, currency) for each in listed), key=lambda each: each.made_at)
    return Order(paid, str(body.get("Status", "")), items, _told_apart(refunds))


def refusal_or_silence(status: int, raw: bytes) -> Answer:
    """What a call that was not answered with yes means: a refusal in 2Checkout's words, or nothing clear."""
    if status == 200 and raw.strip() == b"false":
        return Answer(Said.FAILED, reason="2Checkout did not take the refund.", http_status=status)
    try:
        body = read_object(raw)
    except Malformed as problem:
        return Answer(Said.UNKNOWN, reason=str(problem), http_status=status)
    sentences = [str(body.get(name) or "") for name in ("message", "error_code")]
    refused = 400 <= status < 500 and any(each.strip(" .").casefold() in _REFUSALS for each in sentences)
    reason = next(filter(None, sentences), f"status {status}")
    return Answer(Said.FAILED if refused else Said.UNKNOWN, reason=reason, http_status=status, body=body)


def is_yes(status: int, raw: bytes) -> bool:
    """Whether 2Checkout says in one word that it took the refund."""
    try:
        return status in {200, 201} and json.loads(raw) is True
    except (ValueError, RecursionError):
        return False


def exact(number: int | float | str) -> Decimal:
    """The number as it was sent: JSON's come as the shortest float that stands for them."""
    return Decimal(str(number))


def _refund(body: Mapping[str, Any], currency: str) -> Listed:
    amount = _amount(body.get("Amount"), str(body.get("Currency") or currency).upper())
    words = body.get("Comment")
    word = str(body.get("Status", "")).upper()
    said = _SAID.get(word, Said.PENDING)
    told = words if isinstance(words, str) and words.strip() else None
    return Listed(amount, said, told, _moment(body.get("RequestDate")), body, "")


def _told_apart(refunds: Sequence[Listed]) -> tuple[Listed, ...]:
    """Each with a name of its own: 2Checkout gives none, but one order has one open request at a time."""
    named: list[Listed] = []
    for each in refunds:
        name = f"{each.made_at:%Y%m%d%H%M%S}-{each.amount.minor}"
        before = sum(1 for other in named if other.refund_id.startswith(f"{name}-"))
        refund_id = f"{name}-{before + 1}"
        named.append(replace(each, refund_id=refund_id))
    return tuple(named)


def _amount(value: object, currency: str) -> Money:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Malformed("no readable amount")
    try:
        amount = Money.of(exact(value), currency)
    except (InvalidOperation, ValueError, UnknownCurrency, TooPrecise) as problem:
        raise Malformed("no readable amount") from problem
    # What was given back is shown below zero in some places.
    return -amount if amount.minor < 0 else amount


def _moment(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as problem:
        raise Malformed("a refund without its time") from problem
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Malformed("an order with unreadable lists")
    return value
