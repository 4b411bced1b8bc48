"""The rule by which orders are paired: one query, understood alike by PostgreSQL and DuckDB.

Whoever runs it says where the orders come from, as two relations. `placed` is what is sorted, so it is
narrow, and has only orders with money that can still be refunded:

- `rn`: a whole number for each order, rising as orders were told; `customer`, `kin`: a pair shares both;
- `at_us`: microseconds since 1970; `is_renewal`.

`details` is read only of the orders that come into question: `rn`; `identity`, and `renews`, which is the
identity of another order or NULL for a purchase; `number`, `email`, `product`, `at_us`, `amount_minor`,
`currency`; and `means`, `fingerprint`, `ip`, `quantity`, `recipient` and `used`, NULL where not known.
"""

# Every piece of SQL here is a constant of our own or a whole number; what people say is only ever in rows.
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from makegood.orders.duplicates.scoring import ALL, BASE, DAY_US, points_of, which_case

NEAR = timedelta(days=3)
"""Orders further apart are more likely two purchases than one made twice."""

LOOK_BACK = 3
"""Each order is held against so many earlier ones, the nearest: what keeps the search linear in the orders.

Only one of them can be left out for being renewed by it, so that there is always another to compare.
"""

TOLD = ("number", "email", "product", "at_us", "amount_minor", "currency")
"""What a pair tells of each of its orders."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the orders come from: common table expressions (SQL) of `placed` and of `details`.

    Those of `details` may read `near (rn, other)`, the pairs in question, and so leave out all other orders.
    """

    placed: str
    details: str


def query(source: Source, *, within: timedelta, least_points: int | None = None) -> str:
    """The pairs of `source` whose orders are at most `within` apart, the likeliest first.

    The columns: TOLD of the later order, TOLD of the earlier, `rn`, `other` (its rn), `apart_us`, `points`,
    and the place of the case of each evidence in ALL. `least_points` None: all of them.
    """
    told = ", ".join(f"{side}_{column}" for side in "ab" for column in TOLD)
    cases = ", ".join(evidence.name for evidence in ALL)
    enough = "" if least_points is None else f"WHERE points >= {least_points:d}"
    return f"""
        WITH RECURSIVE {source.placed},
        {_near(within // timedelta(microseconds=1))},
        {source.details},
        {_scored()}
        SELECT {told}, rn, other, apart_us, points, {cases} FROM best {enough}
        ORDER BY points DESC, apart_us, rn
    """


def _near(within_us: int) -> str:
    """The pairs in question: one sort, and for each order a look at LOOK_BACK rows before it."""
    before = range(1, LOOK_BACK + 1)
    lags = ", ".join(f"lag(rn, {n}) OVER same AS rn_{n}, lag(at_us, {n}) OVER same AS at_{n}" for n in before)
    rn = f"CASE back.n {' '.join(f'WHEN {n} THEN rn_{n}' for n in before)} END"
    at = f"CASE back.n {' '.join(f'WHEN {n} THEN at_{n}' for n in before)} END"
    return f"""
        in_a_row AS (
            SELECT rn, customer, kin, at_us, {lags} FROM placed
            WINDOW same AS (PARTITION BY customer, kin ORDER BY at_us, rn)
        ), close AS MATERIALIZED (
            SELECT * FROM in_a_row WHERE at_us - at_1 <= {within_us:d}
        ), near AS MATERIALIZED (
            SELECT rn, customer, kin, {rn} AS other, at_us - {at} AS apart_us
            FROM close CROSS JOIN (VALUES {", ".join(f"({n})" for n in before)}) AS back (n)
            WHERE at_us - {at} <= {within_us:d}
        ), days AS (
            SELECT p.customer, p.kin, min(p.at_us) AS first_us, max(p.at_us) AS last_us
            FROM placed p
            JOIN (SELECT DISTINCT customer, kin FROM close) c ON c.customer = p.customer AND c.kin = p.kin
            WHERE NOT p.is_renewal
            GROUP BY p.customer, p.kin, p.at_us - p.at_us % {DAY_US}
        ), habits AS (
            SELECT customer, kin, count(*) AS days, max(last_us) - min(first_us) AS span_us
            FROM days GROUP BY customer, kin
        )"""


def _scored() -> str:
    told = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "ab" for column in TOLD)
    cases = ", ".join(f"{which_case(evidence)} AS {evidence.name}" for evidence in ALL)
    points = " + ".join([f"({BASE})", *map(points_of, ALL)])
    return f"""
        compared AS (
            SELECT near.rn, near.other, near.apart_us, {told}, {cases}
            FROM near
            JOIN details a ON a.rn = near.rn
            JOIN details b ON b.rn = near.other
            LEFT JOIN habits h ON h.customer = near.customer AND h.kin = near.kin
            WHERE a.renews IS DISTINCT FROM b.identity AND b.renews IS DISTINCT FROM a.identity
        ), scored AS (
            SELECT *, {points} AS points FROM compared
        ), best AS (
            SELECT DISTINCT ON (rn) * FROM scored ORDER BY rn, points DESC, apart_us, other DESC
        )"""


def customer(email: str) -> str:
    """SQL for who is meant by the address in the SQL `email`, however it is spelled.

    Its case does not matter, nor what follows a `+`; with Gmail neither do dots, nor which of its two names.
    An address that begins with `+` is kept, for nothing would be left of it.
    """
    address = f"lower({email})"
    domain = f"split_part({address}, '@', -1)"
    box = f"regexp_replace({address}, '@[^@]*$', '')"
    untagged = f"regexp_replace({box}, '(.)[+].*$', '\\1')"
    return f"""CASE
        WHEN {domain} IN ('gmail.com', 'googlemail.com')
            THEN replace({untagged}, '.', '') || '@gmail.com'
        WHEN position('+' IN {address}) > 0 THEN {untagged} || '@' || {domain}
        ELSE {address}
    END"""
