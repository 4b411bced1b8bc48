"""What a credit note says, frozen in its row when it is issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from makegood.money import Money


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sold: the name as registered, the lines of the address, the tax number; empty when not set."""

    name: str
    address: Sequence[str]
    tax_number: str


@dataclass(frozen=True, slots=True)
class Line:
    """One order: net and tax sum to gross. Both None: the tax is not known here; `tax_rate` in percent."""

    order: str
    bought_on: date
    product: str
    quantity: int
    net: Money | None
    tax_rate: Decimal | None
    tax: Money | None
    gross: Money


@dataclass(frozen=True, slots=True)
class Content:
    """`country` is a code of ISO 3166-1, empty when not known; `moved_on` when the money moved.

    `reverses` is the number of the note that this one takes back; empty for every other.
    """

    seller: Seller
    customer: str
    country: str
    moved_on: date
    reverses: str
    lines: Sequence[Line]


def to_json(content: Content) -> dict[str, Any]:
    """As it is stored: days as ISO 8601, money as [minor units, currency], rates as text."""
    return {
        "seller": {**asdict(content.seller), "address": list(content.seller.address)},
        "customer": content.customer,
        "country": content.country,
        "moved_on": content.moved_on.isoformat(),
        "reverses": content.reverses,
        "lines": [_line_to_json(line) for line in content.lines],
    }


def from_json(stored: Mapping[str, Any]) -> Content:
    """The same again."""
    return Content(
        seller=Seller(**stored["seller"]),
        customer=stored["customer"],
        country=stored["country"],
        moved_on=date.fromisoformat(stored["moved_on"]),
        reverses=stored["reverses"],
        lines=[_line_from_json(line) for line in stored["lines"]],
    )


def _line_to_json(line: Line) -> dict[str, Any]:
    return {
        "order": line.order,
        "bought_on": line.bought_on.isoformat(),
        "product": line.product,
        "quantity": line.quantity,
        "net": _stored(line.net),
        "tax_rate": None if line.tax_rate is None else str(line.tax_rate),
        "tax": _stored(line.tax),
        "gross": _stored(line.gross),
    }


def _line_from_json(stored: Mapping[str, Any]) -> Line:
    return Line(
        order=stored["order"],
        bought_on=date.fromisoformat(stored["bought_on"]),
        product=stored["product"],
        quantity=stored["quantity"],
        net=_money(stored["net"]),
        tax_rate=None if stored["tax_rate"] is None else Decimal(stored["tax_rate"]),
        tax=_money(stored["tax"]),
        gross=Money(*stored["gross"]),
    )


def _stored(money: Money | None) -> list[Any] | None:
    return None if money is None else [money.minor, money.currency]


def _money(stored: Sequence[Any] | None) -> Money | None:
    return None if stored is None else Money(*stored)
