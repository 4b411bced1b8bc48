"""DuckDB: a policy over Parquet or CSV files, in one process, larger than memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from makegood.policy.bulk import inputs, terms
from makegood.policy.bulk.engines.csv_files import WHITE, read_csv, typed_csv
from makegood.policy.bulk.engines.sql import WRONG, Items, Outputs, Wording, checked, grouped, refused
from makegood.policy.bulk.errors import BulkError, WrongColumn, WrongRows
from makegood.policy.bulk.inputs import Held, Holds
from makegood.policy.bulk.stages import Stages
from makegood.policy.documents.policy import Policy

WHOLES = {
    "TINYINT": 7,
    "SMALLINT": 15,
    "INTEGER": 31,
    "BIGINT": 63,
    "HUGEINT": 127,
    "UTINYINT": 8,
    "USMALLINT": 16,
    "UINTEGER": 32,
    "UBIGINT": 64,
    "UHUGEINT": 128,
}  # and their bits
OTHERS = {
    "BOOLEAN": Holds.YES_NO,
    "DATE": Holds.DATE,
    "TIMESTAMP WITH TIME ZONE": Holds.MOMENT,
    "VARCHAR": Holds.TEXT,
}
WHY_NO_ROW = re.compile(
    "Expected Number of Columns|Value with unterminated|Invalid unicode|Maximum line size"
)
UNREADABLE = re.compile("CSV|[Pp]arquet|Failed to read file|Footer|magic bytes|Conversion Error")
WORDING = Wording(
    "duckdb",
    {
        terms.DAY: "CAST(timezone({1}, {0}) AS DATE)",
        terms.DAYS: "CAST({1} - {0} AS BIGINT)",
        terms.PLUS_DAYS: "({0} + CAST({1} AS INTEGER))",
        terms.PLUS_MONTHS: "CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
        terms.YEAR: "year({0})",
        terms.MONTH: "month({0})",
        terms.DAY_OF_MONTH: "day({0})",
        terms.MICROSECONDS: "epoch_us({0})",
        terms.PLUS_MICROSECONDS: "make_timestamptz(epoch_us({0}) + {1})",
        terms.DIVIDED: "({0} // {1})",
        terms.WIDE: "CAST({0} AS HUGEINT)",
        terms.NARROW: "CAST({0} AS BIGINT)",
        terms.IS_TRUE: "({0} IS NOT DISTINCT FROM TRUE)",
        # Functions of one column and a constant are reckoned once for each entry of a dictionary.
        terms.AMONG: "contains({1}, {0})",
        terms.ADDED: 'list_reduce({0}, lambda "_one", "_other": "_one" + "_other", 0)',
        terms.LARGEST: "coalesce(list_max({0}), 0)",
        terms.IN_ORDER: "list_sort(list_distinct({0}))",
        terms.HOW_MANY: "CAST(len({0}) AS BIGINT)",
        terms.FIELD: lambda record, name: f"{record}[{name}]",
        inputs.SCALED: lambda number, places: (
            f"({number} * CAST(1e{places} AS DECIMAL({int(places) + 1}, 0)))"
        ),
        inputs.ROUNDED: "round({0}, {1})",
        inputs.IS_CURRENCY: (
            f"CASE WHEN contains('{' '.join(inputs.COMMON)}', {{0}}) AND length({{0}}) = 3 THEN TRUE"
            " ELSE regexp_full_match({0}, '[A-Z]{{3}}') END"
        ),
        # White space sorts before "!": a quick look, and only what begins or ends with it is trimmed.
        inputs.BLANK: f"CASE WHEN {{0}} < '!' THEN trim({{0}}, {WHITE}) = '' ELSE FALSE END",
        inputs.TRIMMED: (
            f"CASE WHEN {{0}} < '!' OR right({{0}}, 1) < '!' THEN trim({{0}}, {WHITE}) ELSE {{0}} END"
        ),
    },
    items=Items(
        first='list_transform({0}, lambda "_whole", "_place": {1})',
        later='list_transform({0}, lambda "_item": {1})',
        record="struct_pack({0})",
        part="{0} := {1}",
        result="{0}",
    ),
)


class DuckDb:
    """A policy's rows in a file, put to DuckDB. Raises BulkError when DuckDB or the file is missing."""

    name = "duckdb"
    widest = 10**38 - 1
    wording = WORDING

    def __init__(self, file: Path, *policies: Policy, memory: str = "400MB") -> None:
        try:
            import duckdb
        except ImportError:
            raise BulkError("DuckDB is not installed: install makegood[bulk].") from None
        self._duckdb = duckdb
        self._connection = duckdb.connect()
        self._connection.execute(f"SET memory_limit = '{memory}'")
        self._connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        self._source = self._opened(file, policies)

    def columns(self) -> Mapping[str, Held]:
        """Return what each column of the file holds."""
        with self._in_words():
            found = self._connection.sql(self._source)
        return _parts(zip(found.columns, found.types, strict=True))

    def grouped(self, stages: Stages, keys: Outputs, sums: Outputs) -> list[dict[str, Any]]:
        """Return the number of rows and the sums for each group. Raises WrongColumn."""
        outputs = grouped(stages, keys, sums)
        query = self.wording.query(stages, outputs, self._source, group_by=len(keys))
        return list(checked(stages, self._told(query)))

    def rows(self, stages: Stages, outputs: Outputs) -> Iterator[dict[str, Any]]:
        """Yield the outputs of every row. Raises WrongColumn."""
        wanted = [*outputs, (WRONG, refused(stages))]
        return checked(stages, self._told(self.wording.query(stages, wanted, self._source)))

    def progress(self) -> float:
        """Return how much of the running query is done, in percent; below 0 while that is not known."""
        return self._connection.query_progress()

    def stop(self) -> None:
        """Stop the running query, from another thread than the one that waits for it."""
        self._connection.interrupt()

    def _opened(self, file: Path, policies: tuple[Policy, ...]) -> str:
        if not file.is_file():
            raise BulkError(f"There is no file {file}.")
        path = str(file).replace("'", "''")
        if file.suffix.lower() == ".parquet":
            return f"SELECT * FROM read_parquet('{path}')"  # noqa: S608  # quoted above
        if file.suffix.lower() == ".csv":
            source, names = read_csv(file, policies)
            return typed_csv(source, names, policies, self._told)
        raise BulkError(f"{file} is neither .parquet nor .csv.")

    def _told(self, query: str) -> Iterator[dict[str, Any]]:
        with self._in_words():
            cursor = self._connection.execute(query)
            names = [each[0] for each in cursor.description or ()]
            while rows := cursor.fetchmany(10_000):
                yield from (dict(zip(names, row, strict=True)) for row in rows)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except self._duckdb.Error as error:
            raise _refusal(str(error)) from None


