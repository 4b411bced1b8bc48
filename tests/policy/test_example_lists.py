"""Examples tell lists too: plain values and records, with commas and brackets kept apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from makegood.policy import Policy, PolicyErrors
from tests.policy.documents import HEAD, grant

FACTS = """
## Facts {#facts}

| Fact | Kind | Who tells us | If missing |
|---|---|---|---|
| `refunds` | list of dates | history | unknown |
| `payments` | list: paid_on date, amount money, why text | order | none |
| `note` | text | customer | unknown |
| `paid` | money | order | unknown |
| `currency` | currency | order | unknown |
"""


def text_with(*examples: str) -> str:
    """Return a policy that refunds what was paid once no refund was made; each example is a table row."""
    clause = "\n## 1. Once {#once}\n\n" + grant("count(refunds) = 0", "NOT any(payments, each.amount > paid)")
    rows = "".join(f"| {example} |\n" for example in examples)
    return HEAD + clause + FACTS + "\n## Examples\n\n| Case | Facts | Decision |\n|---|---|---|\n" + rows


def facts_of(facts: str) -> dict[str, object]:
    """Return what an example tells that is written so."""
    (example,) = Policy.parse(text_with(f"It | `{facts}` | refuse")).examples
    return dict(example.facts)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("refunds=[2024-01-02; 2024-02-03]", {"refunds": (date(2024, 1, 2), date(2024, 2, 3))}),
        ("refunds=[2024-01-02], note=ok", {"refunds": (date(2024, 1, 2),), "note": "ok"}),
        ("refunds=[2024-01-02; unknown]", {"refunds": (date(2024, 1, 2), None)}),
        ("refunds=[], note=a]b", {"refunds": (), "note": "a]b"}),
        ("refunds=none", {"refunds": ()}),
        ("refunds=unknown", {"refunds": None}),
        (
            "payments=[paid_on=2024-01-02, amount=5.00; amount=7.50, why=late [a], note=b",
            {
                "payments": (
                    {"paid_on": date(2024, 1, 2), "amount": Decimal("5.00"), "why": None},
                    {"paid_on": None, "amount": Decimal("7.50"), "why": "late [a"},
                ),
                "note": "b",
            },
        ),
    ],
)
def test_an_example_tells_a_list(written: str, told: dict[str, object]) -> None:
    assert facts_of(written) == told


def test_an_example_with_a_list_is_decided() -> None:
    first = "None yet | `refunds=[], payments=[amount=5.00; amount=6.00], paid=10.00, currency=EUR`"
    again = "One before | like None yet: `refunds=[2024-01-02]`"
    policy = Policy.parse(text_with(f"{first} | refund 10.00 EUR (1)", f"{again} | refuse (1(a))"))
    assert [result.passed for result in policy.run_examples()] == [True, True]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("refunds=2024-01-02", "`refunds` must be a list, not '2024-01-02'."),
        ("refunds=[2024-01-02", "`refunds` must be a list, not '[2024-01-02'."),
        ("refunds=[soon]", "`refunds` must be a date"),
        ("payments=[amont=5.00]", "It has no field amont. Did you mean `amount`?"),
        ("payments=[amount=5, amount=6]", "`amount` is told twice."),
    ],
)
def test_a_wrong_list_is_refused_in_words(written: str, message: str) -> None:
    with pytest.raises(PolicyErrors) as refused:
        facts_of(written)
    (problem,) = refused.value.problems
    assert message in problem.message
    assert problem.span.length == len(written)
    assert problem.expected.startswith("a list such as [")
