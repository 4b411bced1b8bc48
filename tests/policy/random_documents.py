"""Random policies that use everything the language has, and random cases for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

HEAD = """---
policy: random
version: "1"
in_force_from: 2020-01-01
calendar: Europe/Kyiv
currency: EUR
holidays: DE
---
# Random policy
"""
AFTER = """
## Facts {#facts}

| Fact | Kind | Who tells us | If missing | If it cannot be established |
|---|---|---|---|---|
| `a` | yes/no | customer | unknown | |
| `b` | yes/no | engineer | unknown | no |
| `c` | yes/no | order | no | |
| `k` | choice: x, y, z | customer | unknown | |
| `s` | text | customer | unknown | |
| `n` | number | usage | unknown | |
| `u` | number | usage | 0 | |
| `d` | date | order | unknown | |
| `e` | date | request | unknown | |
| `m` | moment | order | unknown | |
| `l` | moment | request | unknown | |
| `amount_paid` | money | order | unknown | |
| `fee` | money | order | 0 | |
| `currency` | currency | order | unknown | |
| `off` | list of dates | order | unknown | |
| `parts` | list: paid_on date, amount money, why text, ok yes/no | history | unknown | |

## Rates {#rates}

| `k` | `rate` |
|---|---|
| x | 2 |
| any other | 0.5 |

## Shares {#shares}

| `steps` | `share` | `price` |
|---|---|---|
| up to 7 | 1.5 | 10.00 EUR |
| 8 to 14 | 1 | |
| 15 or more | 0 | 2.50 EUR |

## Limits {#limits}

| `k` | `a` | `limit` | `allowed` | `until` |
|---|---|---|---|---|
| x | yes | 10 | yes | 2026-03-01 |
| y | no | 20 | no | 2026-04-01 |
| z | yes | 30 | | unknown |

## Terms {#terms}

