"""Brings the sales in the way a shop does: charged at the payment provider, then imported from CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import httpx

from makegood.audit.actors import System
from makegood.cli.seeding.catalogue import BY_SKU
from makegood.cli.seeding.sales import Books, Sale, Use
from makegood.effects.importing import import_licences
from makegood.orders.importing import import_orders, import_usage

_ORDER_COLUMNS = [
    "order_number", "email", "name", "product", "purchased_at", "amount", "currency", "renews",
    "auto_renewal_chosen", "country", "provider", "provider_reference", "method", "method_label",
    "captured_amount", "captured_at",
]  # fmt: skip
_LICENCE_COLUMNS = ["order_number", "licence", "ends_on"]
_USAGE_COLUMNS = ["usage_id", "order_number", "used_at", "units", "what"]
_YES_NO = {True: "yes", False: "no", None: ""}


def charge(sales: Sequence[Sale], *, url: str, secret: str) -> None:
    """Charge every sale at the sandbox, in one call; what was paid by bank transfer has a reference of ours.

    Raises httpx.HTTPError when the sandbox does not answer or refuses.
    """
    charged = [sale for sale in sales if sale.fate is not None]
    wanted = [
        {
            "amount": sale.price.minor,
            "currency": sale.price.currency,
            "method": sale.method,
            "method_label": sale.method_label,
            "reference": sale.number,
            "fate": sale.fate,
            "captured_at": sale.at.isoformat(),
        }
        for sale in charged
    ]
    headers = {"Authorization": f"Bearer {secret}"}
    answer = httpx.post(f"{url}/v1/charges", json={"charges": wanted}, headers=headers, timeout=30)
    answer.raise_for_status()
    for sale, made in zip(charged, answer.json()["charges"], strict=True):
        sale.charge_id = made["id"]
    for sale in sales:
        sale.charge_id = sale.charge_id or f"transfer-{sale.number}"


def bring_in(books: Books, *, at: datetime) -> None:
    """Import the sales with their members and payments, what each gave, and then the uses."""
    orders = _csv(_ORDER_COLUMNS, (_order(sale) for sale in books.sales))
    import_orders(orders, name="orders of the shop.csv", by=System("seeding"), at=at)
    licences = _csv(_LICENCE_COLUMNS, map(_licence, books.sales))
    import_licences(licences, name="licences of the shop.csv", by=System("seeding"), at=at)
    usage = _csv(_USAGE_COLUMNS, (_use(number, use) for number, use in enumerate(books.uses, start=1)))
    import_usage(usage, name="usage of the services.csv", by=System("seeding"), at=at)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> io.BytesIO:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows(rows)
    return io.BytesIO(written.getvalue().encode())


def _order(sale: Sale) -> Sequence[str]:
    at, amount = sale.at.isoformat(), str(sale.price.decimal)
    return (
        sale.number,
        sale.buyer.email,
        sale.buyer.name,
        sale.sku,
        at,
        amount,
        sale.price.currency,
        sale.renews.number if sale.renews else "",
        _YES_NO[sale.auto_renewal_chosen],
        sale.buyer.country,
        "manual" if sale.fate is None else "sandbox",
        sale.charge_id,
        sale.method,
        sale.method_label,
        amount,
        at,
    )


def _licence(sale: Sale) -> list[str]:
    """A renewal prolongs the licence that its first purchase gave, by one term."""
    first, term = sale, BY_SKU[sale.sku].term_days
    while first.renews is not None:
        first = first.renews
    ends_on = (sale.at + timedelta(days=term)).date().isoformat() if term else ""
    return [sale.number, f"L-{first.number}", ends_on]


def _use(number: int, use: Use) -> Sequence[str]:
    return f"use-{number:06d}", use.sale.number, use.at.isoformat(), str(use.units), use.what