def _refusal(said: str) -> BulkError:
    """The sentence of DuckDB's error: our own, where a value of the file is wrong, else its first line."""
    first, *others = said.splitlines()
    if found := re.search(r"The column `.*", first):
        return WrongColumn(f"{found[0]}.")
    if found := re.search(r"CSV Error on Line: (\d+)", first):
        why = next((line for line in others if WHY_NO_ROW.match(line)), "it is no row of CSV")
        return WrongRows(f"Line {found[1]} of the orders cannot be read: {why.rstrip('. ')}.")
    return (WrongRows if UNREADABLE.search(first) else BulkError)(f"DuckDB could not do it: {first}")


def _parts(kinds: Iterable[tuple[str, Any]]) -> dict[str, Held]:
    """What is held under each name; a column without any value has no type, as if it were not there."""
    return {name: _held(kind) for name, kind in kinds if str(kind) != '"NULL"'}


def _held(kind: Any) -> Held:
    words = str(kind)
    if kind.id == "list":
        return Held(Holds.LIST, words, parts=_parts([("", dict(kind.children)["child"])]))
    if kind.id == "struct":
        return Held(Holds.RECORD, words, parts=_parts(kind.children))
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", words):
        digits, places = int(found[1]), int(found[2])
        return Held(Holds.DECIMAL, words, most=10 ** (digits - places), places=places)
    if words in WHOLES:
        return Held(Holds.WHOLE, words, most=2 ** WHOLES[words])
    holds = Holds.TEXT if words.startswith("ENUM") else OTHERS.get(words, Holds.OTHER)
    return Held(holds, words)
