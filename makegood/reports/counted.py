"""What is counted, and the buckets into which times are put."""

from __future__ import annotations

from enum import StrEnum


class Counted(StrEnum):
    """One kind of number, and what its `key` is. Stored in rows, so a value is never renamed."""

    RECEIVED = "received"  # requests, by ground
    WAITING = "waiting"  # requests in the queue now, on the day they came into it
    OUTCOME = "outcome"  # what requests came to: an `Outcome`
    FIRST_ANSWER = "first_answer"  # times, by bucket
    DECISION = "decision"  # times, by bucket
    PROMISE_DUE = "promise_due"
    PROMISE_MISSED = "promise_missed"
    BACK = "back"  # requests that came back to the queue, by the action that brought them
    REFUND_BY_GROUND = "refund_by_ground"
    REFUND_BY_PRODUCT = "refund_by_product"  # by the key of the product
    REFUND_BY_CLAUSE = "refund_by_clause"  # by the number of the clause, under the version of the policy
    REFUND_BY_PROVIDER = "refund_by_provider"
    REFUND_BY_VERSION = "refund_by_version"
    # Of one person, by the key of their account; forgotten after a week, see `folding`.
    TAKEN_BY = "taken_by"
    DECIDED_BY = "decided_by"
    WROTE_IN_TIME_BY = "wrote_in_time_by"
    WROTE_LATE_BY = "wrote_late_by"


OF_A_PERSON = frozenset(
    {Counted.TAKEN_BY, Counted.DECIDED_BY, Counted.WROTE_IN_TIME_BY, Counted.WROTE_LATE_BY}
)
OF_PERIODS = frozenset(Counted) - OF_A_PERSON - {Counted.WAITING}


class Outcome(StrEnum):
    """What a request came to."""

    REFUND = "refund"
    DECLINE = "decline"
    WITHDRAWN = "withdrawn"
    SOLVED = "solved"


MINUTES_OF_AN_HOUR = 60
MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR
BOUNDS: tuple[int, ...] = (
    15,
    30,
    *(MINUTES_OF_AN_HOUR * hours for hours in (1, 2, 4, 8, 12)),
    *(MINUTES_OF_A_DAY * n for n in (1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 45, 60, 90)),
)
"""The upper bounds of the buckets, in minutes; the function `reports_bucket` of PostgreSQL has the same."""
LONGER = "longer"
"""The bucket of what took longer than the last bound."""


def share_within(share: int, histogram: dict[str, int]) -> str | None:
    """The bucket within which `share` percent of the times lie, at the least; None where there are none.

    `histogram`: bucket (a bound in minutes as text, or LONGER) → how many.
    """
    whole, passed = sum(histogram.values()), 0
    if whole <= 0:
        return None
    for bucket in (*map(str, BOUNDS), LONGER):
        passed += histogram.get(bucket, 0)
        if passed * 100 >= whole * share:
            return bucket
    raise LookupError(sorted(histogram))  # a bucket that is none of ours
