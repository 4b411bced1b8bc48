"""How sure we are that an order was made twice: one table of evidence, added up.

Points are tenths of log-odds, whole numbers, so that PostgreSQL and DuckDB add up to exactly the same.
docs/duplicates.md shows the table and how well it is calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

MINUTE_US = 60_000_000
"""A minute in microseconds, in which moments are told to the queries."""
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

BASE = -14
"""Where a pair begins: without evidence for it, two orders of one product are rather two purchases."""

LEAST, MOST = 0.01, 0.99
"""No pair is certain, and none impossible: only the customer knows."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that may be seen: what the reason says of it, when it holds (SQL), and its points.

    In `when`, `a` is the later order and `b` the earlier, `h` the customer's habit with the product, and
    `apart_us` the time between them in microseconds. No words: it is not worth telling.
    """

    words: str
    when: str
    points: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question about a pair. The first case that holds counts; when none does, nothing is known: 0."""

    name: str
    cases: tuple[Case, ...]


TIME = Evidence(
    "time_apart",
    (
        Case("a minute apart or less", f"apart_us <= {MINUTE_US}", 45),
        Case("ten minutes apart or less", f"apart_us <= {10 * MINUTE_US}", 32),
        Case("an hour apart or less", f"apart_us <= {HOUR_US}", 12),
        Case("six hours apart or less", f"apart_us <= {6 * HOUR_US}", 7),
        Case("a day apart or less", f"apart_us <= {DAY_US}", 5),
        Case("three days apart or less", f"apart_us <= {3 * DAY_US}", 3),
        Case("further apart", "apart_us IS NOT NULL", -5),
    ),
)
PRODUCT = Evidence(
    "product",
    (
        Case("same product", "a.product = b.product", 0),
        Case("equivalent products", "a.product <> b.product", -8),
    ),
)
PRICE = Evidence(
    "price",
    (
        Case("same price", "a.currency = b.currency AND a.amount_minor = b.amount_minor", 8),
        Case("another currency", "a.currency <> b.currency", 6),
        Case("another price", "a.amount_minor <> b.amount_minor", -30),
    ),
)
CORE = (PRODUCT, PRICE)
"""Told of every pair, and to members too."""

FURTHER = (
    Evidence(
        "payment_means",
        (
            Case(
                "paid by the same means",
                "coalesce(a.fingerprint = b.fingerprint, a.means = b.means)",
                3,
            ),
            Case(
                "paid by other means",
                "coalesce(a.fingerprint <> b.fingerprint, a.means <> b.means)",
                -3,
            ),
        ),
    ),
    Evidence(
        "ip",
        (
            Case("from the same IP address", "a.ip = b.ip", 3),
            Case("from another IP address", "a.ip <> b.ip", -3),
        ),
    ),
    Evidence(
        "quantity",
        (
            Case("same quantity", "a.quantity = b.quantity", 0),
            Case("another quantity", "a.quantity <> b.quantity", -20),
        ),
    ),
    Evidence(
        "recipient",
        (
            Case("for the same person", "lower(a.recipient) = lower(b.recipient)", 0),
            Case("for different people", "lower(a.recipient) <> lower(b.recipient)", -40),
            Case(
                "only one is for somebody else",
                "(a.recipient IS NULL) <> (b.recipient IS NULL)",
                -35,
            ),
        ),
    ),
    Evidence(
        "usage",
        (
            # One subscription has one usage, so that it tells nothing of its two renewals.
            Case("", "a.renews = b.renews", 0),
            Case("neither was used", "a.used = 0 AND b.used = 0", 3),
            Case("one was not used", "a.used = 0 AND b.used > 0 OR a.used > 0 AND b.used = 0", 3),
            Case("both were used", "a.used > 0 AND b.used > 0", -25),
        ),
    ),
    Evidence(
        "renewals",
        (
            Case("both renew the same order", "a.renews = b.renews", 20),
            Case("they renew different orders", "a.renews <> b.renews", -50),
            Case("one is an automatic renewal", "(a.renews IS NULL) <> (b.renews IS NULL)", 10),
        ),
    ),
    Evidence(
        "email",
        (Case("the e-mail is spelled another way", "lower(a.email) <> lower(b.email)", 10),),
    ),
    Evidence(
        "habit",
        (
            Case(
                "the customer buys it often",
                f"h.days >= 4 AND h.span_us <= {30 * DAY_US} * (h.days - 1)",
                -40,
            ),
        ),
    ),
)
ALL = (*CORE, *FURTHER, TIME)


def confidence(points: int) -> float:
    """How likely the pair is one order made twice, from LEAST to MOST, in hundredths."""
    return min(max(round(1 / (1 + exp(-points / 10)), 2), LEAST), MOST)


def points_for(least: float) -> int:
    """The fewest points whose confidence is at least `least`, which is at most MOST."""
    return next(points for points in range(-1000, 1000) if confidence(points) >= least)


def which_case(evidence: Evidence) -> str:
    """SQL for the place (from 1) of the case of `evidence` that holds; 0 when none does."""
    whens = (f"WHEN {case.when} THEN {place}" for place, case in enumerate(evidence.cases, start=1))
    return f"CASE {' '.join(whens)} ELSE 0 END"


def points_of(evidence: Evidence) -> str:
    """SQL for the points of `evidence`, from the column of its name that holds the place of its case."""
    whens = (f"WHEN {place} THEN {case.points}" for place, case in enumerate(evidence.cases, start=1))
    return f"CASE {evidence.name} {' '.join(whens)} ELSE 0 END"
