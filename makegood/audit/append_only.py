"""The triggers that make a table append-only, but for the words of a person who was erased."""

from __future__ import annotations

from collections.abc import Mapping

import pgtrigger

ERASED_WORDS = "[erased at the person's own request]"
"""Stands where the words of an erased person stood; one for all, so that nothing of theirs shows through."""

_QUOTED = ERASED_WORDS.replace("'", "''")


def append_only(*, erasable: Mapping[str, str] | None = None, about: str = "") -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: PostgreSQL refuses to update, delete or truncate the table.

    `erasable` names columns, each with the condition on its NEW and OLD value (`words_only`, `value_only`,
    `facts_only`, `texts_only`) under which an UPDATE may replace it; `about` is the SQL of the account that
    the row OLD is about. Even that is refused until the event that this account was erased is written: it
    happens only on the record.
    """
    return [
        _kept(erasable, about)
        if erasable
        else pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]


def words_only(column: str) -> str:
    """The condition for a column of text: the whole of it gives way to the one sentence."""
    return f"NEW.{column} IN (OLD.{column}, '{_QUOTED}')"


def value_only(column: str) -> str:
    """The condition for a JSON value, which may be null: the whole of it gives way to the sentence."""
    same = f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"
    return f"({same} OR NEW.{column} IS NOT DISTINCT FROM to_jsonb('{_QUOTED}'::text))"


def facts_only(column: str) -> str:
    """The condition for a JSON object: some of its values give way to the sentence, the others stay."""
    return f"""NOT EXISTS (
        SELECT FROM jsonb_each(OLD.{column}) AS was FULL JOIN jsonb_each(NEW.{column}) AS is_now USING (key)
        WHERE was.value IS NULL OR is_now.value IS NULL
           OR (was.value <> is_now.value AND is_now.value <> to_jsonb('{_QUOTED}'::text))
    )"""


def texts_only(column: str) -> str:
    """The condition for JSON of any depth: some of what stands in it gives way to the sentence."""
    # Walks down both side by side, only where they differ: what has no counterpart is null on its side.
    return f"""NOT EXISTS (
        WITH RECURSIVE parts(was, is_now) AS (
            SELECT OLD.{column}, NEW.{column}
            UNION ALL
            SELECT inside.was, inside.is_now FROM parts, LATERAL (
                SELECT o.value, n.value
                FROM jsonb_each({_if_type("was", "object")}) AS o
                FULL JOIN jsonb_each({_if_type("is_now", "object")}) AS n USING (key)
                UNION ALL
                SELECT o.value, n.value
                FROM jsonb_array_elements({_if_type("was", "array")}) WITH ORDINALITY AS o(value, place)
                FULL JOIN jsonb_array_elements({_if_type("is_now", "array")})
                    WITH ORDINALITY AS n(value, place) USING (place)
            ) AS inside(was, is_now)
            WHERE parts.was <> parts.is_now AND jsonb_typeof(parts.was) = jsonb_typeof(parts.is_now)
        )
        SELECT FROM parts
        WHERE was IS NULL OR is_now IS NULL OR (
            was <> is_now AND is_now <> to_jsonb('{_QUOTED}'::text)
            AND (jsonb_typeof(was) <> jsonb_typeof(is_now) OR jsonb_typeof(was) NOT IN ('object', 'array'))
        )
    )"""  # noqa: S608  # only our own names of columns


def _if_type(side: str, kind: str) -> str:
    return f"CASE jsonb_typeof(parts.{side}) WHEN '{kind}' THEN parts.{side} END"


def _kept(erasable: Mapping[str, str], about: str) -> pgtrigger.Trigger:
    columns = ", ".join(f"'{column}'" for column in erasable)
    conditions = " AND ".join(erasable.values())
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) - ARRAY[{columns}] = to_jsonb(OLD) - ARRAY[{columns}]
                    AND {conditions}
                    AND EXISTS (
                        SELECT FROM audit_event
                        WHERE action = 'account.erased' AND subject_kind = 'user' AND subject_id = ({about})
                    )
                THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;
        """,  # noqa: S608  # only our own names of columns
    )
