"""Lists told as JSON in PostgreSQL, read as strictly as the cells of a CSV file."""

from __future__ import annotations

from makegood.policy.bulk.engines.csv_files import DATE, MOMENT, NUMBER
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, Kind

WHITE = r"E' \t\n\r\x0b\x0c'"
"""White space as PostgreSQL is told of it."""


def list_of(column: str) -> str:
    """Return the items as an array, NULL where none are told."""
    json = f"to_jsonb({column})"
    return f"CASE WHEN jsonb_typeof({json}) = 'array' THEN ARRAY(SELECT jsonb_array_elements({json})) END"


def no_list(column: str) -> str:
    """Return whether something is told that is no list."""
    json = f"to_jsonb({column})"
    return f"(jsonb_typeof({json}) <> 'array' AND NOT ({told(json)} IS NULL OR {lost(column)}))"


def lost(column: str) -> str:
    """Return whether it cannot be established."""
    return f"(to_jsonb({column}) = to_jsonb(CAST('{CANNOT_BE_ESTABLISHED}' AS TEXT)))"


def told(json: str) -> str:
    """Return what JSON tells, as text without spaces around it; NULL where that is nothing."""
    return f"nullif(btrim({json} #>> '{{}}', {WHITE}), '')"


def value_of(json: str, told: str, kind: str, zone: str) -> str:
    """Return a value of a kind, which is written out, from JSON and its text; NULL where that is none."""
    meant = Kind(kind.strip("'"))
    if meant is Kind.YES_NO:
        return (
            f"CASE WHEN lower({told}) IN ('yes', 'true') THEN TRUE"
            f" WHEN lower({told}) IN ('no', 'false') THEN FALSE END"
        )
    if meant in (Kind.NUMBER, Kind.MONEY):
        return f"CASE WHEN {told} ~ '^{NUMBER}$' THEN CAST({told} AS NUMERIC) END"
    moment = f"CAST({told} AS TIMESTAMPTZ)"
    if meant is Kind.DATE:
        return (
            f"CASE WHEN {_is(told, DATE, 'date')} THEN CAST({told} AS DATE)"
            f" WHEN {_is(told, MOMENT, 'timestamptz')} THEN CAST({moment} AT TIME ZONE {zone} AS DATE) END"
        )
    if meant is Kind.MOMENT:
        return f"CASE WHEN {_is(told, MOMENT, 'timestamptz')} THEN {moment} END"
    return f"CASE WHEN jsonb_typeof({json}) = 'string' THEN {told} END"


def _is(told: str, pattern: str, kind: str) -> str:
    return f"{told} ~ '^{pattern}$' AND pg_input_is_valid({told}, '{kind}')"
