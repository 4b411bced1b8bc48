"""One policy whose terms are every operator and function, and the values that have gone wrong elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from makegood.policy import Policy

FACTS = {
    "p": "yes/no",
    "q": "yes/no",
    "k": "choice: x, y, z",
    "w": "text",
    "i": "pictures",
    "n": "number",
    "m": "number",
    "x": "money",
    "y": "money",
    "d": "date",
    "e": "date",
    "s": "moment",
    "t": "moment",
    "currency": "currency",
    "case_number": "number",
}
LISTS = {
    "flags": ("list of yes/no", "unknown"),
    "counts": ("list of numbers", "unknown"),
    "words": ("list of texts", "none"),
    "offs": ("list of dates", "unknown"),
    "calls": ("list of moments", "unknown"),
    "payments": ("list: paid_on date, amount money, at moment, why text, open yes/no, n number", "unknown"),
    "fees": ("list: amount money, n number", "none"),
}

OPERATORS = (
    "p AND q",
    "p OR q",
    "NOT p",
    "p = q",
    "p <> q",
    "k = 'x'",
    "k <> 'x'",
    "k IN ('x', 'y')",
    "NOT k IN ('x', 'y')",
    "w = 'abc'",
    "told(p)",
    "told(n)",
    "told(w)",
    "choose(p, n, m)",
    "choose(p, n / 7, m)",
    "choose(p, q, NOT q)",
    "choose(p, d, e)",
    "choose(p, k, w)",
)
NUMBERS = (
    "n + m",
    "n - m",
    "n * m",
    "n / m",
    "-n",
    "n = m",
    "n <> m",
    "n < m",
    "n <= m",
    "n > m",
    "n >= m",
    "n BETWEEN 1 AND m",
    "n IN (1, m)",
    "n / 3 = m / 7",
    "n / 3 < m / 7",
    "n / m + m / 3",
    "(n / 3) * 3 = n",
    "n / m > 0.333",
    "x * n / 100",
    "x * 12.5 / 100",
    "(x - y) * n / 31",
    "x / y",
    "min(n, m)",
    "max(n, m / 3)",
    "min(n, m, 1)",
    "round(n)",
    "round(n, 1)",
    "round(n / 8, 2)",
    "round(n / m, 2)",
    "round(x * 100, -2)",
    "round(x / 3, -1)",
    "floor(n)",
    "ceil(n)",
    "floor(n / m)",
    "ceil(n / m)",
    "i >= 1",
    "i * 1000000000000",
    "share",
    "steps",
    "label",
)
DATES = (
    "d = e",
    "d < e",
    "d <= e",
    "d BETWEEN DATE '2023-12-31' AND e",
    "days(d, e)",
    "months(d, e)",
    "started_months(d, e)",
    "working_days(d, e)",
    "same_day(d, e)",
    "same_month(d, e)",
    "same_year(d, e)",
    "earliest(d, e)",
    "latest(d, e, DATE '2024-02-29')",
    "next_working_day(d)",
    *(f"add_days(d, {count})" for count in ("0", "30", "-30", "2.9", "-2.9", "n", "n * 1000000", "n / 7")),
    *(f"add_months(d, {count})" for count in ("0", "1", "12", "-1", "0.5", "n", "n * 100000")),
    *(f"add_working_days(d, {count})" for count in ("0", "1", "5", "14", "-1", "n")),
)
MOMENTS = (
    "s = t",
    "s <= t",
    "day(s)",
    "days(s, t)",
    "days(d, t)",
    "months(s, t)",
    "same_day(s, t)",
    "same_month(s, d)",
    "hours(s, t)",
    "hours(s, t) <= 720",
    "hours(s, t) / 24",
    "add_days(s, 30)",
    "add_months(s, 1)",
    "add_hours(s, 720)",
    "add_hours(s, n)",
    "add_hours(s, n / 7)",
    "add_hours(s, 100000000)",
    "earliest(s, t)",
    "working_days(s, t)",
)
OVER_LISTS = (
    "count(flags)",
    "count(flags, each)",
    "any(flags, each)",
    "all(flags, each)",
    "any(flags, NOT each AND p)",
    "all(flags, each = p)",
    "told(flags)",
    "any(flags, told(each))",
    "count(words)",
    "count(words, each = w)",
    "any(words, each = 'cannot be established')",
    "all(words, each IN ('abc', 'y'))",
    "told(words)",
    "sum(counts, each)",
    "sum(counts, each, each > n)",
    "sum(counts, each / 3)",
    "sum(counts, each / n, each > 1)",
    "sum(counts, m)",
    "sum(counts, choose(p, each, n))",
    "sum(counts, round(each / 7, 1)) * 1.5",
    "count(counts, each = n) > n",
    "any(counts, floor(each) <> each)",
    "max(sum(counts, each), n)",
    "any(offs, days(d, each) > 3)",
    "any(offs, months(each, d) >= 1)",
    "all(offs, same_year(each, s))",
    "count(offs, working_days(each, d) > 2)",
    "any(offs, working_days(each, d, 'DE') > 2)",
    "any(offs, add_working_days(each, n) = d)",
    "any(calls, hours(each, s) >= 24)",
    "count(calls, day(each) = d)",
    "sum(payments, each.amount)",
    "sum(payments, each.amount, each.open)",
    "sum(payments, each.amount * each.n / 100, each.paid_on >= d)",
    "count(payments, each.why = w AND each.amount > x)",
    "any(payments, each.at < s OR told(each.why))",
    "all(payments, hours(each.at, s) <= 720 AND months(each.paid_on, d) < 2)",
    "any(payments, each.amount > owed)",
    "count(fees)",
    "sum(fees, each.amount)",
    "all(fees, each.n > 1)",
    "any(fees, each.amount / each.n > x)",
    "any(fees, share > 0.3 AND each.n = n)",
)
OFF = (
    *(f"working_days({start}, {end}, offs)" for start, end in ("de", "ed")),
    *(f"add_working_days(d, {count}, offs)" for count in ("0", "1", "3", "-1", "2.9", "n")),
    "next_working_day(d, offs)",
    "working_days(s, d, offs)",
)
TABLES = """
## Tables {#tables}

