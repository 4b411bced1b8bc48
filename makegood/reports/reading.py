"""The numbers of a period: questions to the sums of its days and months, whatever the number of requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.reports.counted import OF_A_PERSON, OF_PERIODS, Counted
from makegood.reports.periods import ONE_DAY, Period

# Sums and marks together: exact at every moment, whether or not anything was folded.
_SAID = """
    WITH said AS (
        SELECT day, what, key, under, currency, number, amount_minor FROM reports_daysum
        WHERE what = ANY(%(what)s) AND key = coalesce(%(key)s, key)
          AND (day BETWEEN %(first)s AND %(before_months)s OR day BETWEEN %(after_months)s AND %(last)s)
        UNION ALL
        SELECT month, what, key, under, currency, number, amount_minor FROM reports_monthsum
        WHERE what = ANY(%(what)s) AND month > %(before_months)s AND month < %(after_months)s
        UNION ALL
        SELECT day, what, key, under, currency, number, amount_minor
        FROM reports_mark, LATERAL (SELECT (at AT TIME ZONE %(zone)s)::date AS day) AS local
        WHERE what = ANY(%(what)s) AND day BETWEEN %(first)s AND %(last)s AND key = coalesce(%(key)s, key)
    )
"""
_TOTALS = """
    SELECT what, key, under, currency, sum(number)::bigint, sum(amount_minor)::bigint FROM said
    GROUP BY what, key, under, currency HAVING sum(number) <> 0 OR sum(amount_minor) <> 0
    ORDER BY what, key, under, currency
"""
_BY_DAY = "SELECT what, key, day, sum(number)::bigint FROM said GROUP BY what, key, day"
_WAITING = "SELECT day, sum(number)::bigint FROM said GROUP BY day HAVING sum(number) > 0 ORDER BY day"
_EVER = timedelta(weeks=52 * 100)


@dataclass(frozen=True)
class Line:
    """So many of `key` (`under` a version of the policy, for a clause); money in `currency`, or empty."""

    key: str
    under: str
    currency: str
    number: int
    amount_minor: int


@dataclass(frozen=True)
class Totals:
    """What was counted in a period, by kind."""

    lines: Mapping[Counted, tuple[Line, ...]]

    def of(self, what: Counted) -> tuple[Line, ...]:
        """The lines of one kind, by key; none where nothing was counted."""
        return self.lines.get(what, ())

    def number(self, what: Counted, *keys: str) -> int:
        """How many there were, of `keys` alone where any are given."""
        return sum(line.number for line in self.of(what) if not keys or line.key in keys)

    def by_key(self, what: Counted) -> dict[str, int]:
        """How many of each key."""
        return {line.key: line.number for line in self.of(what)}

    def minor_by_currency(self, what: Counted) -> dict[str, int]:
        """The sum of each currency, in its minor units; one is never added to another."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.of(what):
            sums[line.currency] += line.amount_minor
        return dict(sorted(sums.items()))


def totals(period: Period, *, zone: ZoneInfo, what: Collection[Counted] = OF_PERIODS) -> Totals:
    """What of `OF_PERIODS` was counted in `period`, its days those of `zone`. One query."""
    return _summed(_asked(_TOTALS, period, zone=zone, what=what, months=period.whole_months))


def by_day(
    period: Period, *, zone: ZoneInfo, what: Collection[Counted]
) -> dict[tuple[Counted, str, date], int]:
    """How many of each kind and key there were on each day of `period`; days with none are left out."""
    rows = _asked(_BY_DAY, period, zone=zone, what=what)
    return {(Counted(kind), key, day): number for kind, key, day, number in rows}


def waiting_since(*, today: date, zone: ZoneInfo) -> dict[date, int]:
    """How many requests wait in the queue now, by the day on which they came into it."""
    # A queue of tomorrow is nothing that a clock should hide.
    ever = Period(today - _EVER, today + ONE_DAY)
    return dict(_asked(_WAITING, ever, zone=zone, what=[Counted.WAITING]))


def own_numbers(person: int, period: Period, *, zone: ZoneInfo) -> dict[Counted, int]:
    """What the person with this key did in `period`, which is known only for the last week."""
    counted = _summed(_asked(_TOTALS, period, zone=zone, what=OF_A_PERSON, key=str(person)))
    return {what: counted.number(what) for what in sorted(OF_A_PERSON)}


def _summed(rows: Iterable[tuple[Any, ...]]) -> Totals:
    lines: dict[Counted, list[Line]] = defaultdict(list)
    for kind, *line in rows:
        lines[Counted(kind)].append(Line(*line))
    return Totals({kind: tuple(found) for kind, found in lines.items()})


def _asked(
    question: str,
    period: Period,
    *,
    zone: ZoneInfo,
    what: Collection[Counted],
    key: str | None = None,
    months: Period | None = None,
) -> list[tuple[Any, ...]]:
    """`key` None: all of them. `months`: read by month instead of by day; None: everything by day."""
    told: dict[str, Any] = {
        "before_months": months.first - ONE_DAY if months else period.last,
        "after_months": (months or period).last + ONE_DAY,
        "first": period.first,
        "last": period.last,
        "zone": zone.key,
        "what": sorted(what),
        "key": key,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAID + question, told)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
