"""What the reference shows by doing it: which clause wins, which row fits, an error, an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from makegood.policy.deciding.deciding import decide
from makegood.policy.documents.examples import said
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import PolicyErrors
from makegood.policy.reference import meanings
from makegood.policy.reference.tables import code, document, table

ALL = "when **all** of these hold:\n\n- it is so. "
VOICES: Mapping[str, str] = {
    "We refund … (80.00)": f"We refund `amount_paid` {ALL}`TRUE`",
    "We refund … (40.00)": f"We refund `amount_paid / 2` {ALL}`TRUE`",
    "We may refund": f"We may refund {ALL}`TRUE`",
    "We keep … (10.00)": f"We keep `10` {ALL}`TRUE`",
    "We refund only when (not so)": f"We refund only {ALL}`FALSE`",
    "We need from you (not there)": "We need from you **all** of these:\n\n- it is there. `FALSE`",
    "We do not refund": f"We do not refund {ALL}`TRUE`",
    "Whatever else holds, a person decides": f"Whatever else holds, a person decides {ALL}`TRUE`",
}
"""Clauses that have their say, two of which are put side by side."""
KEYS = ("7", "0 to 7", "8 to 14", "up to 7", "8 or more", "any other")
TRIED = (0, 7, 8, 14, 15)
PAID = {"amount_paid": "80.00"}


def beats() -> str:
    """Return what comes of every two clauses."""
    rows = [
        [f"{number}. {name}", *(_decided(one, other) for other in VOICES.values())]
        for number, (name, one) in enumerate(VOICES.items(), start=1)
    ]
    return table(["Beside clause", *map(str, range(1, len(VOICES) + 1))], rows)


def keys() -> str:
    """Return which numbers each way to write a key cell fits."""
    rows = [[key, ", ".join(str(tried) for tried in TRIED if _fits(key, tried))] for key in KEYS]
    return table(("Key cell", f"Of {', '.join(map(str, TRIED))} it fits"), rows)


def error() -> str:
    """Return what is printed of a misspelt name."""
    try:
        document((("amount_paid", "money"),), _clause(1, f"We refund `amount_paid` {ALL}`amuont_paid > 10`"))
    except PolicyErrors as errors:
        return str(errors)
    raise AssertionError("a misspelt name was read without an error")


def answer() -> str:
    """Return the keys of stored answers, and what they are."""
    kept = _clause(2, f"We keep `10` {ALL}`opened`")
    facts = (("amount_paid", "money"), ("opened", "yes/no"))
    policy = document(facts, _clause(1, f"We refund `amount_paid / 3` {ALL}`TRUE`"), kept)
    answers = (decide(policy, {**PAID, "opened": True}), decide(policy, PAID))
    found = {key for each in answers for key in _keys(each.to_json())}
    order = list(meanings.ANSWER)
    rows = [[code(key), meanings.ANSWER[key]] for key in sorted(found, key=order.index)]
    return table(("Key", "What it is"), rows)


def _decided(one: str, other: str) -> str:
    policy = document((("amount_paid", "money"),), _clause(1, one), _clause(2, other))
    return _words(policy, PAID).removesuffix(" EUR")


def _fits(key: str, tried: int) -> bool:
    looked_up = "## Table\n\n" + table(("`used`", "`share`"), [[key, "1"]])
    clause = _clause(1, f"We refund `amount_paid` {ALL}`share > 0`")
    policy = document((("amount_paid", "money"), ("used", "number")), clause, looked_up)
    return _words(policy, {**PAID, "used": tried}).startswith("refund")


def _words(policy: Policy, facts: Mapping[str, object]) -> str:
    return said(decide(policy, facts)).partition(" (")[0]


def _clause(number: int, text: str) -> str:
    return f"## {number}. It {{#clause-{number}}}\n\n{text}"


def _keys(found: Any, before: str = "") -> Iterator[str]:
    if isinstance(found, list):
        for item in found:
            yield from _keys(item, before)
    elif isinstance(found, Mapping) and before not in ("terms.", "clauses.conditions.waits_for."):
        for key, value in found.items():
            yield before + key
            yield from _keys(value, f"{before}{key}.")
