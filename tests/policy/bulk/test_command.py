"""`makegood policy backtest`, as a person meets it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import polars
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from makegood.cli.policy.frame import policy
from tests.policy.documents import REFUND_POLICY

ORDERS = """ground,order_number,product,product_kind,purchased_on,received_on,amount_paid,refundable_amount,\
currency,description,steps,screenshots,bug_confirmed,fixable
defect,1,mail-sender,software,2026-11-02,2026-11-12,79.00,79.00,USD,It stops,Send,1,yes,no
defect,2,mail-sender,software,2026-11-02,2026-11-28,40.50,40.50,USD,It stops,Send,1,yes,no
defect,3,mail-sender,software,2026-11-02,2026-11-28T23:30:00+02:00,10.00,10.00,USD,It stops,Send,1,yes,
defect,4,mail-sender,software,2026-11-02,2026-12-28,10.00,10.00,USD,It stops,Send,1,yes,no
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    return file


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    text = REFUND_POLICY.read_text(encoding="utf-8").partition("## Examples")[0]
    text = text.replace("within 30 days", "within 14 days").replace("_on, 30)", "_on, 14)")
    file = tmp_path / "shorter.md"
    file.write_text(text.replace('"2026-11"', '"2026-12"'), encoding="utf-8")
    return file


def backtested(*arguments: object) -> int:
    return policy(["backtest", *map(str, arguments)])


def test_a_change_is_told_as_an_interval(
    orders: Path, shorter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backtested(shorter, "--against", REFUND_POLICY, "--orders", orders, "--by", "clause,month") == 0
    told = capsys.readouterr().out
    assert "Version 2026-12 refunds 79.00 USD." in told
    assert "Version 2026-11 refunds at least 119.50 and at most 129.50 USD." in told
    assert "The change saves at least 40.50 and at most 50.50 USD." in told
    assert "2026-11" in told


def test_the_same_as_json_and_as_a_chart(
    orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "chart.svg"
    assert backtested(REFUND_POLICY, "--orders", orders, "--json", "--chart", drawn) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 4
    assert told["totals"] == [
        {
            "currency": "USD",
            "refunded": {"at_least": "119.50", "at_most": "129.50", "rows_without_bound": 0},
        }
    ]
    assert "119.50 … 129.50" in drawn.read_text(encoding="utf-8")


@pytest.fixture
def view(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A table of orders in a database of its own name; no other run has it."""
    address = make_conninfo(os.environ["DATABASE_URL"], dbname="postgres")
    monkeypatch.setenv("DATABASE_URL", address)
    name = f"orders_{os.getpid()}"
    columns = "ground text, purchased_on timestamptz, received_on date, amount_paid numeric, currency text"
    values = "('defect', '2026-11-02T23:30+00', '2026-11-12', 79.00, 'USD')"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.execute(f"INSERT INTO {name} VALUES {values}")  # noqa: S608  # our own texts
        yield name
        connection.execute(f"DROP TABLE {name}")


def test_rows_of_the_desk_are_weighed_where_they_are(view: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtested(REFUND_POLICY, "--live", view) == 0
    assert "refunds at least 0.00 and at most 79.00 USD." in capsys.readouterr().out


def test_a_view_that_is_not_there_is_one_sentence(view: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert backtested(REFUND_POLICY, "--live", f"{view}; DROP TABLE {view}") == 2
    assert "The database has no table or view" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("79.00,79.00", "seventy,79.00", "`amount_paid` must hold a number such as 12 or 1.5, not seventy"),
        ("yes,no\n", "yes,maybe\n", "`fixable` must hold yes or no, not maybe"),
        ("2026-12-28", "2026-02-30", "`received_on` must hold a date such as 2026-11-23"),
        ("23:30:00+02:00", "23:30:00", "`received_on` must hold a date such as 2026-11-23"),
        ("USD", "usd", "`currency` holds something else than three capital letters"),
        ("defect,2", "defekt,2", "`ground` holds something else than its choices"),
    ],
)
def test_a_wrong_value_stops_the_run_and_names_its_column(
    before: str, after: str, said: str, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders.write_text(ORDERS.replace(before, after), encoding="utf-8")
    assert backtested(REFUND_POLICY, "--orders", orders) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "DuckDB" not in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (ORDERS[:-40].encode(), "Line 5 of the orders cannot be read: Expected Number of Columns: 14"),
        (ORDERS.replace("Send,1", "Send").encode(), "Line 2 of the orders cannot be read"),
        (ORDERS.replace("It stops", '"It stops', 1).encode(), "unterminated quote"),
        (ORDERS.replace("steps", "CURRENCY").encode(), "more than one column `currency`"),
        (ORDERS.encode("utf-16"), "orders.csv is not a text in UTF-8."),
        (b"", "orders.csv does not name columns."),
    ],
    ids=["cut off", "ragged", "quote", "twice", "utf-16", "empty"],
)
def test_no_row_of_a_file_that_is_no_csv_is_left_out(
    written: bytes, said: str, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders.write_bytes(written)
    assert backtested(REFUND_POLICY, "--orders", orders) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_columns_may_be_separated_as_spreadsheets_do(
    separator: str, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders.write_text("\ufeff" + ORDERS.replace(",", separator).replace("\n", "\r\n"), encoding="utf-8")
    assert backtested(REFUND_POLICY, "--orders", orders) == 0
    assert "refunds at least 119.50 and at most 129.50 USD" in capsys.readouterr().out


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_parquet_file_that_is_cut_off_is_one_sentence(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    polars.DataFrame({"currency": ["USD"], "ground": ["defect"]}).write_parquet(whole)
    cut.write_bytes(whole.read_bytes()[:-10])
    assert backtested(REFUND_POLICY, "--orders", cut, "--engine", engine) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_column_without_any_value_tells_nothing(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "[1].parquet"
    polars.DataFrame({"currency": [None], "amount_paid": [None], "ground": ["defect"]}).write_parquet(file)
    assert backtested(REFUND_POLICY, "--orders", file, "--engine", engine) == 0
    assert "1 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--orders", "none.parquet"], "There is no file none.parquet."),
        (["--orders", "none.csv", "--engine", "polars"], "There is no file none.csv."),
        (["--orders", "none.csv", "--chart", "a.pdf"], "A chart is drawn as .svg or .png, not as a.pdf."),
        (["--orders", "none.csv", "--engine", "postgresql"], "The engine postgresql goes with --live"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backtested(REFUND_POLICY, *arguments) == 2
    assert said in capsys.readouterr().err
