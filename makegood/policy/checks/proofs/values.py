"""Values of rules as z3 terms: truths of three values, and values that may be undefined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3

Term = Any
"""A z3 term; z3 brings no types."""
YES, NO = z3.BoolVal(True), z3.BoolVal(False)


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth of three values: `holds` and `fails` are never both true; where neither is, it is unknown."""

    holds: Term
    fails: Term


@dataclass(frozen=True, slots=True)
class Known:
    """A number, day, moment or text where `defined`; elsewhere it is unknown and `value` means nothing.

    Days are their ordinals; a moment is its microseconds since 1970 in UTC.
    """

    defined: Term
    value: Term
    is_moment: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item that a list may have: whether it is `there`, and its values by `each` or `each.field`."""

    there: Term
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of at most so many items; of its items the first ones are there."""

    items: tuple[Item, ...]


Value = Truth | Known | Listing
TRUE, FALSE = Truth(YES, NO), Truth(NO, YES)
UNKNOWN = Truth(NO, NO)


def known(value: Term) -> Known:
    """Return a value that is always defined."""
    return Known(YES, value)


def every(truths: Iterable[Truth]) -> Truth:
    """Kleene's AND."""
    found = list(truths)
    return Truth(both(each.holds for each in found), either(each.fails for each in found))


def some(truths: Iterable[Truth]) -> Truth:
    """Kleene's OR."""
    found = list(truths)
    return Truth(either(each.holds for each in found), both(each.fails for each in found))


def opposite(truth: Truth) -> Truth:
    """Kleene's NOT."""
    return Truth(truth.fails, truth.holds)


def when(defined: Term, holds: Term) -> Truth:
    """Return a truth that is known where `defined`."""
    return Truth(both((defined, holds)), both((defined, z3.Not(holds))))


def both(terms: Iterable[Term]) -> Term:
    """Return the AND of z3 truths, constants taken out."""
    found = [term for term in terms if not z3.is_true(term)]
    if any(z3.is_false(term) for term in found):
        return NO
    return z3.And(*found) if len(found) > 1 else found[0] if found else YES


def either(terms: Iterable[Term]) -> Term:
    """Return the OR of z3 truths, constants taken out."""
    found = [term for term in terms if not z3.is_false(term)]
    if any(z3.is_true(term) for term in found):
        return YES
    return z3.Or(*found) if len(found) > 1 else found[0] if found else NO


def chosen(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return `then` where a z3 truth is true, numbers of both sorts made alike."""
    if z3.is_true(condition):
        return then
    return otherwise if z3.is_false(condition) else z3.If(condition, then, otherwise)


def number(value: Decimal | Fraction | int) -> Term:
    """Return an exact number."""
    exact = Fraction(value)
    return z3.IntVal(exact.numerator) if exact.denominator == 1 else z3.Q(exact.numerator, exact.denominator)


def real(term: Term) -> Term:
    """Return a number as a real one."""
    return z3.ToReal(term) if z3.is_int(term) else term


def whole(term: Term) -> Term:
    """Return the largest whole number that is not larger."""
    return term if z3.is_int(term) else z3.ToInt(term)


def towards_zero(term: Term) -> Term:
    """Return a number without what stands after its point."""
    return term if z3.is_int(term) else z3.If(term >= 0, z3.ToInt(term), -z3.ToInt(-term))


def half_up(term: Term, scale: int) -> Term:
    """Return a number rounded to `scale` parts of one, halves away from zero."""
    if scale == 1 and z3.is_int(term):
        return term
    scaled = real(term) * scale
    half = z3.Q(1, 2)
    rounded = z3.If(scaled >= 0, z3.ToInt(scaled + half), -z3.ToInt(half - scaled))
    return rounded if scale == 1 else z3.ToReal(rounded) / scale


def least(terms: Sequence[Term]) -> Term:
    """Return the smallest."""
    found = terms[0]
    for term in terms[1:]:
        found = z3.If(term < found, term, found)
    return found


def largest(terms: Sequence[Term]) -> Term:
    """Return the largest."""
    found = terms[0]
    for term in terms[1:]:
        found = z3.If(term > found, term, found)
    return found


def stepped(term: Term, steps: Sequence[tuple[int, int]]) -> Term:
    """Return the number of the last step at or below `term`: a search tree, so that it stays shallow.

    `steps`: where each begins, in order, and its number; below the first the first counts.
    """
    if len(steps) == 1:
        return z3.IntVal(steps[0][1])
    middle = len(steps) // 2
    if len({value for _, value in steps}) == 1:
        return z3.IntVal(steps[0][1])
    return z3.If(term >= steps[middle][0], stepped(term, steps[middle:]), stepped(term, steps[:middle]))
