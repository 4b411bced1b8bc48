"""What the solver is told of a rule is what the rule says: on random cases both come out alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.policy import Policy, decide
from makegood.policy.checks.proofs.logic import ENDS, Weighed
from makegood.policy.checks.proofs.models import facts_in
from makegood.policy.checks.proofs.values import Listing
from makegood.policy.checks.proofs.world import ITEMS, World, world_of
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, Kind
from tests.policy.documents import grant, listed

RULES = (
    "days(bought_on, asked_on) <= 30",
    "asked_on <= add_days(bought_on, n)",
    "months(bought_on, asked_on) = 1",
    "started_months(bought_on, asked_on) >= 2",
    "asked_on < add_months(bought_on, 2)",
    "add_months(bought_on, n) > asked_on",
    "working_days(bought_on, asked_on) <= 10",
    "working_days(bought_on, asked_on, off) <= 10",
    "working_days(bought_on, asked_on, country) > 5",
    "asked_on = add_working_days(bought_on, 3)",
    "asked_on <= next_working_day(bought_on, 'DE-BY')",
    "same_month(bought_on, asked_on) OR same_year(bought_on, asked_on)",
    "hours(began_at, ended_at) <= 36.5",
    "day(began_at) = bought_on",
    "ended_at > add_hours(began_at, n)",
    "days(began_at, ended_at) = 1",
    "earliest(bought_on, asked_on) = latest(bought_on, asked_on)",
    "round(paid * 0.333, 2) > paid * round(n / 3) / 7",
    "floor(n / 4) = ceil(n / 5)",
    "paid / n > 3 AND NOT n BETWEEN 2 AND 4",
    "choose(a, n, m) > 3",
    "choose(n > m, a, b)",
    "choose(n > 5, m, m) > 3",
    "most > n AND word <> 'tea'",
    "open AND step >= 2",
    "a = b",
)
LISTS = (
    "any(payments, each.amount > 10 AND each.good)",
    "all(payments, each.paid_on > bought_on)",
    "count(payments) = 2",
    "count(payments, each.good) > n",
    "sum(payments, each.amount, each.paid_on <= asked_on) > paid",
    "count(off, each > bought_on) >= 1",
    "(paid * 3 - 7) / 4 <= max(paid, 5.00) + min(1.00, paid)",
    "told(word) AND told(n)",
)
DOCUMENT = f"""---
policy: every-function
version: "1"
in_force_from: 2026-01-01
calendar: Europe/Kyiv
holidays: DE
currency: EUR
---
# Every function

## 1. Rules {{#rules}}

{grant(*RULES, word="any", amount="paid * 0.125")}
## 2. Lists {{#lists}}

Applies to `k <> 'z'`.

{grant(*LISTS, amount="paid * 0.5")}
We keep `2` when **any** of these hold:

{listed("b")}
## 3. Never {{#never}}

This clause takes precedence over clause 1.

We do not refund when **all** of these hold:

{listed("n > 9", "a")}
## Facts {{#facts}}

| Fact | Kind | Who tells us | What we ask | If missing |
|---|---|---|---|---|
| `a` | yes/no | customer | Is it a? | unknown |
| `b` | yes/no | customer | Is it b? | unknown |
| `k` | choice: x, y, z | customer | Which one? | unknown |
| `n` | number | usage | How many? | unknown |
| `m` | number | usage | How many more? | unknown |
| `word` | text | customer | Which word? | unknown |
| `country` | text | customer | Which country? | unknown |
| `bought_on` | date | order | When was it bought? | unknown |
| `asked_on` | date | request | When was it asked for? | unknown |
| `began_at` | moment | order | When did it begin? | unknown |
| `ended_at` | moment | order | When did it end? | unknown |
| `paid` | money | order | How much was paid? | unknown |
| `currency` | currency | order | In which currency? | unknown |
| `off` | list of dates | order | Which days are off? | unknown |
| `payments` | list: paid_on date, amount money, good yes/no | order | Which payments? | unknown |

## Steps {{#steps}}

| `n` | Steps | `step` | `open` |
|---|---|---|---|
| 0 to 2 | few | 1 | yes |
| 3 | three | 2 | no |
| 5 or more | many | 3 | unknown |

## Most {{#most}}

