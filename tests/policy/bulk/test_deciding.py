"""Every engine ends every case as the closures do: real policies with their examples, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.policy import Outcome, Policy, Why, decide
from makegood.policy.bulk.weighing_rows import decided_rows
from tests.policy.bulk.engines import KEY, Case, every_engine, put_to
from tests.policy.documents import REFUND_POLICY, grant, listed, policy_of, text_of
from tests.policy.test_properties import CASES, RULES, Rule

POLICIES = [REFUND_POLICY, *sorted(REFUND_POLICY.parent.glob("examples/*.md"))]


def assert_same(name: str, policy: Policy, cases: Sequence[Case], folder: Path, *, why: bool = True) -> None:
    """Assert that an engine ends all cases as `decide` does; `why`: also why nothing is decided."""
    with put_to(name, policy, cases, folder) as engine:
        found = {row.key: row for row in decided_rows(policy, engine, KEY)}
    assert len(found) == len(cases)
    wrong = []
    for number, case in enumerate(cases):
        answer, row = decide(policy, case), found[number]
        method = policy.offers[row.offer].method if row.offer is not None else None
        says: list[object] = [answer.outcome, answer.amount, answer.currency, answer.method]
        told: list[object] = [row.outcome, row.amount, row.currency, method]
        if answer.outcome is not Outcome.NEEDS_REVIEW or answer.why not in (
            Why.TO_ESTABLISH,
            Why.NOT_COVERED,
        ):
            says += [answer.why, sorted({each.partition("(")[0] for each in answer.decided_by})]
            told += [row.why, sorted(row.decided_by)]
        elif why:
            says.append(answer.why)
            told.append(row.why)
        if says != told:
            wrong.append((dict(case), says, told, asdict(row)))
    assert wrong == []


@every_engine
@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_the_examples_of_real_policies(engine: str, file: Path, tmp_path: Path) -> None:
    policy = Policy.parse(file.read_text(encoding="utf-8"))
    cases = [example.facts for example in policy.examples]
    fewer = [{name: case[name] for name in case if name != left_out} for case in cases for left_out in case]
    assert_same(engine, policy, [*cases, *fewer], tmp_path)


RANDOM = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.sampled_from(["4.00", "12.50", "-1"]),
        "n": st.sampled_from(["1", "3"]),
        "why": st.sampled_from(["x", "y"]),
    },
)
WITH_LISTS = st.fixed_dictionaries(
    {},
    optional={
        "flags": st.lists(st.sampled_from([True, False, None]), max_size=3),
        "payments": st.lists(RECORDS, max_size=3),
        "offs": st.lists(st.sampled_from([date(2026, 11, 3), date(2026, 11, 4), None]), max_size=3),
        "a": st.booleans(),
        "k": st.sampled_from(["x", "y"]),
        "paid": st.sampled_from(["10.00", "0.005"]),
        "currency": st.sampled_from(["EUR", "JPY"]),
        "bought_on": st.just(date(2026, 11, 2)),
        "asked_on": st.sampled_from([date(2026, 11, 5), date(2026, 11, 9)]),
    },
)


def a_policy_about_lists() -> Policy:
    """Return a policy each of whose clauses looks at the items of a list."""
    text = text_of(
        grant(
            "any(flags, each)",
            "working_days(bought_on, asked_on, offs) <= 2",
            amount="sum(payments, each.amount)",
        ),
        grant("all(flags, each = a)", amount="paid / count(payments, each.n >= 1)"),
        "We do not refund when **any** of these hold:\n\n"
        + listed("any(payments, each.amount > paid AND each.why = k)"),
        "Whatever else holds, a person decides when **all** of these hold:\n\n"
        + listed("sum(payments, each.amount, each.n = 1) > paid"),
    )
    lists = (
        "| `flags` | list of yes/no | order | ? | unknown |\n"
        "| `offs` | list of dates | order | ? | none |\n"
        "| `payments` | list: amount money, n number, why text | order | ? | unknown |\n"
    )
    return Policy.parse(text + lists)


@every_engine
@settings(RANDOM, max_examples=5)
@given(cases=st.lists(WITH_LISTS, min_size=60, max_size=90))
def test_a_policy_about_lists(engine: str, cases: list[Case], tmp_path: Path) -> None:
    assert_same(engine, a_policy_about_lists(), cases, tmp_path, why=False)


GRANTED = st.lists(RULES, min_size=1, max_size=2)
MONEY = st.fixed_dictionaries(
    {},
    optional={
        "paid": st.sampled_from(["10.00", "0.005", "0", "99.999"]),
        "fee": st.sampled_from(["0", "1.50", "10.00"]),
        "currency": st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
        "n": st.sampled_from(["0", "1", "2.5"]),
        "bought_on": st.sampled_from(["2026-11-02", "2026-12-31"]),
        "asked_on": st.sampled_from(["2026-12-02", "2026-12-03", "2027-01-31"]),
    },
)
AMOUNTS = st.sampled_from(["paid", "paid - fee", "paid * n / 3", "min(paid, fee)", "round(paid / 7, 1)"])
DATED = st.sampled_from(["days(bought_on, asked_on) <= 30", "asked_on <= add_months(bought_on, 1)", "n >= 1"])


def a_random_policy(
    granted: Sequence[Rule], rules: Sequence[Rule], dated: str, amounts: Sequence[str]
) -> Policy:
    """Return a policy of every kind of clause."""
    first, second, third, fourth = (rule for rule, _ in rules)
    return policy_of(
        f"Applies to requests with `{first}`.\n\n"
        + grant(*(rule for rule, _ in granted), dated, amount=amounts[0])
        + f"\n\nUnless **any** of these hold:\n\n{listed(second)}",
        "This clause takes precedence over clause 1.\n\n"
        + grant(second, third, amount=amounts[1], word="any"),
        f"This clause replaces clauses 1 and 4.\n\nApplies to `NOT ({first})`.\n\n"
        + f"We may refund when **all** of these hold:\n\n{listed(fourth)}",
        f"We do not refund when **any** of these hold:\n\n{listed(third, 'spam')}",
        f"We keep `fee` when **all** of these hold:\n\n{listed(fourth)}",
        f"Whatever else holds, a person decides when **all** of these hold:\n\n{listed(second, fourth)}",
    )


@every_engine
@RANDOM
@given(
    granted=GRANTED,
    rules=st.lists(RULES, min_size=4, max_size=4),
    dated=DATED,
    amounts=st.lists(AMOUNTS, min_size=2, max_size=2),
    cases=st.lists(
        st.tuples(CASES, MONEY).map(lambda both: {**both[0], **both[1]}), min_size=20, max_size=40
    ),
)
def test_random_policies(
    engine: str,
    granted: list[Rule],
    rules: list[Rule],
    dated: str,
    amounts: list[str],
    cases: list[Case],
    tmp_path: Path,
) -> None:
    assert_same(engine, a_random_policy(granted, rules, dated, amounts), cases, tmp_path, why=False)
