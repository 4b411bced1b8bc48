"""How many requests stand where, kept by PostgreSQL."""

from __future__ import annotations

import pgtrigger
from django.db import models

_ADD = """
    ON CONFLICT (state, process) DO UPDATE
    SET number = refund_requests_statecount.number + EXCLUDED.number;
    RETURN NULL;
"""


class StateCount(models.Model):
    """A part of how many requests stand in a state: the count is the sum of its rows.

    Each database process has a row of its own (`process`; 0: what was gathered), so that nobody who moves a
    request waits for somebody who moves another. Written by PostgreSQL alone, see `COUNTED`.
    """

    state = models.CharField(max_length=20)
    process = models.IntegerField()
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state", "process"], name="state_counted_once_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.number:+}"


def _all_at_once(
    name: str, operation: pgtrigger.Operation, rows: pgtrigger.Referencing, sign: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=rows,
        func=f"""
            INSERT INTO refund_requests_statecount (state, process, number)
            SELECT state, pg_backend_pid(), {sign}count(*) FROM counted GROUP BY state {_ADD}
        """,  # noqa: S608  # only our own words
    )


COUNTED = [
    _all_at_once("count_new", pgtrigger.Insert, pgtrigger.Referencing(new="counted"), ""),  # type: ignore[no-untyped-call]
    _all_at_once("count_gone", pgtrigger.Delete, pgtrigger.Referencing(old="counted"), "-"),  # type: ignore[no-untyped-call]
    pgtrigger.Trigger(
        name="count_moved",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
        func=f"""
            INSERT INTO refund_requests_statecount (state, process, number)
            VALUES (OLD.state, pg_backend_pid(), -1), (NEW.state, pg_backend_pid(), 1) {_ADD}
        """,  # noqa: S608  # only our own words
    ),
]
"""The triggers of RefundRequest that keep the counts, in the transaction that moves it."""
