"""The columns of a file of orders: how Python reads a cell, which is the reference, and how DuckDB does.

A reading says of a cell (SQL, `{}` is its trimmed text, NULL when empty) when it is `plain`, and then its
`value`. Every plain cell is good for Python's reader too, and means the same to it. A cell that is not plain
is shown to that reader, which tells what is wrong with it, or that it is good all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from iso4217 import Currency

from makegood.money import Money, TooPrecise, exponent
from makegood.orders.importing import cells
from makegood.orders.importing.problems import quoted
from makegood.orders.importing.sheets import Column, Sheet, Unsettled, Values


@dataclass(frozen=True, slots=True)
class Reading:
    """How DuckDB reads a column. `is_text`: a cell that is not plain may still be good, as it stands."""

    plain: str
    value: str = "{}"
    is_text: bool = False

    def plain_of(self, cell: str) -> str:
        """SQL for whether the cell in the SQL `cell` is plain."""
        return self.plain.replace("{}", cell)

    def value_of(self, cell: str) -> str:
        """SQL for the value of the cell in the SQL `cell`; NULL when it cannot be read."""
        return self.value.replace("{}", cell)


AMOUNTS = ("amount", "captured_amount", "refunded_amount")

TEXT = ("email", "method_label", "payment_fingerprint", "ip", "recipient")
"""Columns that hold words, in which any character may stand that is no control character."""

UNREAD = ("name", "auto_renewal_chosen", "country", "provider", "provider_reference", "captured_at")
"""Columns of an import that tell nothing about duplicates: they may be there, and are passed over."""


def sheet(at: datetime) -> Sheet:
    """The columns that a file may have which is searched at `at`."""
    number, text = cells.code(40), cells.text
    return Sheet(
        [
            Column("order_number", number, needed=True),
            Column("email", cells.email, needed=True),
            Column("product", cells.code(60), needed=True),
            Column("purchased_at", cells.moment(at), needed=True),
            Column("amount", cells.amount, needed=True),
            Column("currency", cells.currency, needed=True),
            Column("renews", number),
            Column("method", cells.word(20)),
            Column("method_label", text(80)),
            Column("captured_amount", cells.amount),
            Column("refunded_amount", cells.amount),
            Column("payment_fingerprint", text(120)),
            Column("ip", text(60)),
            Column("quantity", cells.positive),
            Column("recipient", text(254)),
            Column("used", units),
            *(Column(name, unread) for name in UNREAD),
        ],
        _settle,
    )


def readings(at: datetime) -> dict[str, Reading]:
    """How DuckDB reads each column of `sheet(at)` that is not UNREAD."""
    number = Reading(_matches("[A-Za-z0-9][A-Za-z0-9._-]{0,39}"))
    amount = Reading(_matches(r"[0-9]{1,12}([.][0-9]{1,6})?"), "TRY_CAST({} AS DECIMAL(18, 6))")
    text = Reading(_matches("[!-~]([ -~]{0,48}[!-~])?"), is_text=True)
    whole = "TRY_CAST({} AS BIGINT)"
    return {
        "order_number": number,
        "email": Reading(_EMAIL, is_text=True),
        "product": Reading(_matches("[A-Za-z0-9][A-Za-z0-9._-]{0,59}")),
        "purchased_at": Reading(moment_is_good("moment_us({})", at), "moment_us({})"),
        "amount": amount,
        "currency": Reading(f"{{}} IN ({', '.join(map(repr, sorted(dict(currencies()))))})"),
        "renews": number,
        "method": Reading(_matches("[a-z][a-z0-9_-]{0,19}")),
        "method_label": text,
        "captured_amount": amount,
        "refunded_amount": amount,
        "payment_fingerprint": text,
        "ip": text,
        "quantity": Reading(f"{_matches('[0-9]{1,9}')} AND {whole} >= 1", whole),
        "recipient": text,
        "used": Reading(_matches("[0-9]{1,9}"), whole),
    }


def currencies() -> list[tuple[str, int]]:
    """Every code of ISO 4217, and how many minor units one of it has."""
    return [(each.code, 10 ** exponent(each.code)) for each in Currency]


def units(cell: str) -> int:
    """A whole number from 0."""
    if not re.fullmatch(r"\d{1,9}", cell, re.ASCII):
        raise cells.BadCell(f"{quoted(cell)} is not a whole number from 0 to 999999999.")
    return int(cell)


def unread(cell: str) -> None:
    """Whatever it says."""


def moment_is_good(microseconds: str, at: datetime) -> str:
    """SQL for whether an order may have a moment (SQL, in microseconds), when it is read at `at`."""
    first, last = (int(moment.timestamp() * 1_000_000) for moment in (cells.OLDEST, at + timedelta(days=1)))
    return f"{microseconds} BETWEEN {first} AND {last}"


def _settle(values: Values) -> None:
    if values.get("renews", "").upper() == values["order_number"].upper():
        raise Unsettled("renews", "An order cannot renew itself.")
    for column in AMOUNTS:
        if values.get(column) is not None:
            _check_places(column, values)


def _check_places(column: str, values: Values) -> None:
    try:
        Money.of(values[column], values["currency"])
    except TooPrecise as refusal:
        raise Unsettled(column, str(refusal)) from None


def _matches(pattern: str) -> str:
    return f"regexp_full_match({{}}, '{pattern}')"


# Fewer than Django's validator lets pass; the others are shown to it.
_BOX = "[A-Za-z0-9_+-]+([.][A-Za-z0-9_+-]+)*"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = f"{_matches(f'{_BOX}@({_LABEL}[.])+[A-Za-z]{{2,63}}')} AND length({{}}) <= 254"

_HOUR, _MINUTE = "([01][0-9]|2[0-3])", "[0-5][0-9]"
_MOMENT = (
    f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_HOUR}:{_MINUTE}(:{_MINUTE}([.][0-9]{{1,6}})?)?"
    f"(Z|[+-]{_HOUR}:?{_MINUTE})"
)

_ASCII_BLANK = (32, *range(9, 14), *range(28, 32))
_BLANK = "\\s\\pZ\\x1c-\\x1f\\x85"
"""What Python takes for blank, in a class of a regular expression."""

MACROS = (
    f"""
    CREATE MACRO stripped(cell) AS nullif(CASE
        WHEN length(cell) = strlen(cell) THEN trim(cell, {" || ".join(f"chr({n})" for n in _ASCII_BLANK)})
        ELSE regexp_replace(cell, '^[{_BLANK}]+|[{_BLANK}]+$', '', 'g')
    END, '')
    """,
    """
    CREATE MACRO zone_of(cell) AS CASE
        WHEN right(cell, 1) = 'Z' THEN 'Z'
        WHEN right(cell, 3)[1] = ':' THEN right(cell, 6)
        ELSE right(cell, 5)
    END
    """,
    """
    CREATE MACRO zone_us(zone) AS CASE
        WHEN zone = 'Z' THEN 0
        ELSE (CASE left(zone, 1) WHEN '-' THEN -1 ELSE 1 END) * 1000000
            * (CAST(substr(zone, 2, 2) AS BIGINT) * 3600 + CAST(right(zone, 2) AS BIGINT) * 60)
    END
    """,
    """
    CREATE MACRO local_us(clock) AS
        epoch_us(TRY_CAST(clock || CASE length(clock) WHEN 16 THEN ':00' ELSE '' END AS TIMESTAMP))
    """,
    f"""
    CREATE MACRO moment_us(cell) AS CASE
        WHEN regexp_full_match(cell, '{_MOMENT}')
            THEN local_us(left(cell, length(cell) - length(zone_of(cell)))) - zone_us(zone_of(cell))
    END
    """,
)
"""What DuckDB is taught: `stripped` takes the blanks off the ends of a cell, and what is empty then is NULL;
`moment_us` reads a moment of ISO 8601 with its zone, NULL when it is none."""
