"""PostgreSQL tells, at the commit, that something changed: for pages that are open."""

from __future__ import annotations

import pgtrigger

CHANNEL = "makegood_changed"
"""Tells `request REFERENCE` or `user KEY`, once for each in a transaction, however many events it had."""


def told_at_commit() -> pgtrigger.Trigger:
    """The trigger of the events: says which refund request changed, or whose account; never any words.

    Other events wake nobody: commits that tell something wait for each other, so an import tells nothing.
    """
    return pgtrigger.Trigger(
        name="tell",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.thread <> '' OR NEW.subject_kind = 'user'"),
        func=f"""
            PERFORM pg_notify('{CHANNEL}', CASE
                WHEN NEW.thread <> '' THEN 'request ' || NEW.thread ELSE 'user ' || NEW.subject_id
            END);
            RETURN NULL;
        """,
    )
