"""The part of the reference about rules: operators and functions with their types, each example reckoned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

from makegood.policy.reference.tables import code, shown, table, values_of
from makegood.policy.rules.functions import FUNCTIONS, SPECIAL, Typed
from makegood.policy.rules.types import Type

REFUND = {"paid_on": "2026-02-10", "amount": "20.00"}
CASE: Mapping[str, tuple[str, object]] = {
    "bought_on": ("date", "2026-01-31"),
    "asked_on": ("date", "2026-03-02"),
    "delivered_on": ("date", None),
    "bought_at": ("moment", "2026-03-28T12:00:00+01:00"),
    "asked_at": ("moment", "2026-03-30T11:30:00+02:00"),
    "amount_paid": ("money", "80.00"),
    "used": ("number", "7"),
    "gift": ("yes/no", False),
    "opened": ("yes/no", None),
    "product": ("choice: hosting, domain", "hosting"),
    "closed_on": ("list of dates", ["2026-02-02"]),
    "refunds": ("list: paid_on date, amount money", [REFUND, {"paid_on": "2025-12-30", "amount": "5.00"}]),
}
"""The case all examples are reckoned in; None is unknown."""

OPERATORS: Sequence[tuple[str, str]] = (
    ("both hold", "NOT gift AND used = 7"),
    ("one of them holds", "gift OR used > 5"),
    ("the opposite", "NOT gift"),
    ("one side settles it, the other may be unknown", "gift AND opened"),
    ("the other side is needed", "used = 7 AND opened"),
    ("equal, not equal", "product = 'hosting' AND product <> 'domain'"),
    ("smaller, larger", "used < 8 AND used <= 7 AND used > 6 AND used >= 7"),
    ("from … to, both inside", "used BETWEEN 1 AND 7"),
    ("one of", "product IN ('hosting', 'domain')"),
    ("a day", "bought_on < DATE '2026-02-01'"),
    ("add, subtract", "amount_paid - 10 + 5"),
    ("multiply, divide: exactly", "amount_paid * used / 30"),
    ("a division by nothing is unknown", "amount_paid / (used - 7)"),
    ("brackets", "(used + 1) * 2"),
)
EXAMPLES: Mapping[str, str] = {
    "days": "days(bought_on, asked_on)",
    "hours": "hours(bought_at, asked_at)",
    "months": "months(bought_on, asked_on)",
    "started_months": "started_months(bought_on, asked_on)",
    "working_days": "working_days(bought_on, DATE '2026-02-06', closed_on)",
    "add_days": "add_days(bought_on, 30)",
    "add_hours": "add_hours(bought_at, 48)",
    "add_months": "add_months(bought_on, 1)",
    "add_working_days": "add_working_days(DATE '2026-04-02', 1)",
    "next_working_day": "next_working_day(DATE '2026-04-03')",
    "day": "day(bought_at)",
    "same_day": "same_day(bought_on, asked_on)",
    "same_month": "same_month(bought_on, DATE '2026-01-01')",
    "same_year": "same_year(bought_on, asked_on)",
    "min": "min(amount_paid, 50)",
    "max": "max(used, 10)",
    "earliest": "earliest(bought_on, asked_on)",
    "latest": "latest(bought_on, delivered_on)",
    "round": "round(amount_paid / 3, 1)",
    "floor": "floor(used / 2)",
    "ceil": "ceil(used / 2)",
    "told": "told(delivered_on)",
    "choose": "choose(gift, 0, used)",
    "count": "count(refunds, each.amount > 10)",
    "sum": "sum(refunds, each.amount, same_year(each.paid_on, asked_on))",
    "any": "any(closed_on, each > bought_on)",
    "all": "all(refunds, each.paid_on > bought_on)",
}
LONGEST_CALL = 3
"""Arguments tried to find out what a function takes; none but the open-ended ones takes more."""


def case() -> str:
    """Return the facts the examples are reckoned with."""
    rows = [[code(name), kind, _told(value)] for name, (kind, value) in CASE.items()]
    return table(("Fact", "Kind", "Value"), rows)


def operators() -> str:
    """Return the operators, each with an example."""
    reckoned = zip(OPERATORS, values_of((rule for _, rule in OPERATORS), CASE), strict=True)
    rows = [[why, code(rule), value] for (why, rule), value in reckoned]
    return table(("What it says", "Example", "Comes to"), rows)


def functions() -> str:
    """Return the functions with their types, each with an example."""
    rows = [
        [_shape(each.shape), *_types(each.typed), *example]
        for each, example in zip(FUNCTIONS.values(), _examples(FUNCTIONS), strict=True)
    ]
    return table(("Function", "Takes", "Gives", "Example", "Comes to"), rows)


def special() -> str:
    """Return what looks at whether something is known, and at lists, each with an example."""
    rows = [
        [_shape(shape), *example] for shape, example in zip(SPECIAL.values(), _examples(SPECIAL), strict=True)
    ]
    return table(("Function", "Example", "Comes to"), rows)


def _examples(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    chosen = [EXAMPLES[name] for name in names]
    yield from zip(map(code, chosen), values_of(chosen, CASE), strict=True)


def _told(value: object) -> str:
    if isinstance(value, list):
        return "[" + "; ".join(map(_item, value)) + "]"
    return value if isinstance(value, str) else shown(value)


def _item(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    return str(value)


def _shape(shape: str) -> str:
    call, _, meaning = shape.partition(": ")
    return f"{code(call)}: {meaning}"


def _types(typed: Typed) -> tuple[str, str]:
    """What a function takes and gives, found by asking it about every combination of types."""
    kinds = [kind for kind in Type if kind is not Type.WRONG]
    taken = {
        given: found
        for length in range(1, LONGEST_CALL + 1)
        for given in product(kinds, repeat=length)
        if (found := typed(list(given)))
    }
    if min(map(len, taken)) > 1 and all(len(set(given)) == 1 for given in taken) and len(taken) > 2:
        alike = {given[0] for given in taken}
        return f"two or more, each {_either(alike)}, all of one kind", "the same kind"
    fewest, most = min(map(len, taken)), max(map(len, taken))
    places = [{given[place] for given in taken if len(given) > place} for place in range(most)]
    words = [_either(allowed) for allowed in places]
    said = "; ".join(words[:fewest]) + "".join(f"; perhaps {each}" for each in words[fewest:])
    results = set(taken.values())
    return said, str(results.pop()) if len(results) == 1 else "the same kind"


def _either(kinds: Collection[Type]) -> str:
    return " or ".join(kind for kind in Type if kind in kinds)
