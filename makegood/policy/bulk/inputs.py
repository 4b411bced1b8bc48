"""The columns of the orders taken in as facts: what each must hold, and the sentence when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import WrongColumn
from makegood.policy.bulk.numbers import INT64, Number, Reckoning, Whole
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import call, case, every, opposite, some, two, whole
from makegood.policy.bulk.translating import written
from makegood.policy.bulk.values import Choosing, Plain, Value, unknown_value
from makegood.policy.facts import (
    CANNOT_BE_ESTABLISHED,
    MOST_DIGITS,
    MOST_PLACES,
    NUMERIC,
    TEXTUAL,
    Fact,
    Kind,
)
from makegood.policy.rules.types import TYPE_OF_KIND, Type

SCALED = "SCALED"  # (number, places): × 10^places, as a whole number
IS_CURRENCY = "IS_CURRENCY"  # (text): three capital letters
ROUNDED = "ROUNDED"  # (number, places)
BLANK = "BLANK"  # (text): nothing but white space
TRIMMED = "TRIMMED"  # (text): without white space around it
COMMON = (
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CNY",
    "CHF",
    "CAD",
    "AUD",
    "PLN",
    "UAH",
    "SEK",
    "NOK",
    "DKK",
    "CZK",
    "HUF",
    "RON",
    "INR",
    "BRL",
    "MXN",
    "TRY",
    "ZAR",
    "KRW",
    "SGD",
    "HKD",
)
"""Currencies that engines look for before the pattern of all, which takes longer."""


class Holds(StrEnum):
    """What a column holds, whatever its engine calls it."""

    YES_NO = "yes or no"
    WHOLE = "whole numbers"
    DECIMAL = "decimals"
    DATE = "dates"
    MOMENT = "moments"
    TEXT = "texts"
    LIST = "lists"
    RECORD = "records"
    JSON = "JSON"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Held:
    """One column: what it holds, and its type in the words of the engine.

    `most`: the largest whole number, or whole part, its type can hold. `places` after the point; None: any.
    `parts`: what the fields of a record hold by their names, or the items of a list under "".
    """

    holds: Holds
    words: str
    most: int = 0
    places: int | None = 0
    parts: Mapping[str, Held] = field(default_factory=dict)


ACCEPTED: Mapping[Kind, tuple[frozenset[Holds], str]] = {
    Kind.YES_NO: (frozenset({Holds.YES_NO}), "yes or no (BOOLEAN)"),
    **dict.fromkeys(
        NUMERIC, (frozenset({Holds.WHOLE, Holds.DECIMAL}), "exact numbers (whole, or DECIMAL), never floats")
    ),
    Kind.DATE: (frozenset({Holds.DATE, Holds.MOMENT}), "dates, or moments with their time zone"),
    Kind.MOMENT: (frozenset({Holds.MOMENT}), "moments with their time zone"),
    **dict.fromkeys(TEXTUAL, (frozenset({Holds.TEXT}), "texts")),
}
DESCRIBED: Mapping[Kind, str] = {
    Kind.YES_NO: "yes or no",
    **dict.fromkeys(NUMERIC, "a number such as 12 or 1.5"),
    Kind.DATE: "a date such as 2026-11-23, or a moment with its time zone",
    Kind.MOMENT: "a moment with its time zone such as 2026-11-23T10:00:00+02:00",
    **dict.fromkeys(TEXTUAL, "a text"),
}
"""What a value is where it is told as text."""
LIMIT = 10**MOST_DIGITS


def lost_column(name: str) -> str:
    """Return the name of the yes/no column that says of which rows a fact cannot be established."""
    return f"{name} {CANNOT_BE_ESTABLISHED}"


@dataclass(frozen=True)
class Inputs:
    """The facts of a policy as columns of the orders; a column that is not there is a fact nobody told."""

    columns: Mapping[str, Held]
    stages: Stages
    engine: str
    zone: str
    reckoning: Reckoning

    def value(self, fact: Fact) -> Value:
        """Return the value of a fact that is no list. Raises WrongColumn."""
        held = self.columns.get(fact.name)
        told = self.told(fact, held, self.stages.source(fact.name)) if held else self.untold_value(fact)
        lost = self.lost(fact)
        return told if lost is None else self._case((lost, self._instead(fact, fact.presumed)), told)

    def told(self, fact: Fact, held: Held, source: exp.Expr) -> Value:
        """Return the value of a fact from where it is told. Raises WrongColumn."""
        accepted, wanted = ACCEPTED[fact.kind]
        if held.holds not in accepted:
            raise WrongColumn(f"The column `{fact.name}` holds {held.words}; its fact needs {wanted}.")
        if fact.kind is Kind.TEXT:
            return Plain(self._established(fact, source), Type.TEXT)
        value = (
            self._number(fact, held, source) if fact.kind in NUMERIC else self._checked(fact, held, source)
        )
        if fact.if_missing is None:
            return value
        unknown = terms.is_unknown(value.top.expr if isinstance(value, Number) else value.expr)
        return self._case((unknown, self._instead(fact, fact.if_missing)), value)

    def lost(self, fact: Fact) -> exp.Expr | None:
        """Return whether a fact cannot be established; None where no column says so. Raises WrongColumn."""
        name = lost_column(fact.name)
        if name not in self.columns:
            return None
        if self.columns[name].holds is not Holds.YES_NO:
            raise WrongColumn(f"The column `{name}` holds {self.columns[name].words}; it needs yes or no.")
        return terms.is_true(self.stages.source(name))

    def _case(self, first: tuple[exp.Expr, Value], otherwise: Value) -> Value:
        choosing = Choosing(self.reckoning, self.stages)
        return choosing.named(choosing.case([first, (terms.TRUE, otherwise)]))

    def untold(self, fact: Fact) -> exp.Expr | None:
        """Return whether nobody told a text, which needs no more than a look; None for other kinds."""
        held = self.columns.get(fact.name)
        if fact.kind is not Kind.TEXT or held is None or held.holds is not Holds.TEXT:
            return None
        if lost_column(fact.name) in self.columns:
            return None
        source = self.stages.source(fact.name)
        unknown = [terms.is_unknown(source), call(BLANK, source)] if fact.if_missing is None else []
        lost = [terms.is_true(_is_lost(source))] if fact.presumed is None else []
        return self.stages.name(some((*unknown, *lost)))

    def untold_value(self, fact: Fact) -> Value:
        """Return the value of a fact that is told nowhere."""
        return self._instead(fact, fact.if_missing)

    def _instead(self, fact: Fact, value: object) -> Value:
        """A value written out, None being unknown."""
        if value is not None:
            return written(value)
        return unknown_value(TYPE_OF_KIND[fact.kind])

    def _number(self, fact: Fact, held: Held, source: exp.Expr) -> Number:
        scale = MOST_PLACES if held.places is None else held.places
        if scale > MOST_PLACES:
            raise WrongColumn(
                f"The column `{fact.name}` holds {held.words}; a number has at most {MOST_PLACES} places "
                "after the point."
            )
        most = min(held.most, LIMIT - 1) if held.holds is Holds.WHOLE else min(held.most, LIMIT)
        if held.most >= LIMIT or held.places is None:
            beyond = some(
                (
                    two(exp.GTE, source, whole(LIMIT)),
                    two(exp.LTE, source, whole(-LIMIT)),
                )
            )
            self._refuse(
                beyond, f"The column `{fact.name}` holds a number of more than {MOST_DIGITS} digits."
            )
        if held.places is None:
            exact = two(exp.EQ, call(ROUNDED, source, whole(scale)), source)
            self._refuse(opposite(exact), f"The column `{fact.name}` holds a number of too many places.")
        if fact.kind is Kind.FILES and scale:
            raise WrongColumn(f"The column `{fact.name}` holds {held.words}; pictures are counted whole.")
        limit = most * 10**scale
        scaled = call(SCALED, source, whole(scale)) if held.holds is Holds.DECIMAL else source
        name = self.stages.name(call(terms.NARROW if limit <= INT64 else terms.WIDE, scaled))
        low = -limit
        if fact.kind is Kind.FILES:
            self._refuse(
                two(exp.LT, name, whole(0)), f"The column `{fact.name}` counts less than no pictures."
            )
            low = 0
        return Number(Whole(name, low, limit), scale)

    def _checked(self, fact: Fact, held: Held, source: exp.Expr) -> Plain:
        """A column that is no number: its own values, checked where its type allows more."""
        expr = source
        if fact.kind is Kind.DATE:
            moment = held.holds is Holds.MOMENT
            day = call(terms.DAY, source, terms.text(self.zone)) if moment else source
            outside = some((two(exp.LT, day, terms.day(date.min)), two(exp.GT, day, terms.day(date.max))))
            self._refuse(outside, f"The column `{fact.name}` holds a date outside of the years 1 to 9999.")
            expr = day
        if fact.kind is Kind.CHOICE:
            chosen = some(two(exp.EQ, source, terms.text(choice)) for choice in fact.choices)
            choices = ", ".join(fact.choices)
            self._refuse(
                opposite(chosen),
                f"The column `{fact.name}` holds something else than its choices: {choices}.",
            )
        if fact.kind is Kind.CURRENCY:
            wrong = opposite(call(IS_CURRENCY, source))
            self._refuse(
                wrong,
                f"The column `{fact.name}` holds something else than three capital letters of ISO 4217.",
            )
        return Plain(self.stages.name(expr), TYPE_OF_KIND[fact.kind])

    def _established(self, fact: Fact, source: exp.Expr) -> exp.Expr:
        """A text without spaces around it: blank is not told, what cannot be established is presumed."""
        missing, presumed = (
            terms.unknown("TEXT") if value is None else terms.text(str(value))
            for value in (fact.if_missing, fact.presumed)
        )
        untold: exp.Expr = call(BLANK, source)
        if fact.if_missing is not None:
            untold = some((terms.is_unknown(source), untold))
        branches = [(untold, missing), (_is_lost(source), presumed)]
        return self.stages.name(case(branches, call(TRIMMED, source)))

    def _refuse(self, condition: exp.Expr, sentence: str) -> None:
        self.stages.refuse(self.stages.name(every((condition,))), sentence)


def _is_lost(source: exp.Expr) -> exp.Expr:
    return two(exp.EQ, source, terms.text(CANNOT_BE_ESTABLISHED))
