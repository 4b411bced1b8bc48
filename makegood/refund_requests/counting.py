"""How many requests stand in each state, without looking at them."""

from __future__ import annotations

from django.db import connection
from django.db.models import Sum

from makegood.refund_requests.models import StateCount
from makegood.refund_requests.states import State

GATHER = """
    WITH taken AS (
        DELETE FROM refund_requests_statecount WHERE id IN (
            SELECT id FROM refund_requests_statecount WHERE process <> 0 FOR UPDATE SKIP LOCKED
        ) RETURNING state, number
    )
    INSERT INTO refund_requests_statecount (state, process, number)
    SELECT state, 0, sum(number) FROM taken GROUP BY state ORDER BY state
    ON CONFLICT (state, process) DO UPDATE
    SET number = refund_requests_statecount.number + EXCLUDED.number
"""


def count_in(state: State) -> int:
    """How many requests are in `state` now: exact, and as cheap with a million as with ten."""
    return int(StateCount.objects.filter(state=state).aggregate(number=Sum("number"))["number"] or 0)


def gather() -> None:
    """Add up what processes counted by themselves; who moves a request in this moment is left alone."""
    with connection.cursor() as cursor:
        cursor.execute(GATHER)
