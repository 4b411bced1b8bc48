"""What must hold of every policy, tried on random rules: no reversal, exact open facts, bounded amounts."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.policy import Answer, Outcome, Policy, Why, decide
from tests.policy.documents import PAID, grant, listed, policy_of, text_of

DOMAINS: dict[str, tuple[Any, ...]] = {
    "a": (True, False),
    "b": (True, False),
    "c": (True, False),
    "k": ("x", "y", "z"),
}
ATOMS = [
    ("a", "a"),
    ("b", "b"),
    ("c", "c"),
    ("k = 'x'", "k == 'x'"),
    ("k <> 'y'", "k != 'y'"),
    ("a = b", "a == b"),
]


def joined(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    """Rules made of smaller rules, each beside the same in Python."""
    negated = children.map(lambda rule: (f"NOT ({rule[0]})", f"(not {rule[1]})"))
    pairs = st.tuples(children, st.sampled_from(["AND", "OR"]), children)
    return negated | pairs.map(
        lambda p: (f"({p[0][0]} {p[1]} {p[2][0]})", f"({p[0][1]} {p[1].lower()} {p[2][1]})")
    )


RULES = st.recursive(st.sampled_from(ATOMS), joined, max_leaves=5)
CASES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(domain) for name, domain in DOMAINS.items()}
)
Rule = tuple[str, str]


def a_policy(granted: list[Rule], excluded: Rule, reviewed: Rule) -> Policy:
    """Return a policy with a grant, an exclusion and a review."""
    return policy_of(
        grant(*(rule for rule, _ in granted)),
        "We do not refund when **any** of these hold:\n\n" + listed(excluded[0]),
        "Whatever else holds, a person decides when **any** of these hold:\n\n" + listed(reviewed[0]),
    )


def end_of(answer: Answer) -> tuple[Outcome, Why]:
    """Return how a case ended."""
    return answer.outcome, answer.why


def completions(known: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every way to know everything that agrees with what is known."""
    domains = [(known[name],) if name in known else domain for name, domain in DOMAINS.items()]
    return [dict(zip(DOMAINS, values, strict=True)) for values in product(*domains)]


GRANTED = st.lists(RULES, min_size=1, max_size=2)


@given(GRANTED, RULES, RULES, CASES, CASES)
def test_learning_a_fact_never_reverses_a_decision(
    granted: list[Rule], excluded: Rule, reviewed: Rule, known: dict[str, Any], learned: dict[str, Any]
) -> None:
    policy = a_policy(granted, excluded, reviewed)
    before = decide(policy, {**PAID, **known})
    after = decide(policy, {**PAID, **learned, **known})
    assert before.why is Why.TO_ESTABLISH or end_of(before) == end_of(after)


@given(GRANTED, RULES, RULES, CASES)
def test_open_facts_are_exactly_those_that_can_change_the_answer(
    granted: list[Rule], excluded: Rule, reviewed: Rule, known: dict[str, Any]
) -> None:
    policy = a_policy(granted, excluded, reviewed)
    answer = decide(policy, {**PAID, **known})
    ends = {tuple(case.items()): end_of(decide(policy, {**PAID, **case})) for case in completions(known)}
    deciding = {
        name
        for name in DOMAINS
        for case in completions(known)
        if name not in known
        and len({ends[tuple({**case, name: value}.items())] for value in DOMAINS[name]}) > 1
    }
    if answer.why is not Why.TO_ESTABLISH:
        assert set(ends.values()) == {end_of(answer)}
    elif deciding:
        assert {fact.name for fact in answer.open} == deciding
    else:  # the rules say something twice: three-valued logic waits although every way ends alike
        assert len(set(ends.values())) == 1
        assert {fact.name for fact in answer.open} <= set(DOMAINS) - set(known)
        assert answer.open


@given(GRANTED, RULES, RULES, st.fixed_dictionaries({n: st.sampled_from(d) for n, d in DOMAINS.items()}))
def test_with_everything_known_it_is_ordinary_logic(
    granted: list[Rule], excluded: Rule, reviewed: Rule, case: dict[str, Any]
) -> None:
    answer = decide(a_policy(granted, excluded, reviewed), {**PAID, **case})

    def holds(rule: Rule) -> bool:  # the independent reference: Python itself, on logic generated above
        return bool(eval(rule[1], {}, case))  # noqa: S307

    if holds(reviewed):
        assert end_of(answer) == (Outcome.NEEDS_REVIEW, Why.PERSON)
    elif holds(excluded) or not all(map(holds, granted)):
        assert end_of(answer) == (Outcome.INELIGIBLE, Why.DECIDED)
    else:
        assert end_of(answer) == (Outcome.ELIGIBLE, Why.DECIDED)


def reckoned(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Amounts made of smaller ones."""
    pairs = st.tuples(children, st.sampled_from(["+", "-"]), children).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    )
    parts = st.tuples(children, st.sampled_from(["* n", "/ n", "* 3 / 7", "* -1", "/ 1000"])).map(" ".join)
    called = st.tuples(st.sampled_from(["min", "max"]), children, children)
    return pairs | parts | called.map(lambda p: f"{p[0]}({p[1]}, {p[2]})")


AMOUNTS = st.recursive(st.sampled_from(["amount_paid", "fee"]), reckoned, max_leaves=4)
MONEY = st.sampled_from(["0", "0.004", "0.005", "10.00", "33.335", "-2.50", "99999.999"])


@settings(max_examples=400)
@given(
    first=AMOUNTS,
    second=AMOUNTS,
    case=CASES,
    paid=MONEY,
    fee=MONEY,
    n=st.sampled_from(["0", "0.5", "1", "3", "-7"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_no_amount_is_negative_or_more_than_was_paid(
    first: str, second: str, case: dict[str, Any], paid: str, fee: str, n: str, currency: str
) -> None:
    clauses = (
        grant("a", amount=first),
        "This clause takes precedence over clause 1.\n\n" + grant("b", amount=second),
        f"We keep `fee` when **all** of these hold:\n\n{listed('c')}",
    )
    policy = Policy.parse(text_of(*clauses).replace("| `paid` |", "| `amount_paid` |"))
    answer = decide(policy, {**case, "amount_paid": paid, "fee": fee, "n": n, "currency": currency})
    assert (answer.amount is not None) == (answer.outcome is Outcome.ELIGIBLE)
    assert answer.amount is None or 0 <= answer.amount <= Decimal(paid)
    assert answer.at_stake is None or answer.at_stake <= max(Decimal(paid), Decimal(0))
