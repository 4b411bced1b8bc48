"""What follows from a refund, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from makegood.effects import terms
from makegood.effects.deciding import Circumstances, Consequence, Fate, consequences_of, fate_of
from makegood.effects.states import Kind

RENEWAL = Circumstances(
    captured=1200,
    refunded=1200,
    is_renewal=True,
    other_terms_stand=True,
    term_begins=date(2026, 11, 2),
    term_ends=date(2026, 12, 2),
    end=date(2026, 12, 2),
    renews_by_itself=True,
    unwanted=True,
)
BOUGHT = Circumstances(captured=7900, refunded=7900, renews_by_itself=False)
DUPLICATE = replace(BOUGHT, is_duplicate=True)
ENDED = Consequence(Kind.LICENCE_ENDED, "active", "ended")
OFF = Consequence(Kind.AUTO_RENEWAL_OFF, "on", "off")


def back(was: str, becomes: str) -> Consequence:
    return Consequence(Kind.END_MOVED_BACK, was, becomes)


ROWS: dict[str, tuple[Circumstances, Fate, tuple[Consequence, ...]]] = {
    "nothing refunded": (replace(BOUGHT, refunded=0), Fate.KEPT, ()),
    "in full": (BOUGHT, Fate.ENDS, (ENDED,)),
    "more than in full, by a refund outside": (replace(BOUGHT, refunded=8000), Fate.ENDS, (ENDED,)),
    "in part": (replace(BOUGHT, refunded=7899), Fate.KEPT, ()),
    "in part, and asked to stop": (
        replace(BOUGHT, refunded=100, renews_by_itself=True, asked_to_stop=True),
        Fate.KEPT,
        (OFF,),
    ),
    "in full, and it renews by itself": (
        replace(BOUGHT, renews_by_itself=True),
        Fate.ENDS,
        (OFF, ENDED),
    ),
    "in full, and nobody knows whether it renews": (
        replace(BOUGHT, renews_by_itself=None),
        Fate.ENDS,
        (OFF, ENDED),
    ),
    "a purchase that was renewed since": (
        replace(
            BOUGHT,
            other_terms_stand=True,
            term_begins=date(2026, 10, 2),
            term_ends=date(2026, 11, 2),
            end=date(2026, 12, 2),
        ),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", "2026-11-02"),),
    ),
    "a renewal nobody wanted": (RENEWAL, Fate.ONE_TERM_LESS, (OFF, back("2026-12-02", "2026-11-02"))),
    "a renewal on another ground": (
        replace(RENEWAL, unwanted=False),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", "2026-11-02"),),
    ),
    "a renewal of a purchase that was refunded too": (
        replace(RENEWAL, unwanted=False, other_terms_stand=False),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", "2026-11-02"),),
    ),
    "a renewal, asked to stop": (
        replace(RENEWAL, unwanted=False, asked_to_stop=True),
        Fate.ONE_TERM_LESS,
        (OFF, back("2026-12-02", "2026-11-02")),
    ),
    "a renewal that never renewed by itself": (
        replace(RENEWAL, renews_by_itself=False),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", "2026-11-02"),),
    ),
    "a renewal, charged again since": (
        replace(RENEWAL, unwanted=False, end=date(2027, 1, 2)),
        Fate.ONE_TERM_LESS,
        (back("2027-01-02", "2026-12-02"),),
    ),
    "a renewal in part": (replace(RENEWAL, refunded=600), Fate.KEPT, (OFF,)),
    "a renewal whose term is not recorded": (
        replace(RENEWAL, unwanted=False, term_begins=None),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", ""),),
    ),
    "a renewal of which no end is recorded": (
        replace(RENEWAL, term_ends=None, end=None),
        Fate.ONE_TERM_LESS,
        (OFF, back("", "")),
    ),
    "a renewal whose term goes backwards": (
        replace(RENEWAL, unwanted=False, term_begins=date(2026, 12, 3)),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", ""),),
    ),
    "a duplicate with a licence of its own": (
        replace(DUPLICATE, shares_licence=False),
        Fate.ENDS,
        (ENDED,),
    ),
    "a duplicate of which the shop told no licence": (DUPLICATE, Fate.ENDS, (ENDED,)),
    "a duplicate within the licence of the other": (
        replace(DUPLICATE, shares_licence=True, renews_by_itself=True),
        Fate.KEPT_WITH_THE_OTHER,
        (),
    ),
    "a duplicate that is a renewal": (
        replace(RENEWAL, is_duplicate=True, shares_licence=True, unwanted=False),
        Fate.ONE_TERM_LESS,
        (back("2026-12-02", "2026-11-02"),),
    ),
    "a gift, for which nothing was paid": (Circumstances(captured=0, refunded=0), Fate.KEPT, ()),
}


@pytest.mark.parametrize("row", ROWS)
def test_what_follows(row: str) -> None:
    case, fate, consequences = ROWS[row]
    assert fate_of(case) is fate
    assert consequences_of(case) == consequences


circumstances = some.builds(
    Circumstances,
    captured=some.integers(1, 100),
    refunded=some.integers(0, 120),
    is_renewal=some.booleans(),
    other_terms_stand=some.booleans(),
    is_duplicate=some.booleans(),
    shares_licence=some.none() | some.booleans(),
    term_begins=some.none() | some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    term_ends=some.none() | some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    end=some.none() | some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    renews_by_itself=some.none() | some.booleans(),
    unwanted=some.booleans(),
    asked_to_stop=some.booleans(),
)


@given(circumstances)
def test_auto_renewal_never_goes_on_where_the_policy_grants_the_end(case: Circumstances) -> None:
    told = {each.kind for each in consequences_of(case)}
    ends = Kind.LICENCE_ENDED in told
    granted = case.refunded > 0 and (ends or case.unwanted or case.asked_to_stop)
    if granted and fate_of(case) is not Fate.KEPT_WITH_THE_OTHER:
        assert Kind.AUTO_RENEWAL_OFF in told or case.renews_by_itself is False


@given(circumstances)
def test_a_renewal_never_ends_a_licence_and_a_part_never_takes_anything(case: Circumstances) -> None:
    told = {each.kind for each in consequences_of(case)}
    if case.is_renewal:
        assert Kind.LICENCE_ENDED not in told
    if case.refunded < case.captured:
        assert told <= {Kind.AUTO_RENEWAL_OFF}


@given(some.dates(date(2020, 1, 1), date(2030, 1, 1)), some.integers(1, 40))
def test_a_term_of_months_is_told_as_months(first: date, months: int) -> None:
    last = terms.moved(first, months)
    found = terms.between(first, last)
    assert found is not None
    assert terms.later(first, found) == last


def test_a_month_that_ends_early_does_not_lengthen_the_term() -> None:
    assert terms.earlier(date(2027, 3, 31), terms.Term(months=1)) == date(2027, 2, 28)
    assert terms.between(date(2026, 11, 2), date(2026, 11, 2)) is None
    assert terms.between(date(2026, 11, 2), date(2026, 11, 16)) == terms.Term(days=14)
