"""Months as the solver is told them are months as rules count them, at every edge."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
import z3

from makegood.policy.checks.proofs.days import Years
from makegood.policy.rules import calendars

EDGES = [
    date(2027, 12, 31),
    *(date(2028, 1, day) for day in (15, 31)),
    *(date(2028, 2, day) for day in (15, 28, 29)),
    date(2028, 3, 31),
]
YEARS = Years(2027, 2029)


def number(term: z3.ExprRef) -> int:
    return int(z3.simplify(term).as_long())


def ordinal(day: date) -> z3.ExprRef:
    return z3.IntVal(day.toordinal())


@pytest.mark.parametrize("start", EDGES)
def test_months_are_counted_as_rules_count_them(start: date) -> None:
    for end in EDGES:
        both = ordinal(start), ordinal(end)
        assert number(YEARS.months(*both)) == calendars.whole_months(start, end), (start, end)
        assert number(YEARS.started_months(*both)) == calendars.started_months(start, end), (start, end)


def test_months_are_added_as_rules_add_them() -> None:
    for start, count in product(EDGES, (-2, 1, 13)):
        later = number(YEARS.add_months(ordinal(start), z3.IntVal(count)))
        assert date.fromordinal(later) == calendars.add_months(start, count), (start, count)
