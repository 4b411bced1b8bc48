"""A session of Spark: the Java it runs on, what is set so that it reckons exactly, and its silence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

from makegood.policy.bulk.engines.java import java_home
from makegood.policy.bulk.errors import BulkError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[2]"
PATIENCE = 120.0  # seconds for a cluster to give the first executor
LOGGING = Path(__file__).with_name("spark_logging.properties")
SETTINGS: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",  # a number that does not fit is an error, never another number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.variable.substitute": "false",  # ${…} in a text of a policy is a text
    "spark.sql.parquet.mergeSchema": "true",  # in a folder a column counts that only some of the files have
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # A layer looks at those below it more than once: written into each other they would double.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
}
AT_START: Mapping[str, str] = {
    "spark.app.name": "makegood",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
}
ON_THIS_MACHINE: Mapping[str, str] = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}
FOR_JAVA = "-Xss8m -XX:-DontCompileHugeMethods"
"""Deep queries, whose one method Java would else interpret."""


@contextmanager
def session(master: str = LOCAL) -> Iterator[SparkSession]:
    """Give a session of Spark at `master`, stopped at the end; one that this process has is taken as it is.

    Raises BulkError where Spark or Java is missing, or the cluster cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BulkError("Spark is not installed: install makegood[spark].") from None
    if (running := SparkSession.getActiveSession()) is not None:
        yield running
        return
    context = _context(master)
    try:
        if context._jsc.sc().isStopped():  # noqa: SLF001  # gave up on a cluster that did not answer
            raise BulkError(f"Spark's cluster {master} cannot be reached.")
        started = SparkSession(context)
        if not master.startswith("local"):
            _await_an_executor(started, master)
        yield started
    finally:
        context.stop()


@contextmanager
def said_plainly(doing: str = "Spark could not do it") -> Iterator[None]:
    """Turn what Spark raises into a BulkError of one line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        cause = getattr(error, "java_exception", None)
        words = str(cause.getMessage() if cause is not None else error).strip() or type(error).__name__
        raise BulkError(f"{doing}: {words.splitlines()[0]}") from None


def _context(master: str) -> Any:
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster(master)
    for name, value in {**AT_START, **(ON_THIS_MACHINE if master.startswith("local") else {})}.items():
        conf.set(name, value)
    for process in ("driver", "executor"):
        conf.set(f"spark.{process}.defaultJavaOptions", FOR_JAVA)
    gateway = _gateway()
    with said_plainly(f"Spark could not be started at {master}"):
        return SparkContext(conf=conf, gateway=gateway)


@lru_cache(maxsize=1)
def _gateway() -> Any:
    """Start Java, once in a process; it ends with the process. What it says goes to a file of its own."""
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    options = f"{FOR_JAVA} -Dlog4j2.configurationFile={LOGGING.as_uri()}"
    conf = SparkConf(loadDefaults=False).set("spark.driver.defaultJavaOptions", options)
    with java_home() as home, _environment(JAVA_HOME=home), TemporaryFile() as said:
        try:
            return launch_gateway(conf, {"stdout": said, "stderr": said})  # type: ignore[no-untyped-call]
        except PySparkException:
            raise BulkError(f"Java could not be started for Spark: {_last_line(said)}") from None


def _await_an_executor(started: SparkSession, master: str) -> None:
    """Let a cluster do the least there is: it may be there and have nobody who works."""
    too_late = Timer(PATIENCE, started.sparkContext.cancelAllJobs)
    too_late.daemon = True
    too_late.start()
    try:
        with said_plainly(f"Spark's cluster {master} cannot work"):
            started.range(1).count()
    except BulkError:
        if too_late.finished.is_set():
            raise BulkError(f"Spark's cluster {master} did nothing for {PATIENCE:.0f} seconds.") from None
        raise
    finally:
        too_late.cancel()


@contextmanager
def _environment(**changed: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
