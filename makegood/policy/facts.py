"""What a policy may know about a request: facts, their kinds, who tells them, and how values are taken in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from makegood.policy.errors import NOWHERE, Span, listed, nearest


class Kind(StrEnum):
    """What sort of value a fact has; the value is the word written in the document."""

    YES_NO = "yes/no"
    NUMBER = "number"
    MONEY = "money"
    CURRENCY = "currency"  # ISO 4217 code of every money fact of the case
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    TEXT = "text"
    FILES = "pictures"  # the form shows an upload; the value is how many there are
    LIST = "list"  # of values of one kind, or of records whose fields have kinds of their own


class Source(StrEnum):
    """Who tells a fact; the value is the word written in the document."""

    CUSTOMER = "customer"  # the form asks
    REQUEST = "request"  # the request itself: its ground, the orders picked, when it was received
    ORDER = "order"
    USAGE = "usage"
    HISTORY = "history"  # what this customer asked for and was refunded before
    ENGINEER = "engineer"
    REPRESENTATIVE = "representative"


MOST_DIGITS = 12  # before the point; larger numbers are mistakes, and reckoning stays exact
LONGEST_LIST = 1000  # items; longer ones are mistakes, and the cost of a rule stays bounded
MOST_SHOWN = 100  # characters of a wrong value
MOST_PLACES = 9  # after the point; more are not written by people
CANNOT_BE_ESTABLISHED = "cannot be established"
"""Told instead of a value: the fact is looked for no longer, and what the policy presumes holds."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Unknown(Enum):
    """UNKNOWN is told instead of a value that nobody knows: what stands for a missing one is not taken."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN
STAFF = frozenset({Source.ENGINEER, Source.REPRESENTATIVE})
NUMERIC = frozenset({Kind.NUMBER, Kind.MONEY, Kind.FILES})
TEXTUAL = frozenset({Kind.TEXT, Kind.CHOICE, Kind.CURRENCY})


D = TypeVar("D", date, datetime)


class FactError(ValueError):
    """A fact the policy does not know, or a value that is not of its kind."""


class _Wrong(ValueError):
    """Why a value is not of its kind, in a sentence; other errors speak of Python."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `if_missing` is the value taken when nobody told it; None means it stays unknown.

    `presumed` is the value taken when it cannot be established; None means a person must decide. `fields` are
    the kinds of a list's records by name, or of its items under "" where they are plain values.
    """

    name: str
    kind: Kind
    source: Source
    question: str
    hint: str = ""
    if_missing: Any = None
    choices: tuple[str, ...] = ()
    words: str = ""
    """How a sentence says it: {} stands for the value; of yes/no "yes words / no words", of a choice likewise
    the words of each, in their order, or one for all."""
    span: Span = NOWHERE
    presumed: Any = None
    fields: Mapping[str, Kind] = field(default_factory=dict)

    def label_of(self, choice: str) -> str:
        """Return a choice as people read it: the words the document has for it, else the choice itself."""
        several = self.words.split(" / ")
        if len(several) > 1 and choice in self.choices and "{}" not in self.words:
            said = several[self.choices.index(choice)]
            return said[:1].upper() + said[1:]
        return choice.replace("_", " ").capitalize()

    def words_of(self, value: object) -> str:
        """Return how a sentence says a value, "" where the document does not."""
        several = self.words.split(" / ")
        if self.kind is Kind.YES_NO and len(several) > 1:
            return several[0] if value else several[1]
        if self.kind is Kind.CHOICE and len(several) > 1:
            return several[self.choices.index(str(value))]
        return self.words


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a customer asks. `picks`: "one" order, a "pair" with the one to refund, or some "renewals"."""

    value: str
    label: str
    hint: str
    picks: str


def taken_in(facts: Mapping[str, Fact], told: Mapping[str, object], zone: ZoneInfo) -> dict[str, Any]:
    """Return a value (None = unknown) for every fact. Raises FactError for unknown names and wrong kinds."""
    for name in told:
        if name not in facts:
            near = nearest(name, facts)
            raise FactError(
                f"The policy knows no fact `{shortened(name)}`." + (f" Did you mean {near}?" if near else "")
            )
    values = {name: fact.if_missing for name, fact in facts.items()}
    for name, value in told.items():
        if value == CANNOT_BE_ESTABLISHED:
            values[name] = facts[name].presumed
        elif value is UNKNOWN:
            values[name] = None
        elif (taken := coerce(facts[name], value, zone)) is not None:
            values[name] = taken
    return values


