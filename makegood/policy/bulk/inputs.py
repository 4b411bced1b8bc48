"""The columns of the orders taken in as facts: what each must hold, and the sentence when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.errors import CannotReckon, WrongColumn
from makegood.policy.bulk.numbers import INT64, Number, Reckoning, Whole
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import call, case, every, opposite, some, two, whole
from makegood.policy.bulk.translating import written
from makegood.policy.bulk.values import SQL_TYPES, Plain, Value
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, MOST_DIGITS, MOST_PLACES, Fact, Kind
from makegood.policy.rules.types import TYPE_OF_KIND

SCALED = "SCALED"  # (number, places): × 10^places, as a whole number
IS_CURRENCY = "IS_CURRENCY"  # (text): three capital letters
ROUNDED = "ROUNDED"  # (number, places)
BLANK = "BLANK"  # (text): nothing but white space
TRIMMED = "TRIMMED"  # (text): without white space around it
NUMBERS = frozenset({Kind.NUMBER, Kind.MONEY, Kind.FILES})
TEXTS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.CURRENCY})


class Holds(StrEnum):
    """What a column holds, whatever its engine calls it."""

    YES_NO = "yes or no"
    WHOLE = "whole numbers"
    DECIMAL = "decimals"
    DATE = "dates"
    MOMENT = "moments"
    TEXT = "texts"
    OTHER = "something else"


@dataclass(frozen=True, slots=True)
class Held:
    """One column: what it holds, and its type in the words of the engine.

    `most`: the largest whole number, or whole part, its type can hold. `places` after the point; None: any.
    """

    holds: Holds
    words: str
    most: int = 0
    places: int | None = 0


ACCEPTED: Mapping[Kind, tuple[frozenset[Holds], str]] = {
    Kind.YES_NO: (frozenset({Holds.YES_NO}), "yes or no (BOOLEAN)"),
    **dict.fromkeys(
        NUMBERS, (frozenset({Holds.WHOLE, Holds.DECIMAL}), "exact numbers (whole, or DECIMAL), never floats")
    ),
    Kind.DATE: (frozenset({Holds.DATE, Holds.MOMENT}), "dates, or moments with their time zone"),
    Kind.MOMENT: (frozenset({Holds.MOMENT}), "moments with their time zone"),
    **dict.fromkeys(TEXTS, (frozenset({Holds.TEXT}), "texts")),
}
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
        """Return a fact's value. Raises WrongColumn, CannotReckon for a list."""
        if fact.kind is Kind.LIST:
            raise CannotReckon(self.engine, f"`{fact.name}`, which is a list")
        told = self._told(fact) if fact.name in self.columns else self._untold(fact)
        return self._presumed(fact, told) if lost_column(fact.name) in self.columns else told

    def _told(self, fact: Fact) -> Value:
        held = self.columns[fact.name]
        accepted, wanted = ACCEPTED[fact.kind]
        if held.holds not in accepted:
            raise WrongColumn(f"The column `{fact.name}` holds {held.words}; its fact needs {wanted}.")
        source = self.stages.source(fact.name)
        if fact.kind in NUMBERS:
            return self._number(fact, held, source)
        expr = self._checked(fact, held, source)
        if fact.if_missing is not None and fact.kind is not Kind.TEXT:
            missing = written(fact.if_missing)
            assert isinstance(missing, Plain)  # noqa: S101  # of the fact's own kind
            expr = exp.Coalesce(this=expr.copy(), expressions=[missing.expr.copy()])
        return Plain(self.stages.name(expr), TYPE_OF_KIND[fact.kind])

    def untold(self, fact: Fact) -> exp.Expr | None:
        """Return whether nobody told a text, which needs no more than a look; None for other kinds."""
        held = self.columns.get(fact.name)
        if fact.kind is not Kind.TEXT or held is None or held.holds is not Holds.TEXT:
            return None
        if lost_column(fact.name) in self.columns:
            return None
        source = self.stages.source(fact.name)
        unknown = [terms.is_unknown(source), call(BLANK, source)] if fact.if_missing is None else []
        lost = [_is_lost(source)] if fact.presumed is None else []
        return self.stages.name(some((*unknown, *lost)))

    def _presumed(self, fact: Fact, told: Value) -> Value:
        """What was told; where the fact cannot be established what is presumed, which may be nothing."""
        name = lost_column(fact.name)
        if self.columns[name].holds is not Holds.YES_NO:
            raise WrongColumn(f"The column `{name}` holds {self.columns[name].words}; it needs yes or no.")
        lost = terms.is_true(self.stages.source(name))
        presumed = None if fact.presumed is None else written(fact.presumed)
        if isinstance(told, Plain):
            nothing = terms.unknown(SQL_TYPES.get(told.type, "TIMESTAMPTZ"))
            assumed = presumed.expr if isinstance(presumed, Plain) else nothing
            return Plain(self.stages.name(case([(lost, assumed)], told.expr)), told.type)
        if not isinstance(presumed, Number):
            known = case([(opposite(lost), told.top.expr)])
            return Number(Whole(self.stages.name(known), told.top.low, told.top.high), told.scale)
        (one, other), scale, _ = self.reckoning.alike([presumed, told])
        ends = min(one.low, other.low), max(one.high, other.high)
        return Number(Whole(self.stages.name(case([(lost, one.expr)], other.expr)), *ends), scale)

    def _untold(self, fact: Fact) -> Value:
        if fact.if_missing is not None:
            return written(fact.if_missing)
        if fact.kind in NUMBERS:
            return Number(Whole(terms.unknown("BIGINT"), 0, 0))
        kind = TYPE_OF_KIND[fact.kind]
        return Plain(terms.unknown(SQL_TYPES.get(kind, "TIMESTAMPTZ")), kind)

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
        number = Number(Whole(name, low, limit), scale)
        return number if fact.if_missing is None else self._or_missing(number, written(fact.if_missing))

    def _or_missing(self, number: Number, missing: Value) -> Number:
        assert isinstance(missing, Number)  # noqa: S101  # of the fact's own kind
        (one, other), scale, _ = self.reckoning.alike([number, missing])
        expr = exp.Coalesce(this=one.expr.copy(), expressions=[other.expr.copy()])
        ends = min(one.low, other.low), max(one.high, other.high)
        return Number(Whole(self.stages.name(expr), *ends), scale)

    def _checked(self, fact: Fact, held: Held, source: exp.Expr) -> exp.Expr:
        """A column that is no number: its own values, checked where its type allows more."""
        if fact.kind is Kind.DATE:
            moment = held.holds is Holds.MOMENT
            day = call(terms.DAY, source, terms.text(self.zone)) if moment else source
            outside = some((two(exp.LT, day, terms.day(date.min)), two(exp.GT, day, terms.day(date.max))))
            self._refuse(outside, f"The column `{fact.name}` holds a date outside of the years 1 to 9999.")
            return day
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
        return self._established(fact, source) if fact.kind is Kind.TEXT else source

    def _established(self, fact: Fact, source: exp.Expr) -> exp.Expr:
        """A text without spaces around it: blank is unknown, what cannot be established is presumed."""
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
