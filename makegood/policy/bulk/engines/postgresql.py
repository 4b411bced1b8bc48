"""PostgreSQL: a policy over a table, a view or a SELECT, where the rows already are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from makegood.policy.bulk import input_lists, inputs, terms
from makegood.policy.bulk.engines import jsonb
from makegood.policy.bulk.engines.sql import WRONG, Items, Outputs, Wording, checked, grouped, refused
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.inputs import Held, Holds
from makegood.policy.bulk.stages import Stages
from makegood.policy.facts import MOST_DIGITS

TYPES = {  # by the object number of the type, which never changes
    16: Held(Holds.YES_NO, "boolean"),
    20: Held(Holds.WHOLE, "bigint", most=2**63),
    21: Held(Holds.WHOLE, "smallint", most=2**15),
    23: Held(Holds.WHOLE, "integer", most=2**31),
    25: Held(Holds.TEXT, "text"),
    1042: Held(Holds.TEXT, "character"),
    1043: Held(Holds.TEXT, "character varying"),
    1082: Held(Holds.DATE, "date"),
    1114: Held(Holds.OTHER, "timestamp without time zone"),
    1184: Held(Holds.MOMENT, "timestamp with time zone"),
    700: Held(Holds.OTHER, "real"),
    701: Held(Holds.OTHER, "double precision"),
    114: Held(Holds.JSON, "json"),
    1000: Held(Holds.JSON, "boolean[]"),
    1005: Held(Holds.JSON, "smallint[]"),
    1007: Held(Holds.JSON, "integer[]"),
    1009: Held(Holds.JSON, "text[]"),
    1015: Held(Holds.JSON, "character varying[]"),
    1016: Held(Holds.JSON, "bigint[]"),
    1182: Held(Holds.JSON, "date[]"),
    1185: Held(Holds.JSON, "timestamp with time zone[]"),
    1231: Held(Holds.JSON, "numeric[]"),
    3802: Held(Holds.JSON, "jsonb"),
}  # arrays are read through JSON, which tells their items exactly
NUMERIC = 1700
WORDING = Wording(
    "postgres",
    {
        terms.DAY: "CAST({0} AT TIME ZONE {1} AS DATE)",
        terms.DAYS: "CAST({1} - {0} AS BIGINT)",
        terms.PLUS_DAYS: "({0} + CAST({1} AS INTEGER))",
        terms.PLUS_MONTHS: "CAST({0} + make_interval(months => CAST({1} AS INTEGER)) AS DATE)",
        terms.YEAR: "CAST(EXTRACT(YEAR FROM {0}) AS BIGINT)",
        terms.MONTH: "CAST(EXTRACT(MONTH FROM {0}) AS BIGINT)",
        terms.DAY_OF_MONTH: "CAST(EXTRACT(DAY FROM {0}) AS BIGINT)",
        terms.MICROSECONDS: "CAST(EXTRACT(EPOCH FROM {0}) * 1000000 AS BIGINT)",
        # An interval is multiplied by a float: hours apart, so that the rest is small enough to be exact.
        terms.PLUS_MICROSECONDS: (
            "({0} + make_interval(hours => CAST({1} / 3600000000 AS INTEGER))"
            " + ({1} % 3600000000) * INTERVAL '1 microsecond')"
        ),
        terms.DIVIDED: "div(CAST({0} AS NUMERIC), CAST({1} AS NUMERIC))",
        terms.WIDE: "CAST({0} AS NUMERIC)",
        terms.NARROW: "CAST({0} AS BIGINT)",
        terms.IS_TRUE: "({0} IS TRUE)",
        terms.AMONG: "({0} = ANY (string_to_array({1}, ' ')))",
        terms.ADDED: (
            '(SELECT CASE WHEN count(*) = count("_result") THEN COALESCE(sum("_result"), 0) END'
            " FROM ({0}) AS r)"
        ),
        terms.LARGEST: '(SELECT COALESCE(max("_result"), 0) FROM ({0}) AS r)',
        terms.IN_ORDER: (
            'ARRAY(SELECT DISTINCT "_result" FROM ({0}) AS r WHERE "_result" IS NOT NULL ORDER BY 1)'
        ),
        terms.HOW_MANY: "CAST(cardinality({0}) AS BIGINT)",
        terms.FIELD: "({0} -> {1})",
        input_lists.LIST_OF: jsonb.list_of,
        input_lists.NO_LIST: jsonb.no_list,
        input_lists.LOST: jsonb.lost,
        input_lists.NO_RECORD: "(jsonb_typeof({0}) <> 'object')",
        input_lists.JSON_TOLD: jsonb.told,
        input_lists.JSON_AS: jsonb.value_of,
        inputs.SCALED: "({0} * 1e{1})",
        inputs.ROUNDED: "round({0}, {1})",
        inputs.IS_CURRENCY: "({0} COLLATE \"C\" ~ '^[A-Z]{{3}}$')",
        inputs.BLANK: f"(btrim({{0}}, {jsonb.WHITE}) = '')",
        inputs.TRIMMED: f"btrim({{0}}, {jsonb.WHITE})",
    },
    fence=" OFFSET 0",
    items=Items(
        first='SELECT {1} FROM unnest({0}) WITH ORDINALITY AS u("_whole", "_place") OFFSET 0',
        later='SELECT {1} FROM ({0}) AS "_item" OFFSET 0',
        record="{0}",
        part="{1} AS {0}",
        result='{0} AS "_result"',
    ),
)


class PostgreSql:
    """A policy's rows in PostgreSQL, through a connection of the caller's (DB-API, psycopg).

    `select` is a query whose columns are named like facts; it is read, nothing is written.
    """

    name = "postgresql"
    widest = 10**1000
    wording = WORDING

    def __init__(self, connection: Any, select: str) -> None:
        self._connection, self._select = connection, select

    def columns(self) -> Mapping[str, Held]:
        """Return what each column holds."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({self._select}) AS orders LIMIT 0")  # noqa: S608  # the caller's
            return {each[0]: _held(each) for each in cursor.description}

    def grouped(self, stages: Stages, keys: Outputs, sums: Outputs) -> list[dict[str, Any]]:
        """Return the number of rows and the sums for each group. Raises WrongColumn."""
        outputs = grouped(stages, keys, sums)
        query = self.wording.query(stages, outputs, self._select, group_by=len(keys))
        return list(checked(stages, self._told(query)))

    def rows(self, stages: Stages, outputs: Outputs) -> Iterator[dict[str, Any]]:
        """Yield the outputs of every row. Raises WrongColumn."""
        wanted = [*outputs, (WRONG, refused(stages))]
        return checked(stages, self._told(self.wording.query(stages, wanted, self._select)))

    def stop(self) -> None:
        """Stop the running query, from another thread than the one that waits for it."""
        self._connection.cancel()

    def _told(self, query: str) -> Iterator[dict[str, Any]]:
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(query)
            except Exception as error:
                if getattr(error, "sqlstate", None) is None:
                    raise
                raise BulkError(f"PostgreSQL could not do it: {str(error).splitlines()[0]}") from None
            names = [each[0] for each in cursor.description]
            while rows := cursor.fetchmany(10_000):
                yield from (dict(zip(names, row, strict=True)) for row in rows)


def _held(column: Any) -> Held:
    number, precision, places = column[1], column[4], column[5]
    if number != NUMERIC:
        return TYPES.get(number, Held(Holds.OTHER, f"a type PostgreSQL numbers {number}"))
    if precision is None or precision > 1000:
        return Held(Holds.DECIMAL, "numeric", most=10**MOST_DIGITS, places=None)
    return Held(
        Holds.DECIMAL, f"numeric({precision},{places})", most=10 ** (precision - places), places=places
    )