def coerce(fact: Fact, value: object, zone: ZoneInfo) -> Any:
    """Return `value` (Python or JSON) as the fact's kind; None and blank text are unknown."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _READERS[fact.kind](fact, value, zone)
    except FactError:
        raise  # of an item or a field, which it names
    except (ValueError, OverflowError, InvalidOperation) as error:
        wrong = error if isinstance(error, _Wrong) else ""
        raise FactError(
            f"`{fact.name}` must be {_DESCRIBED[fact.kind]}, not {_shown(value)}. {wrong}".strip()
        ) from None


def _shown(value: object) -> str:
    """A value as it was told."""
    counts = isinstance(value, int | Decimal) and not isinstance(value, bool)
    said = str(Decimal(value)) if counts else repr(value)  # type: ignore[arg-type]  # a number
    return shortened(said)


def shortened(said: str) -> str:
    """Return so much of what was told as a sentence can hold."""
    return said if len(said) <= MOST_SHOWN else f"{said[:MOST_SHOWN]}…"


def _yes_no(fact: Fact, value: object, zone: ZoneInfo) -> bool:
    if isinstance(value, bool):
        return value
    words = {"yes": True, "no": False, "true": True, "false": False}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise ValueError


def _number(fact: Fact, value: object, zone: ZoneInfo) -> Decimal:
    if isinstance(value, float) and fact.kind is Kind.NUMBER:
        value = repr(value)  # JSON's numbers: the shortest decimal that reads back the same
    if isinstance(value, float):
        raise _Wrong("A float is not exact: tell a Decimal or its text.")
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError
    if isinstance(value, str) and not (value.isascii() and "_" not in value):
        raise ValueError  # Python would read 1_000, and the digits of every script
    number = Decimal(value.strip() if isinstance(value, str) else value)
    if not number.is_finite():
        raise _Wrong("It must be finite.")
    if number.adjusted() >= MOST_DIGITS:
        raise _Wrong("It is too large.")
    if -int(number.as_tuple().exponent) > MOST_PLACES:
        raise _Wrong("It has too many places after the point.")
    if fact.kind is Kind.FILES and (number < 0 or number != number.to_integral_value()):
        raise _Wrong("Pictures are counted in whole numbers.")
    return number


def _date(fact: Fact, value: object, zone: ZoneInfo) -> date:
    if isinstance(value, str) and DAY.fullmatch(value.strip()):
        return _of_the_calendar(date.fromisoformat, value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return _moment(fact, value, zone).astimezone(zone).date()


def _moment(fact: Fact, value: object, zone: ZoneInfo) -> datetime:
    moment = _of_the_calendar(datetime.fromisoformat, value.strip()) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise ValueError
    if moment.tzinfo is None:
        raise _Wrong("A time needs its time zone.")
    _of_the_calendar(moment.astimezone, zone)  # there is no such day in some zones, at the ends of time
    # Python subtracts moments of one ZoneInfo by their clocks, but of fixed offsets by the time that passed.
    return moment.astimezone(timezone(moment.utcoffset() or timedelta(0)))


def _of_the_calendar(read: Callable[[Any], D], written: object) -> D:
    """What `read` makes of a date or a time. Raises ValueError, in words where it looks like one."""
    try:
        return read(written)
    except (ValueError, OverflowError) as error:
        if str(error).startswith("Invalid isoformat"):
            raise
        raise _Wrong("There is no such day or time.") from None


def _choice(fact: Fact, value: object, zone: ZoneInfo) -> str:
    text = _text(fact, value, zone)
    if text not in fact.choices:
        near = nearest(text, fact.choices)
        message = f"It is one of {listed(fact.choices)}."
        raise _Wrong(message + (f" Did you mean {near}?" if near else ""))
    return text


def _text(fact: Fact, value: object, zone: ZoneInfo) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value.strip()


def _currency(fact: Fact, value: object, zone: ZoneInfo) -> str:
    text = _text(fact, value, zone)
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError
    return text


def _list(fact: Fact, value: object, zone: ZoneInfo) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError
    if len(value) > LONGEST_LIST:
        raise _Wrong(f"It has more than {LONGEST_LIST} items.")
    if "" in fact.fields:
        item = replace(fact, kind=fact.fields[""], fields={})
        return tuple(coerce(item, each, zone) for each in value)
    return tuple(_record(fact, each, zone) for each in value)


def _record(fact: Fact, value: object, zone: ZoneInfo) -> dict[str, Any]:
    """One record: a value, or None for unknown, for every field."""
    if not isinstance(value, Mapping):
        raise _Wrong(f"Each item tells {', '.join(fact.fields)}.")
    for name in value:
        if name not in fact.fields:
            near = nearest(str(name), fact.fields)
            raise _Wrong(
                f"It has no field {shortened(str(name))}." + (f" Did you mean {near}?" if near else "")
            )
    return {
        name: coerce(replace(fact, name=f"{fact.name}.{name}", kind=kind, fields={}), value.get(name), zone)
        for name, kind in fact.fields.items()
    }


_READERS = {
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.FILES: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.CURRENCY: _currency,
    Kind.LIST: _list,
}

_DESCRIBED = {
    Kind.YES_NO: "yes or no",
    Kind.NUMBER: "a number such as 12 or 1.5",
    Kind.MONEY: "an amount such as 79.00",
    Kind.FILES: "a count of pictures",
    Kind.DATE: "a date such as 2026-11-23, or a moment with its time zone",
    Kind.MOMENT: "a moment with its time zone such as 2026-11-23T10:00:00+02:00",
    Kind.CHOICE: "one of the choices of the policy",
    Kind.TEXT: "text",
    Kind.CURRENCY: "three capital letters such as EUR (ISO 4217)",
    Kind.LIST: "a list",
}