| `n` | `share` |
|---|---|
| 0 | 0.5 |
| 1 to 2.5 | 25 |
| up to -1 | unknown |
| 3 or more | 100 |

| `k` | `p` | `steps` | `label` |
|---|---|---|---|
| x | yes | 1 | abc |
| x | any other | 2 | unknown |
| any other | no | 3 | def |
"""

HOSTILE_DAYS = tuple(
    map(
        date.fromisoformat,
        [
            "2023-01-31",
            "2023-02-28",
            "2023-03-31",
            "2023-04-30",
            "2023-12-31",
            "2024-01-01",
            "2024-01-30",
            "2024-01-31",
            "2024-02-28",
            "2024-02-29",
            "2024-03-01",
            "2024-03-02",
            "2024-03-03",
            "2024-03-10",
            "2024-03-29",
            "2024-03-30",
            "2024-03-31",
            "2024-11-03",
            "2000-02-29",
            "1900-02-28",
            "1999-12-31",
            "2025-05-05",
        ],
    )
)
ENDS_OF_TIME = (date.min, date(1, 1, 31), date(9999, 11, 30), date(9999, 12, 3), date.max)


def hostile_moments() -> list[datetime]:
    """Return moments around midnight and the changes of the clock in Kyiv, Havana and Beirut."""
    changes = [
        "2024-03-31T00:00",
        "2024-03-31T01:00",
        "2024-10-27T01:00",
        "2024-03-10T05:00",
        "2024-03-10T04:59",
        "2024-11-03T05:00",
        "2024-03-30T22:00",
        "2024-10-26T21:00",
        "2024-02-29T22:00",
        "2024-12-31T22:00",
        "2024-01-01T05:00",
        "2023-03-25T22:00",
    ]
    found = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in changes]
    return found + [each - timedelta(microseconds=1) for each in found]


def policy_of_terms(rules: Iterable[str], zone: str = "Europe/Kyiv", head: str = "") -> Policy:
    """Return a policy whose terms `t0`, `t1` … are these rules."""
    facts = "".join(
        f"| `{name}` | {kind} | order | What is {name}? | unknown |\n" for name, kind in FACTS.items()
    )
    facts += "".join(
        f"| `{name}` | {kind} | order | What is {name}? | {missing} |\n"
        for name, (kind, missing) in LISTS.items()
    )
    terms = "".join(f"| `t{place}` | `{rule}` |\n" for place, rule in enumerate(rules))
    return Policy.parse(
        f"""---
policy: terms
version: "1"
in_force_from: 2020-01-01
calendar: {zone}
{head}---
# Terms

## 1. Only {{#only}}

We refund `x` when **all** of these hold:

- it is so. `p`

## Facts {{#facts}}

| Fact | Kind | Who tells us | What we ask | If missing |
|---|---|---|---|---|
{facts}
{TABLES}
## Terms {{#terms}}

| Term | Rule |
|---|---|
| `owed` | `sum(fees, each.amount)` |
{terms}"""
    )
