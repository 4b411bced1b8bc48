"""Every operator and function comes to the same in every engine as in the closures, unknowns and all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from makegood.policy import Policy
from tests.policy.bulk.documents import (
    DATES,
    ENDS_OF_TIME,
    HOSTILE_DAYS,
    MOMENTS,
    NUMBERS,
    OPERATORS,
    hostile_moments,
    policy_of_terms,
)
from tests.policy.bulk.engines import Case, every_engine, exact, put_to, terms_of

UNKNOWN = None


def assert_same(name: str, policy: Policy, cases: Sequence[Case], folder: Path) -> None:
    """Assert that an engine and the closures agree on all terms in all cases."""
    with put_to(name, policy, cases, folder) as engine:
        found = terms_of(policy, engine, list(policy.terms))
    assert len(found) == len(cases)
    wrong = []
    for number, case in enumerate(cases):
        values = policy.values(case)
        for term, one in policy.terms.items():
            expected = exact(policy.compiled[one.rule](values))
            if found[number][term] != expected or type(found[number][term]) is not type(expected):
                wrong.append((one.rule.text, dict(case), expected, found[number][term]))
    assert wrong == []


def cases_of(**domains: Sequence[object]) -> list[Case]:
    """Return every combination of the values, None being a fact nobody told."""
    return [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]


@every_engine
def test_truth_tables(engine: str, tmp_path: Path) -> None:
    truths, numbers = (True, False, UNKNOWN), ("1", "2.5", UNKNOWN)
    cases = cases_of(
        p=truths,
        q=truths,
        k=("x", "y", "z", UNKNOWN),
        w=("abc", " abc ", "y", " ", "cannot be established", UNKNOWN),
        n=numbers,
        m=("1", UNKNOWN),
    )
    days = [
        {"p": p, "d": d, "e": e}
        for p in truths
        for d in (*HOSTILE_DAYS[:2], UNKNOWN)
        for e in (*HOSTILE_DAYS[:2], UNKNOWN)
    ]
    assert_same(engine, policy_of_terms(OPERATORS), [*cases, *days], tmp_path)


@every_engine
def test_numbers(engine: str, tmp_path: Path) -> None:
    numbers = (
        "0",
        "1",
        "-1",
        "2.5",
        "-2.5",
        "0.125",
        "-0.005",
        "7",
        "3",
        "100.999",
        "999999999.999",
        UNKNOWN,
    )
    cases = cases_of(n=numbers, m=numbers)
    money = cases_of(
        x=("0", "79.99", "0.005", "-1.005", UNKNOWN),
        y=("0", "3", "39.50", UNKNOWN),
        n=("0", "7", "-7", "33.333", UNKNOWN),
    )
    counts = cases_of(i=(0, 1, 2**31 - 1, UNKNOWN), k=("x", "y", UNKNOWN), p=(True, False, UNKNOWN))
    assert_same(engine, policy_of_terms(NUMBERS), [*cases, *money, *counts], tmp_path)


@every_engine
def test_dates(engine: str, tmp_path: Path) -> None:
    cases = cases_of(d=(*HOSTILE_DAYS, UNKNOWN), e=(*HOSTILE_DAYS, UNKNOWN), n=("1", UNKNOWN))
    ends = cases_of(d=(*ENDS_OF_TIME, HOSTILE_DAYS[0]), e=(*ENDS_OF_TIME, HOSTILE_DAYS[0]), n=("13", "-13"))
    assert_same(engine, policy_of_terms(DATES), [*cases, *ends], tmp_path)


@every_engine
def test_dates_with_public_holidays(engine: str, tmp_path: Path) -> None:
    days = [
        day for day in HOSTILE_DAYS if day.year in (2023, 2024) and day.month != 2
    ]  # ordinary code is slow here
    rules = [rule for rule in DATES if "working" in rule]
    rules += ["working_days(d, e, 'US')", "add_working_days(d, 10, 'DE-BY')", "working_days(d, e, 'nowhere')"]
    cases = cases_of(d=(*days, UNKNOWN), e=(*days[:6], UNKNOWN), n=("3", UNKNOWN))
    assert_same(engine, policy_of_terms(rules, head="holidays: DE\n"), cases, tmp_path)


@every_engine
@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/Havana", "Asia/Beirut"])
def test_moments(engine: str, zone: str, tmp_path: Path) -> None:
    moments = [*hostile_moments(), UNKNOWN]
    cases = cases_of(s=moments, t=moments, n=("1",), d=(HOSTILE_DAYS[9],))
    hours = cases_of(s=moments, n=("0", "-1.5", "0.333", "999999999", UNKNOWN))
    assert_same(engine, policy_of_terms(MOMENTS, zone), [*cases, *hours], tmp_path)
