"""Tells, after the commit, that something changed: for pages that are open."""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction

CHANNEL = "makegood_changed"
"""Of PostgreSQL's LISTEN and NOTIFY: tells `request REFERENCE` or `user KEY`, never any words."""


def tell_after_commit(*, thread: str, subject_kind: str, subject_id: int) -> None:
    """Tell which refund request changed, or whose account; other events, such as those of an import, nothing.

    Not in the transaction: those that tell something flush to the disk one after the other. What a crash
    between the two leaves untold, pages find when they ask.
    """
    if thread:
        transaction.on_commit(partial(_tell, f"request {thread}"), robust=True)
    elif subject_kind == "user":
        transaction.on_commit(partial(_tell, f"user {subject_id}"), robust=True)


def _tell(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, subject])
