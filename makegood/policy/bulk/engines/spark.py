"""Spark: a policy over Parquet files, on this machine or on a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.policy.bulk import inputs, terms
from makegood.policy.bulk.engines.spark_sessions import LOCAL, SETTINGS, said_plainly, session
from makegood.policy.bulk.engines.sql import WRONG, Items, Outputs, Wording, checked, grouped, refused
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.inputs import Held, Holds
from makegood.policy.bulk.numbers import INT64
from makegood.policy.bulk.stages import Stages

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ORDERS = "`_orders`"
ADDRESS = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")  # file:, hdfs://…, s3a://…
WHOLES = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63}  # and their bits
OTHERS = {
    "boolean": Holds.YES_NO,
    "date": Holds.DATE,
    "timestamp": Holds.MOMENT,  # without a zone it would be timestamp_ntz
    "string": Holds.TEXT,
}
WIDE = "DECIMAL(38, 0)"
WHITE = r"' \t\n\r\u000b\f'"


def _whole(number: int) -> str:
    """A whole number of 64 bits where it fits: Spark would take a small one for one of 32."""
    return f"{number}L" if number <= INT64 else f"{number}BD"


def _scaled(number: str, places: str) -> str:
    zeros = int(places.removesuffix("L"))
    return f"({number} * CAST(1{'0' * zeros}BD AS DECIMAL({zeros + 1}, 0)))"


def _divided(one: str, other: str, most: str) -> str:
    """The whole part of a quotient that is no larger than `most`.

    DIV gives 64 bits and silently drops the others. A division that comes out even is exact in Spark as long
    as the quotient has no more than 32 digits; longer ones are made of two, as on paper.
    """
    largest = int(most.rstrip("LBD"))
    if largest <= INT64:
        return f"({one} DIV {other})"
    if largest < 10**32:
        return _even(one, other)
    digit = f"CAST({_whole(10**19)} AS {WIDE})"
    high = _even(one, digit)
    low = f"(({high} % {other}) * {digit} + {one} % {digit})"
    return f"({_even(high, other)} * {digit} + {_even(low, other)})"


def _even(one: str, other: str) -> str:
    return f"CAST(({one} - {one} % {other}) / {other} AS {WIDE})"


def _among(code: str, codes: str) -> str:
    listed = ", ".join(f"'{each}'" for each in codes.strip("'").split())
    return f"({code} IN ({listed}))"


def _field(record: str, name: str) -> str:
    quoted = name.strip("'").replace("`", "``")
    return f"{record}.`{quoted}`"


_NOUGHT = f"CAST(0L AS {WIDE})"
WORDING = Wording(
    "spark",
    {
        # Spark's DATEDIFF of three words counts from midnight, which some days do not have.
        terms.DAYS: "CAST(DATEDIFF({1}, {0}) AS BIGINT)",
        terms.DAY: "CAST(FROM_UTC_TIMESTAMP({0}, {1}) AS DATE)",
        terms.PLUS_DAYS: "DATE_ADD({0}, CAST({1} AS INT))",
        terms.PLUS_MONTHS: "ADD_MONTHS({0}, CAST({1} AS INT))",
        terms.YEAR: "CAST(YEAR({0}) AS BIGINT)",
        terms.MONTH: "CAST(MONTH({0}) AS BIGINT)",
        terms.DAY_OF_MONTH: "CAST(DAY({0}) AS BIGINT)",
        terms.MICROSECONDS: "UNIX_MICROS({0})",
        terms.PLUS_MICROSECONDS: "TIMESTAMP_MICROS(UNIX_MICROS({0}) + {1})",
        terms.DIVIDED: _divided,
        terms.WIDE: f"CAST({{0}} AS {WIDE})",
        terms.NARROW: "CAST({0} AS BIGINT)",
        terms.IS_TRUE: "({0} <=> TRUE)",
        terms.AMONG: _among,
        terms.ADDED: f"aggregate({{0}}, {_NOUGHT}, (`_one`, `_other`) -> CAST(`_one` + `_other` AS {WIDE}))",
        terms.LARGEST: "coalesce(array_max({0}), 0L)",
        terms.IN_ORDER: "array_sort(array_distinct(filter({0}, `_one` -> `_one` IS NOT NULL)))",
        terms.HOW_MANY: "CAST(cardinality({0}) AS BIGINT)",
        terms.FIELD: _field,
        inputs.SCALED: _scaled,
        # Java's $ would let a line end after the third letter.
        inputs.IS_CURRENCY: "({0} RLIKE '^[A-Z]{{3}}$' AND LENGTH({0}) = 3)",
        inputs.BLANK: f"(TRIM(BOTH {WHITE} FROM {{0}}) = '')",
        inputs.TRIMMED: f"TRIM(BOTH {WHITE} FROM {{0}})",
    },
    items=Items(
        first=(
            "zip_with({0}, transform({0}, (`_one`, `_at`) -> CAST(`_at` AS BIGINT) + 1L),"
            " (`_whole`, `_place`) -> {1})"
        ),
        later="transform({0}, `_item` -> {1})",
        record="struct({0})",
        part="{1} AS {0}",
        result="{0}",
    ),
    whole=_whole,
)


@contextmanager
def opened(file: str, master: str | None = None) -> Iterator[Spark]:
    """Give the rows of a file at `master` (None: this machine). Raises BulkError."""
    _check(file)
    with session(master or LOCAL) as spark:
        yield Spark(file, spark)


class Spark:
    """A policy's rows in Parquet files, put to a session of Spark that has what `session` sets.

    `file`: a file, a folder of them, or an address that the cluster can read. Raises BulkError.
    """

    name = "spark"
    widest = 10**38 - 1
    wording = WORDING

    def __init__(self, file: str, spark: SparkSession) -> None:
        _check(file)
        self._spark = spark.newSession()  # settings and a view of the orders of its own
        for name, value in SETTINGS.items():
            self._spark.conf.set(name, value)
        with said_plainly():
            frame = self._spark.read.parquet(_address(file))
            frame.createTempView(ORDERS.strip("`"))
            self._columns = {field.name: _held(field.dataType) for field in frame.schema.fields}

    def columns(self) -> Mapping[str, Held]:
        """Return what each column of the files holds."""
        return self._columns

    def grouped(self, stages: Stages, keys: Outputs, sums: Outputs) -> list[dict[str, Any]]:
        """Return the number of rows and the sums for each group. Raises WrongColumn."""
        outputs = grouped(stages, keys, sums)
        query = self.wording.query(stages, outputs, f"SELECT * FROM {ORDERS}", group_by=len(keys))  # noqa: S608  # a constant
        return list(checked(stages, self._told(query)))

    def rows(self, stages: Stages, outputs: Outputs) -> Iterator[dict[str, Any]]:
        """Yield the outputs of every row. Raises WrongColumn."""
        wanted = [*outputs, (WRONG, refused(stages))]
        query = self.wording.query(stages, wanted, f"SELECT * FROM {ORDERS}")  # noqa: S608  # a constant
        return checked(stages, self._told(query))

    def progress(self) -> float:
        """Return how much of the running query is done, in percent; below 0 while that is not known."""
        tracker = self._spark.sparkContext.statusTracker()
        jobs = [tracker.getJobInfo(each) for each in tracker.getActiveJobsIds()]
        stages = [tracker.getStageInfo(each) for job in jobs if job for each in job.stageIds]
        done = sum(stage.numCompletedTasks for stage in stages if stage)
        tasks = sum(stage.numTasks for stage in stages if stage)
        return 100 * done / tasks if tasks else -1

    def _told(self, query: str) -> Iterator[dict[str, Any]]:
        with said_plainly():
            for row in self._spark.sql(query).toLocalIterator():
                yield row.asDict()


def _check(file: str) -> None:
    """Refuse what is not there, before Java is started; what has a scheme is for the cluster to find."""
    if ADDRESS.match(file):
        return
    if not Path(file).exists():
        raise BulkError(f"There is no file {file}.")
    if Path(file).is_file() and Path(file).suffix.lower() != ".parquet":
        raise BulkError(f"The engine spark reads .parquet only, not {Path(file).name}; use duckdb.")


def _address(file: str) -> str:
    """A file of this machine as no other file system would be asked for it, and its name as it is written."""
    if ADDRESS.match(file):
        return file
    return "file:" + re.sub(r"[][{}*?\\]", r"\\\g<0>", str(Path(file).absolute()))


def _held(kind: Any) -> Held:
    words = kind.simpleString()
    if kind.typeName() == "array":
        return Held(Holds.LIST, words, parts={"": _held(kind.elementType)})
    if kind.typeName() == "struct":
        return Held(Holds.RECORD, words, parts={each.name: _held(each.dataType) for each in kind.fields})
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", words):
        digits, places = int(found[1]), int(found[2])
        return Held(Holds.DECIMAL, words, most=10 ** (digits - places), places=places)
    if words in WHOLES:
        return Held(Holds.WHOLE, words, most=2 ** WHOLES[words])
    return Held(OTHERS.get(words, Holds.OTHER), words)
