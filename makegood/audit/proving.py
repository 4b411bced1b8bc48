"""What a proof that everything is right has to say when it is not, and the proof that states were reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

NUMBERS: Mapping[str, str] = {
    "provider": "I1",
    "reserved": "I2",
    "records": "I3",
    "moves": "I4",
    "silence": "I5",
    "decisions": "I6",
    "approvals": "I7",
    "books": "L",
    "disputes": "D",
    "batches": "T",
    "breaker": "B",
}
"""What must always be true, by the word for it; docs/money.md says what each means."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it must be; `invariant` is a word of NUMBERS."""

    invariant: str
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.about}: {self.sentence}"

    @property
    def numbered(self) -> str:
        """The same with its number and word in front, as a report prints it."""
        return f"{NUMBERS[self.invariant]} {self.invariant}: {self}"


def rows(sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """What one statement finds: it sees one moment, so that nobody who works meanwhile is accused."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


_STEPS = """
    WITH allowed(was, becomes) AS (SELECT * FROM unnest(%(was)s::text[], %(becomes)s::text[])),
    steps AS (
        SELECT subject_id, id, details->>'from' AS was, details->>'to' AS becomes,
            lag(details->>'to') OVER steps_of_one AS before,
            lead(id) OVER steps_of_one IS NULL AS is_last
        FROM audit_event WHERE subject_kind = %(kind)s AND details ? 'to'
        WINDOW steps_of_one AS (PARTITION BY subject_id ORDER BY id)
    )
"""
_WRONG_STEPS = """
    SELECT one.id, steps.id FROM steps JOIN {table} AS one ON one.id = steps.subject_id
    WHERE steps.was IS DISTINCT FROM COALESCE(steps.before, {begins})
        OR NOT EXISTS (
            SELECT FROM allowed WHERE allowed.was = steps.was AND allowed.becomes = steps.becomes
        )
    UNION ALL
    SELECT NULL, steps.id FROM steps LEFT JOIN {table} AS one ON one.id = steps.subject_id
    WHERE one.id IS NULL
"""
_ELSEWHERE = """
    SELECT one.id, COALESCE(steps.becomes, {begins})
    FROM {table} AS one LEFT JOIN steps ON steps.subject_id = one.id AND steps.is_last
    WHERE one.state <> COALESCE(steps.becomes, {begins})
"""


def wrong_moves(
    kind: str, table: str, *, begins: str, moves: Mapping[Any, frozenset[Any]], name: str
) -> Iterator[Problem]:
    """The rows of `table` that did not come to their state by `moves`, each step of them on the record.

    `kind` is what their events call them, `begins` SQL of the state in which a row (`one`) is made, `name`
    SQL of how people call it.
    """
    pairs = [(str(was), str(becomes)) for was, ends in moves.items() for becomes in ends]
    values = {"kind": kind, "was": [was for was, _ in pairs], "becomes": [to for _, to in pairs]}
    own = {"table": table, "begins": begins}
    steps = rows(_STEPS + _WRONG_STEPS.format(**own), values)
    elsewhere = rows(_STEPS + _ELSEWHERE.format(**own), values)
    names = _names(table, name, [key for key, _ in [*steps, *elsewhere] if key is not None])
    for key, event in steps:
        if key is None:
            yield Problem("moves", f"event {event}", "what it tells of is not there any more.")
        else:
            yield Problem("moves", names[key], f"event {event} records a move that is not allowed.")
    for key, told in elsewhere:
        state, called = names[key, "state"], names[key]
        yield Problem("moves", called, f"it is “{state}”, its events say “{told}”.")


def _names(table: str, name: str, keys: Sequence[int]) -> dict[Any, str]:
    found = rows(
        f"SELECT one.id, {name}, one.state FROM {table} AS one WHERE one.id = ANY(%s)",  # noqa: S608
        [list(keys)],
    )
    return {key: called for key, called, _ in found} | {(key, "state"): state for key, _, state in found}
