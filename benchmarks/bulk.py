"""How long a policy takes over many orders, beside merely decoding the columns it looks at."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import psutil

from benchmarks.frame import PROJECT, VAR, Row, live_in_a_fresh_database, tell

POLICY = PROJECT / "policies" / "refund-policy.md"
ROWS = (10_000_000, 100_000_000)
MOST_FOR_SPARK = ROWS[0]  # one machine is not what it is for
WORK = ("decode", "policy", "change")
ENGINES = ("duckdb", "polars", *(["spark"] if find_spec("pyspark") else []))
ORDERS = """
SELECT
  ['defect', 'duplicate', 'automatic_charge'][1 + i % 3] AS ground,
  CAST(9000000 + i AS VARCHAR) AS order_number,
  CAST(8999999 + i AS VARCHAR) AS other_order_number,
  ['mail-sender', 'verifier-online', 'sms-balance', 'atomic-mail', 'fax-online'][1 + i * 7 % 5] AS product,
  CASE WHEN i * 7 % 5 = 0 THEN 'software' ELSE 'service' END AS product_kind,
  DATE '2024-01-01' + CAST(i * 31 % 700 AS INTEGER) AS purchased_on,
  DATE '2024-01-01' + CAST(i * 31 % 700 + hash(i) % 45 AS INTEGER) AS received_on,
  CAST(500 + hash(i + 1) % 20000 AS DECIMAL(12, 2)) / 100 AS paid,
  ['USD', 'EUR', 'UAH'][1 + i % 11 % 3] AS currency,
  'It stops' AS description,
  'Send' AS steps,
  CAST(i % 4 AS SMALLINT) AS screenshots,
  i % 13 <> 0 AS same_product,
  i % 17 <> 0 AS is_renewal,
  CASE WHEN i % 19 <> 0 THEN i % 23 <> 0 END AS auto_renewal_chosen,
  CASE WHEN i % 5 <> 0 THEN CAST(hash(i + 2) % 3 AS INTEGER) END AS uses_since,
  CASE WHEN hash(i + 3) % 4 > 0 THEN hash(i + 3) % 4 = 1 END AS bug_confirmed,
  CASE WHEN hash(i + 4) % 4 > 0 THEN hash(i + 4) % 4 = 1 END AS fixable
FROM range({rows}) AS numbers(i)
"""


def main() -> None:
    """Measure each engine: decoding, the policy, and the change of it; each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--one", nargs=3, metavar=("ENGINE", "WORK", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        engine, work, file = args.one
        print(json.dumps(_measured(engine, work, Path(file))))
        return
    found = [
        row
        for many in args.rows
        for engine in ENGINES
        if engine != "spark" or many <= MOST_FOR_SPARK
        for row in _rows(engine, many)
    ]
    live_in_a_fresh_database("bench_bulk")  # only so that the results can say what they ran on
    tell("bulk", "The refund policy over orders in Parquet", found)


def _rows(engine: str, many: int) -> Iterator[Row]:
    file = _orders(many)
    decoding = _in_a_process(engine, "decode", file, many)
    for work in WORK:
        found = decoding if work == "decode" else _in_a_process(engine, work, file, many)
        yield {
            "rows": many,
            "engine": engine,
            "work": work,
            "seconds": round(found["seconds"], 2),
            "of decoding": round(found["seconds"] / decoding["seconds"], 2),
            "peak MB": round(found["mb"]),
        }


def _orders(rows: int) -> Path:
    """Make the orders once: two thirds of the facts known, many products, months and currencies."""
    import duckdb

    file = VAR / f"orders-{rows}.parquet"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        columns = "* EXCLUDE (paid), CAST(paid AS DECIMAL(12, 2)) AS amount_paid"
        columns += ", CAST(paid AS DECIMAL(12, 2)) AS refundable_amount"
        made = f"SELECT {columns} FROM ({ORDERS.format(rows=rows)})"  # noqa: S608  # our own text and a number
        connection = duckdb.connect()
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"COPY ({made}) TO '{file}.part' (FORMAT parquet, COMPRESSION zstd)")
        Path(f"{file}.part").rename(file)
    return file


def _in_a_process(engine: str, work: str, file: Path, many: int) -> dict[str, float]:
    """Measure in a fresh process: twice, the quicker counting, where that does not take long."""
    command = [sys.executable, "-m", "benchmarks.bulk", "--one", engine, work, str(file)]
    times = 2 if many <= ROWS[0] else 1
    runs = [subprocess.run(command, check=True, capture_output=True, cwd=PROJECT) for _ in range(times)]  # noqa: S603
    found: list[dict[str, float]] = [json.loads(run.stdout) for run in runs]
    return min(found, key=lambda each: each["seconds"])


def _measured(engine: str, work: str, file: Path) -> dict[str, float]:
    with ExitStack() as opened:
        done = (_decoding if work == "decode" else _weighing)(engine, work, file, opened)
        start = time.perf_counter()
        done()
        seconds = time.perf_counter() - start
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + _of_children()
    return {"seconds": seconds, "mb": kilobytes / 1024}


def _of_children() -> int:
    """The most memory, in KB, that each process begun by this one has had: Spark's Java is one."""
    files = [Path(f"/proc/{child.pid}/status") for child in psutil.Process().children(recursive=True)]
    lines = [line for file in files for line in file.read_text().splitlines() if line.startswith("VmHWM")]
    return sum(int(line.split()[1]) for line in lines)


def _decoding(engine: str, _work: str, file: Path, opened: ExitStack) -> Callable[[], object]:
    """Read every value of every column the policy looks at, and keep the largest: counting reads none."""
    if engine == "spark":
        from makegood.policy.bulk.engines.spark_sessions import session

        orders = opened.enter_context(session()).read.parquet(str(file))
        each = [f"max(`{name}`)" for name in orders.columns]
        return lambda: orders.selectExpr(*each).collect()
    if engine == "polars":
        import polars

        frame = polars.scan_parquet(file).select(polars.all().max())
        return lambda: frame.collect(engine="streaming")
    import duckdb

    connection = duckdb.connect()
    largest = f"SELECT max(COLUMNS(*)) FROM read_parquet('{file}')"  # noqa: S608
    return lambda: connection.execute(largest).fetchall()


def _weighing(engine: str, work: str, file: Path, opened: ExitStack) -> Callable[[], object]:
    from makegood.policy import Policy
    from makegood.policy.bulk.backtest import backtest
    from makegood.policy.bulk.engines.duckdb import DuckDb
    from makegood.policy.bulk.engines.polars import Polars
    from makegood.policy.bulk.weighing_rows import Engine

    text = POLICY.read_text(encoding="utf-8")
    old = Policy.parse(text)
    shorter = text.partition("## Examples")[0].replace("within 30 days", "within 14 days")
    new = Policy.parse(shorter.replace("add_days(purchased_on, 30)", "add_days(purchased_on, 14)"))
    if engine == "spark":
        from makegood.policy.bulk.engines import spark

        with_engine: Engine = opened.enter_context(spark.opened(str(file)))
    else:
        with_engine = DuckDb(file, new) if engine == "duckdb" else Polars(file)
    if work == "policy":
        return lambda: backtest(old, with_engine)
    return lambda: backtest(new, with_engine, against=old, by=("clause", "month", "product"))


if __name__ == "__main__":
    main()