| `k` | `a` | Most | `most` |
|---|---|---|---|
| `x` | yes | x and a | 2 |
| `x` | any other | x | 3 |
| any other | yes | a | 4 |
"""
COUNTRY_RULE = "country IN ('DE', 'US-NY')"
POLICY = Policy.parse(DOCUMENT.replace("`a = b`", f"`a = b OR {COUNTRY_RULE}`"), source="every.md")
WORLD: World = world_of((POLICY,))
WEIGHED = Weighed(POLICY, WORLD)
EDGES = [date(2026, month, day) for month in (1, 2, 3) for day in (1, 15, 27, 28)] + [
    date(2026, 1, 30),
    date(2026, 1, 31),
    date(2026, 3, 30),
    date(2026, 3, 31),
]
DAYS = st.sampled_from(EDGES) | st.dates(date(2026, 3, 25), date(2027, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))
CHANGES_OF_CLOCKS = st.integers(-200, 200).map(
    lambda minutes: datetime(2026, 3, 29, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
AMOUNTS = st.decimals(0, 100, places=2)
NUMBERS = st.integers(0, 12).map(Decimal) | st.decimals(0, 12, places=1)
PAYMENTS = st.fixed_dictionaries({"paid_on": DAYS, "amount": AMOUNTS, "good": st.booleans()})
CASES = st.fixed_dictionaries(
    {
        "a": st.booleans(),
        "b": st.booleans(),
        "k": st.sampled_from(("x", "y", "z")),
        "m": NUMBERS,
        "country": st.sampled_from(("DE", "US-NY")),
        "bought_on": DAYS,
        "asked_on": DAYS,
        "began_at": MOMENTS | CHANGES_OF_CLOCKS,
        "ended_at": MOMENTS | CHANGES_OF_CLOCKS,
        "paid": AMOUNTS,
        "currency": st.sampled_from(("EUR", "USD")),
        "off": st.lists(DAYS, max_size=ITEMS).map(tuple),
        "payments": st.lists(PAYMENTS, max_size=ITEMS).map(tuple),
    },
    optional={"n": NUMBERS, "word": st.sampled_from(("tea", "coffee"))},
)


def model_of(case: dict[str, Any]) -> Any:
    """Return the model in which the facts are those of a case, those that may be untold as it says."""
    solver = z3.Solver()
    solver.add(*WORLD.assumed, *WORLD.years.within)
    for name, value in case.items():
        if name in WORLD.is_told:
            solver.add(WORLD.is_told[name])
        mine = WORLD.values[name]
        if isinstance(mine, Listing):
            solver.add(*as_list(mine, WORLD.facts[name].fields, value))
        else:
            solver.add(WORLD.told_as(name, value))
    solver.add(*(z3.Not(told) for name, told in WORLD.is_told.items() if name not in case))
    assert solver.check() == z3.sat
    return solver.model()


def as_list(mine: Listing, fields: Any, value: tuple[Any, ...]) -> list[Any]:
    terms = []
    for place, item in enumerate(mine.items):
        if place >= len(value):
            terms.append(z3.Not(item.there))
            continue
        terms.append(item.there)
        told = value[place] if isinstance(value[place], dict) else {"": value[place]}
        for name, kind in fields.items():
            each = item.values[f"each.{name}" if name else "each"]
            if kind is Kind.YES_NO:
                terms.append(each.holds if told[name] else each.fails)  # type: ignore[union-attr]
            else:
                terms.append(each.value == WORLD.constant(kind, told[name]))  # type: ignore[union-attr]
    return terms


@settings(max_examples=60)
@given(CASES)
def test_the_solver_and_the_rules_agree_on_every_condition_and_on_the_end(case: dict[str, Any]) -> None:
    model, values = model_of(case), POLICY.values(case)
    for clause in POLICY.clauses:
        for part in clause.parts:
            for condition in part.conditions:
                truth = WEIGHED.logic.truth(condition)
                holds, fails = (
                    z3.is_true(model.eval(each, model_completion=True)) for each in (truth.holds, truth.fails)
                )
                found = True if holds else False if fails else None
                assert found is POLICY.compiled[condition.rule](values), condition.rule.text
    answer = decide(POLICY, case)
    end = model.eval(WEIGHED.end, model_completion=True).as_long()
    assert (end >= len(ENDS)) == (answer.outcome == "eligible")
    if answer.amount is None:
        undecided = answer.why == "to_establish" or (
            answer.why == "not_covered" and ENDS[end].why != answer.why
        )
        assert ENDS[end].why == ("to_establish" if undecided else answer.why)
    else:
        assert model.eval(WEIGHED.amount, model_completion=True).as_long() == answer.amount * 100


@settings(max_examples=20)
@given(CASES)
def test_a_case_is_read_back_as_it_was_told(case: dict[str, Any]) -> None:
    assert POLICY.values(facts_in(model_of(case), WORLD)) == POLICY.values(case)


def test_nothing_of_the_language_is_left_free_here() -> None:
    assert WEIGHED.free == set()
    assert CANNOT_BE_ESTABLISHED not in WORLD.texts
