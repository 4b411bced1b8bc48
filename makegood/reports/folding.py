"""Adding the marks up into the sums of their days and months, so that no page reads them one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from makegood.reports.counted import OF_A_PERSON, OF_PERIODS
from makegood.reports.models import DaySum

OWN_NUMBERS_KEPT = timedelta(weeks=1)
"""How long it is known what a single person did: as long as that person is shown it."""

AT_ONCE = 100_000

# One statement: whoever reads meanwhile sees the marks or the sums, never both and never neither. The sums
# are taken in one order, so that two that fold at once wait for each other and never in a ring.
FOLD = """
    WITH taken AS (
        DELETE FROM reports_mark WHERE id IN (
            SELECT id FROM reports_mark ORDER BY id LIMIT %(at_once)s FOR UPDATE SKIP LOCKED
        )
        RETURNING (at AT TIME ZONE %(zone)s)::date AS day, what, key, under, currency, number, amount_minor
    ), added AS (
        INSERT INTO reports_daysum AS known (day, what, key, under, currency, number, amount_minor)
        SELECT day, what, key, under, currency, sum(number), sum(amount_minor) FROM taken
        GROUP BY day, what, key, under, currency
        ORDER BY what, day, key, under, currency
        ON CONFLICT (what, day, key, under, currency) DO UPDATE SET
            number = known.number + EXCLUDED.number,
            amount_minor = known.amount_minor + EXCLUDED.amount_minor
    ), added_by_month AS (
        INSERT INTO reports_monthsum AS known (month, what, key, under, currency, number, amount_minor)
        SELECT date_trunc('month', day)::date, what, key, under, currency, sum(number), sum(amount_minor)
        FROM taken WHERE what = ANY(%(by_month)s)
        GROUP BY 1, what, key, under, currency
        ORDER BY what, 1, key, under, currency
        ON CONFLICT (what, month, key, under, currency) DO UPDATE SET
            number = known.number + EXCLUDED.number,
            amount_minor = known.amount_minor + EXCLUDED.amount_minor
    )
    SELECT count(*) FROM taken
"""
FORGET_NOTHING = "DELETE FROM reports_daysum WHERE what = 'waiting' AND number = 0"


def fold(*, at: datetime, zone: ZoneInfo) -> None:
    """Add each mark to its day in `zone`; forget what single people did longer ago than they are shown it.

    The sums are exact whether or not this runs: until then the marks themselves are counted.
    """
    while _fold_some(zone) == AT_ONCE:
        continue
    long_ago = (at - OWN_NUMBERS_KEPT).astimezone(zone).date()
    DaySum.objects.filter(what__in=sorted(OF_A_PERSON), day__lt=long_ago).delete()


def _fold_some(zone: ZoneInfo) -> int:
    """How many marks were folded: after an upgrade there may be millions, and nobody should wait for all."""
    told: dict[str, Any] = {"zone": zone.key, "by_month": sorted(OF_PERIODS), "at_once": AT_ONCE}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLD, told)
        (folded,) = cursor.fetchone()
        cursor.execute(FORGET_NOTHING)
    return int(folded)
