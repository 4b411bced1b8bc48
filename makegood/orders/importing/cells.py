"""What a cell may say: each reader turns text into a value, or raises BadCell with the reason in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from makegood.money import UnknownCurrency, exponent
from makegood.orders.importing.problems import quoted

Read = Callable[[str], object]

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No shop on the web is older; an earlier year is a slip of the keyboard."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_EXAMPLE_MOMENT = "2026-11-23T09:30:00+02:00"
# Characters that turn the direction of the text around them, and so make a name read as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadCell(ValueError):
    """The cell does not say what its column may say; the message tells why."""


def code(longest: int) -> Read:
    """An order number or another code: letters, digits, dots, dashes and underscores."""

    def read(cell: str) -> str:
        if not _CODE.fullmatch(cell):
            raise BadCell(f"{quoted(cell)} has characters other than letters A–Z, digits, “.”, “_” and “-”.")
        return _short_enough(cell, longest)

    return read


def word(longest: int) -> Read:
    """A name that programs give, such as `card`: small letters, digits, dashes and underscores."""

    def read(cell: str) -> str:
        if not _WORD.fullmatch(cell):
            raise BadCell(f"{quoted(cell)} is not a word of small letters a–z and digits, such as card.")
        return _short_enough(cell, longest)

    return read


def text(longest: int) -> Read:
    """Words for people, on one line. What looks like a formula or like HTML is text as any other."""

    def read(cell: str) -> str:
        return _short_enough(_plain(cell), longest)

    return read


def one_of(known: Collection[str], what: str) -> Read:
    """One of the `known` names of a `what`, suggesting the nearest."""

    def read(cell: str) -> str:
        if cell in known:
            return cell
        raise BadCell(f"{quoted(_plain(cell))} is not {what} that is known.{did_you_mean(cell, known)}")

    return read


@lru_cache(maxsize=65_536)
def email(cell: str) -> str:
    """An e-mail address."""
    try:
        validate_email(_plain(cell))
    except ValidationError:
        raise BadCell(f"{quoted(cell)} is not an e-mail address.") from None
    return _short_enough(cell, 254)


@lru_cache(maxsize=512)
def currency(cell: str) -> str:
    """A currency code of ISO 4217."""
    try:
        exponent(cell)
    except UnknownCurrency:
        raise BadCell(f"{quoted(cell)} is not a currency code of ISO 4217, such as USD or EUR.") from None
    return cell


@lru_cache(maxsize=512)
def country(cell: str) -> str:
    """A country code of ISO 3166-1, two capital letters."""
    if len(cell) != 2 or not cell.isalpha() or cell not in Locale("en").territories:
        raise BadCell(f"{quoted(cell)} is not a country code of two capital letters, such as DE or US.")
    return cell


@lru_cache(maxsize=4096)
def amount(cell: str) -> Decimal:
    """An amount in major units with a decimal point, not negative, whatever its number of places."""
    if _AMOUNT.fullmatch(cell):
        return Decimal(cell)
    if cell.startswith(("-", "−", "(")):
        raise BadCell(f"{quoted(cell)} is negative; refunds are not imported as orders.")
    if "," in cell:
        raise BadCell(
            f"{quoted(cell)} has a comma; write a decimal point and no separators, such as 1234.50."
        )
    raise BadCell(f"{quoted(cell)} is not an amount such as 79.00.")


def percent(cell: str) -> Decimal:
    """A rate in percent, from 0 to 100 with at most three decimal places."""
    if not _PERCENT.fullmatch(cell) or Decimal(cell) > 100:
        raise BadCell(f"{quoted(cell)} is not a rate in percent from 0 to 100, such as 19 or 7.7.")
    return Decimal(cell)


def positive(cell: str) -> int:
    """A whole number from 1."""
    if not _WHOLE.fullmatch(cell) or int(cell) < 1:
        raise BadCell(f"{quoted(cell)} is not a whole number from 1 to 999999999.")
    return int(cell)


def yes_no(cell: str) -> bool:
    """`yes` or `no`."""
    if cell not in {"yes", "no"}:
        raise BadCell(f"{quoted(cell)} is neither yes nor no; leave it empty when it was not recorded.")
    return cell == "yes"


def moment(now: datetime) -> Read:
    """A date and time with its zone (ISO 8601), no later than a day after `now`; read as UTC."""
    latest = now + timedelta(days=1)  # the shop's clock and zone may be a little ahead of ours

    def read(cell: str) -> datetime:
        value = _moment(cell)
        if not OLDEST <= value <= latest:
            raise BadCell(f"{quoted(cell)} is {'before 1990' if value < OLDEST else 'in the future'}.")
        return value.astimezone(UTC)

    return read


def _moment(cell: str) -> datetime:
    try:
        value = datetime.fromisoformat(cell) if _MOMENT.fullmatch(cell) else None
    except ValueError:  # the thirty-first of June, or twenty-five o'clock
        value = None
    if value is None:
        raise BadCell(f"{quoted(cell)} is not a date and time such as {_EXAMPLE_MOMENT}.")
    if value.tzinfo is None:
        raise BadCell(f"{quoted(cell)} has no time zone; end it with Z for UTC or as in {_EXAMPLE_MOMENT}.")
    return value


def did_you_mean(name: str, known: Collection[str]) -> str:
    """` Did you mean “order_number”?`, or nothing when no known name is near."""
    near = get_close_matches(name.lower().replace(" ", "_")[:100], known, n=1, cutoff=0.6)
    return f" Did you mean “{near[0]}”?" if near else ""


def _short_enough(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise BadCell(f"{quoted(cell)} is longer than {longest} characters.")
    return cell


def _plain(cell: str) -> str:
    if cell.isascii() and cell.isprintable():
        return cell
    for char in cell:
        if unicodedata.category(char) == "Cs":
            raise BadCell(f"{quoted(cell)} is not UTF-8; save the file as UTF-8.")
        if unicodedata.category(char) == "Cc" or char in _TURNING:
            raise BadCell(f"{quoted(cell)} has a control character (U+{ord(char):04X}).")
    return cell
