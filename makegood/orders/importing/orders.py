"""Orders with their members, renewals and payments, from a file of the shop."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import IO

from django.db import connection, transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.money import Money, TooPrecise, exponent
from makegood.orders.importing import cells, order_rows
from makegood.orders.importing.checks import run_all
from makegood.orders.importing.files import (
    CountedFile,
    Imported,
    Progress,
    silent,
    stage,
    wait_for_other_imports,
    write_down,
)
from makegood.orders.importing.problems import Problems
from makegood.orders.importing.sheets import Column, Sheet, Unsettled, Values
from makegood.orders.models import Product


def import_orders(
    file: IO[bytes], *, name: str, by: Actor, at: datetime, progress: Progress = silent
) -> Imported:
    """Import the orders of `file` (CSV, see docs/import.md), all of them or none; raises ImportRefused.

    `name` is what the file is called in our records. Members that are not known are created by their e-mail,
    without a password. An order that is known, and that the file tells no other way, is left as it is.
    """
    counted, problems = CountedFile(file, progress), Problems()
    with transaction.atomic(), connection.cursor() as cursor:
        lines = stage(cursor, counted, sheet(at), order_rows.TYPES, order_rows.KEYS, problems)
        wait_for_other_imports(cursor)
        run_all(order_rows.CHECKS, cursor, problems)
        problems.refuse_if_any()
        orders = order_rows.count(cursor)
        new_members = order_rows.add_members(cursor)
        new = order_rows.add_orders(cursor)
        order_rows.add_taxes(cursor)
        new_payments = order_rows.add_payments(cursor)
        imported = Imported(lines, new, orders - new, new_members, new_payments)
        write_down(Action.ORDERS_IMPORTED, imported, counted, name=name, by=by, at=at)
    return imported


PAYMENT = ("provider", "provider_reference", "method", "captured_amount", "captured_at")
"""The columns that a line has all of when its order was paid, and none of when it was not."""


def sheet(at: datetime) -> Sheet:
    """The columns of a file of orders that is read at `at`."""
    products = frozenset(Product.objects.values_list("sku", flat=True))
    moment, number = cells.moment(at), cells.code(40)
    return Sheet(
        [
            Column("order_number", number, needed=True),
            Column("email", cells.email, needed=True),
            Column("name", cells.text(120)),
            Column("product", cells.one_of(products, "a product"), needed=True),
            Column("purchased_at", moment, needed=True),
            Column("amount", cells.amount, needed=True),
            Column("currency", cells.currency, needed=True),
            Column("renews", number),
            Column("auto_renewal_chosen", cells.yes_no),
            Column("country", cells.country),
            Column("tax_amount", cells.amount),
            Column("tax_rate", cells.percent),
            Column("provider", cells.word(40)),
            Column("provider_reference", cells.text(120)),
            Column("method", cells.word(20)),
            Column("method_label", cells.text(80)),
            Column("captured_amount", cells.amount),
            Column("captured_at", moment),
        ],
        _settle,
    )


def _settle(values: Values) -> None:
    currency = values["currency"]
    values["places"] = exponent(currency)
    values["amount_minor"] = _minor(values, "amount", currency)
    _settle_tax(values, currency)
    if values.get("renews", "").upper() == values["order_number"].upper():
        raise Unsettled("renews", "An order cannot renew itself.")
    given = [name for name in PAYMENT if values.get(name) is not None]
    if given and len(given) < len(PAYMENT):
        missing = next(name for name in PAYMENT if name not in given)
        raise Unsettled(
            missing, f"It is empty, but {given[0]} is not; a payment needs all of {', '.join(PAYMENT)}."
        )
    if given:
        values["captured_minor"] = _minor(values, "captured_amount", currency)
        values.setdefault("method_label", values["method"])
        if not values["captured_minor"]:
            raise Unsettled(
                "captured_amount", "It is zero; leave the payment empty when nothing was captured."
            )


def _settle_tax(values: Values, currency: str) -> None:
    amount, rate = values.get("tax_amount"), values.get("tax_rate")
    if (amount is None) != (rate is None):
        missing, given = ("tax_amount", "tax_rate") if amount is None else ("tax_rate", "tax_amount")
        raise Unsettled(missing, f"It is empty, but {given} is not; a tax needs both.")
    if amount is None:
        return
    values["tax_minor"] = _minor(values, "tax_amount", currency)
    if values["tax_minor"] > values["amount_minor"]:
        raise Unsettled("tax_amount", "It is more than the amount, which the tax is a part of.")


def _minor(values: Values, column: str, currency: str) -> int:
    try:
        return _in_minor_units(values[column], currency)
    except TooPrecise as refusal:
        raise Unsettled(column, str(refusal)) from None


@lru_cache(maxsize=4096)
def _in_minor_units(amount: Decimal, currency: str) -> int:
    return Money.of(amount, currency).minor