| Term | Rule |
|---|---|
| `steps` | `days(d, e)` |
"""
DOMAINS: Mapping[str, tuple[Any, ...]] = {
    "a": (True, False),
    "b": (True, False, "cannot be established"),
    "c": (True, False, "cannot be established"),
    "k": ("x", "y", "z"),
    "s": ("x", "DE", "nowhere", "it's #1"),
    "n": ("0", "1", "2.5", "7", "14", "-3", "40"),
    "u": ("0", "1", "30"),
    "d": ("2026-01-31", "2026-02-28", "2025-12-25", "0001-01-01"),
    "e": ("2026-02-28", "2026-03-31", "2026-01-31", "9999-12-31"),
    "m": ("2026-01-31T23:30:00+00:00", "2026-03-29T01:30:00+02:00"),
    "l": ("2026-02-28T22:30:00+00:00", "2026-03-29T04:30:00+03:00", "2026-01-31T23:30:00+00:00"),
    "amount_paid": ("0", "10.00", "33.335", "100"),
    "fee": ("0.00", "2.5", "100.0"),
    "currency": ("EUR", "USD", "JPY"),
    "off": ((), ("2026-02-02",), ("2026-02-02", None), ("2025-12-24", "2026-01-01")),
    "parts": (
        (),
        ({"paid_on": "2026-01-10", "amount": "5.00", "why": "x", "ok": True},),
        (
            {"paid_on": "2026-01-10", "amount": "5.005", "why": "x", "ok": False},
            {"paid_on": None, "amount": "7", "why": None, "ok": None},
        ),
        ({"paid_on": "2026-02-28", "amount": None, "why": "DE", "ok": True}, {"amount": "1", "ok": True}),
    ),
}
CASES = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in DOMAINS.items()})
KNOWN = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in DOMAINS.items()})

Texts = st.SearchStrategy[str]
LEAVES: Mapping[str, tuple[str, ...]] = {
    "truth": (
        "a",
        "b",
        "c",
        "allowed",
        "TRUE",
        "told(n)",
        "told(parts)",
        "(k = 'x')",
        "(k <> 'y')",
        "(s = 'it''s #1')",
    ),
    "number": ("n", "u", "rate", "limit", "share", "steps", "2", "0.5"),
    "money": ("amount_paid", "fee", "price", "amount_paid"),
    "date": ("d", "e", "until", "DATE '2026-02-14'"),
    "moment": ("m", "l"),
    "text": ("s", "k", "'x'", "'DE'"),
}
IN_LISTS: Mapping[str, tuple[str, ...]] = {
    "truth": ("each.ok", "(each.why = s)", "(each.paid_on <= e)", "(each.amount > fee)", "a"),
    "money": ("each.amount", "each.amount * 2", "each.amount + fee", "fee"),
}


def filled(shape: str, **parts: Texts) -> Texts:
    """Return the texts of a shape whose names in braces are drawn."""
    return st.fixed_dictionaries(parts).map(lambda drawn: shape.format(**drawn))


@cache
def rules(kind: str, depth: int, *, item: bool = False) -> Texts:
    """Return rules of a kind, `depth` operations deep; `item`: inside of a list."""
    leaves = st.sampled_from((*LEAVES[kind], *(IN_LISTS.get(kind, ()) * 3 if item else ())))
    if depth == 0:
        return leaves

    def of(which: str) -> Texts:
        return rules(which, depth - 1, item=item)

    grown = _GROWN[kind](of)
    if not item:
        grown += _LISTED.get(kind, list)()
    return st.one_of(leaves, *grown)


def _truths(of: Callable[[str], Texts]) -> list[Texts]:
    truth, number, date, moment = of("truth"), of("number"), of("date"), of("moment")
    sign = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    days = st.one_of(date, moment)
    return [
        filled("(NOT ({x}))", x=truth),
        filled("({x} {sign} {y})", x=truth, sign=st.sampled_from(["AND", "OR"]), y=truth),
        filled("({x} {sign} {y})", x=number, sign=sign, y=number),
        filled("({x} {sign} {y})", x=of("money"), sign=sign, y=of("money")),
        filled("({x} {sign} {y})", x=date, sign=sign, y=date),
        filled("({x} {sign} {y})", x=moment, sign=sign, y=moment),
        filled("({x} = {y})", x=of("text"), y=st.sampled_from(["s", "'x'"])),
        filled("({x} BETWEEN {y} AND {z})", x=number, y=number, z=number),
        filled("({x} IN ({y}, {z}))", x=number, y=number, z=number),
        filled("({x} = {y})", x=truth, y=truth),
        filled("choose({x}, {y}, {z})", x=truth, y=truth, z=truth),
        filled("{f}({x}, {y})", f=st.sampled_from(["same_day", "same_month", "same_year"]), x=days, y=days),
    ]


def _numbers(of: Callable[[str], Texts]) -> list[Texts]:
    number, days = of("number"), st.one_of(of("date"), of("moment"))
    counted = st.sampled_from(["days", "months", "started_months", "working_days"])
    return [
        filled("({x} {sign} {y})", x=number, sign=st.sampled_from(["+", "-", "*", "/"]), y=number),
        filled("(-({x}))", x=number),
        filled("{f}({x}, {y})", f=st.sampled_from(["min", "max"]), x=number, y=number),
        filled("min({x}, {y}, {z})", x=number, y=number, z=number),
        filled("{f}({x})", f=st.sampled_from(["round", "floor", "ceil"]), x=number),
        filled("round({x}, {y})", x=number, y=number),
        filled("{f}({x}, {y})", f=counted, x=days, y=days),
        filled("working_days({x}, {y}, {off})", x=days, y=days, off=st.sampled_from(["off", "s"])),
        filled("hours({x}, {y})", x=of("moment"), y=of("moment")),
        filled("choose({x}, {y}, {z})", x=of("truth"), y=number, z=number),
    ]


def _money(of: Callable[[str], Texts]) -> list[Texts]:
    money, number = of("money"), of("number")
    return [
        filled("({x} {sign} {y})", x=money, sign=st.sampled_from(["+", "-"]), y=money),
        filled("({x} {sign} {y})", x=money, sign=st.sampled_from(["*", "/"]), y=number),
        filled("({x} - 1.50)", x=money),
        filled("{f}({x}, {y})", f=st.sampled_from(["min", "max"]), x=money, y=money),
        filled("round({x}, 1)", x=money),
        filled("choose({x}, {y}, {z})", x=of("truth"), y=money, z=money),
    ]


def _dates(of: Callable[[str], Texts]) -> list[Texts]:
    days, number = st.one_of(of("date"), of("moment")), of("number")
    later = st.sampled_from(["add_days", "add_months", "add_working_days"])
    return [
        filled("{f}({x}, {y})", f=later, x=days, y=number),
        filled("add_working_days({x}, {y}, off)", x=days, y=number),
        filled("next_working_day({x})", x=days),
        filled("next_working_day({x}, s)", x=days),
        filled("day({x})", x=days),
        filled("{f}({x}, {y})", f=st.sampled_from(["earliest", "latest"]), x=of("date"), y=of("date")),
        filled("choose({x}, {y}, {z})", x=of("truth"), y=of("date"), z=of("date")),
    ]


def _moments(of: Callable[[str], Texts]) -> list[Texts]:
    moment = of("moment")
    return [
        filled("add_hours({x}, {y})", x=moment, y=of("number")),
        filled("{f}({x}, {y})", f=st.sampled_from(["earliest", "latest", "min"]), x=moment, y=moment),
    ]


def _texts(of: Callable[[str], Texts]) -> list[Texts]:
    return [filled("choose({x}, {y}, {z})", x=of("truth"), y=of("text"), z=of("text"))]


def _asked_of_lists() -> list[Texts]:
    condition = rules("truth", 1, item=True)
    return [
        filled("({f}(parts, {x}))", f=st.sampled_from(["any", "all"]), x=condition),
        st.sampled_from(["(any(off, each > d))", "(all(off, same_month(each, e)))"]),
    ]


def _counted_in_lists() -> list[Texts]:
    return [st.just("count(off)"), filled("count(parts, {x})", x=rules("truth", 1, item=True))]


def _added_in_lists() -> list[Texts]:
    value, condition = rules("money", 1, item=True), rules("truth", 1, item=True)
    return [filled("sum(parts, {x})", x=value), filled("sum(parts, {x}, {y})", x=value, y=condition)]


_GROWN: Mapping[str, Callable[[Callable[[str], Texts]], list[Texts]]] = {
    "truth": _truths,
    "number": _numbers,
    "money": _money,
    "date": _dates,
    "moment": _moments,
    "text": _texts,
}
_LISTED: Mapping[str, Callable[[], list[Texts]]] = {
    "truth": _asked_of_lists,
    "number": _counted_in_lists,
    "money": _added_in_lists,
}


def _listed(conditions: list[str]) -> str:
    return "".join(f"- it holds. `{rule}`\n" for rule in conditions)


@st.composite
def _clause(draw: st.DrawFn, number: int, most: int) -> str:
    truths = st.lists(rules("truth", 2), min_size=1, max_size=2)
    money = rules("money", 1)
    lines = []
    if draw(st.booleans()):
        concerned = st.one_of(rules("truth", 1), st.sampled_from(GROUNDS))
        lines.append(f"Applies to requests with `{draw(concerned)}`.\n")
    others = [str(other) for other in range(1, most + 1) if other != number]
    if number > 1 and draw(st.booleans()):  # an earlier clause only: precedence in a circle is an error
        verb = draw(st.sampled_from(["takes precedence over", "replaces"]))
        lines.append(f"This clause {verb} clause {draw(st.sampled_from(others[: number - 1]))}.\n")
    leads = draw(st.lists(st.sampled_from(LEADS), max_size=2))
    for lead in (LEADS[:1] if number == 1 or not leads else ()) + tuple(leads):
        word = draw(st.sampled_from(["all", "any"]))
        lines.append(lead.format(draw(money), word) + "\n\n" + _listed(draw(truths)))
        if lead.startswith(("We refund `", "We do not")) and draw(st.integers(0, 3)) == 0:
            lines.append(f"Unless **{word}** of these hold:\n\n" + _listed(draw(truths)))
    return f"\n## {number}. Clause {number} {{#clause-{number}}}\n\n" + "\n".join(lines)


GROUNDS = ("k = 'x'", "k = 'y'", "k <> 'y'", "k IN ('x', 'z')")
LEADS = (
    "We refund `{}` when **{}** of these hold:",
    "We refund `{}` as store credit when **{}** of these hold:",
    "We keep `{}` when **{}** of these hold:",
    "We do not refund when **{1}** of these hold:",
    "We may refund when **{1}** of these hold:",
    "We refund only when **{1}** of these hold:",
    "We need from you **{1}** of these:",
    "Whatever else holds, a person decides when **{1}** of these hold:",
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw the text of a policy with one to four clauses and up to three terms."""
    most = draw(st.integers(1, 4))
    kinds = draw(st.lists(st.sampled_from(sorted(LEAVES)), max_size=3))
    terms = [f"| `term_{place}` | `{draw(rules(kind, 2))}` |\n" for place, kind in enumerate(kinds)]
    return (
        HEAD + "".join(draw(_clause(number, most)) for number in range(1, most + 1)) + AFTER + "".join(terms)
    )
