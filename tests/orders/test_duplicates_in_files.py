"""A file of orders is searched without a database: which pairs are found, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from makegood.money import Money
from makegood.orders.duplicates.files import read_equivalents, searched
from makegood.orders.duplicates.scoring import confidence
from tests.orders.sheets import NEEDED, a_sheet, bought, numbers, pairs_in
from tests.people import NOON


def test_a_pair_tells_both_orders(tmp_path: Path) -> None:
    (pair,) = pairs_in(a_sheet(tmp_path, bought("A-1", "09:00:00"), bought("A-2", "09:04:30.5")))
    assert (pair.order.number, pair.other.number) == ("A-2", "A-1")
    assert pair.apart == timedelta(minutes=4, seconds=30, milliseconds=500)
    assert pair.order.purchased_at == datetime(2026, 11, 23, 9, 4, 30, 500_000, tzinfo=UTC)
    assert pair.other.amount == Money(7900, "USD")
    assert pair.reason == "Same product, same price, 4 minutes apart"
    # -14 to begin with, 8 for the price, 32 for ten minutes.
    assert (pair.points, pair.confidence) == (26, confidence(26)) == (26, 0.93)


def test_the_order_of_the_lines_does_not_matter(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path,
        bought("A-2", "09:04:00"),
        bought("B-1", "08:00:00", email="j@x.com"),
        bought("A-1", "09:00:00"),
    )
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]


def test_zones_and_forms_of_moments_are_one_time(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path,
        bought("A-1", "2026-11-23T09:00:00Z"),
        bought("A-2", "2026-11-23T11:00+02:00"),
        bought("A-3", "2026-11-23 04:00:00.000001-0500"),
        bought("A-4", "2026-11-23T14:45:00.5+05:45"),
    )
    pairs = pairs_in(file)
    assert {pair.order.purchased_at.replace(microsecond=0, tzinfo=None) for pair in pairs} == {
        datetime(2026, 11, 23, 9, 0)
    }
    assert sorted(pair.apart / timedelta(microseconds=1) for pair in pairs) == [0, 1, 499_999]


def test_three_days_apart_is_near_and_a_microsecond_more_is_not(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path,
        bought("A-1", "2026-11-01T09:00:00Z"),
        bought("A-2", "2026-11-04T09:00:00Z"),
        bought("A-3", "2026-11-07T09:00:00.000001Z"),
    )
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]
    assert numbers(pairs_in(file, within=timedelta(days=4))) == [("A-2", "A-1"), ("A-3", "A-2")]
    assert pairs_in(file, within=timedelta(days=2)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("olena@example.com", "OLENA@Example.COM", True),
        ("olena@example.com", "olena+shop@example.com", True),
        ("olena+a@example.com", "olena+b+c@example.com", True),
        ("ole.na@gmail.com", "olena@gmail.com", True),
        ("o.lena+shop@googlemail.com", "olena@gmail.com", True),
        ("ole.na@example.com", "olena@example.com", False),
        ("olena@example.com", "olena@example.org", False),
        ("+olena@example.com", "+joao@example.com", False),
    ],
)
def test_who_is_one_customer(tmp_path: Path, one: str, other: str, same: bool) -> None:
    file = a_sheet(tmp_path, bought("A-1", "09:00:00", email=one), bought("A-2", "09:01:00", email=other))
    assert len(pairs_in(file)) == same


def test_an_e_mail_spelled_another_way_is_told(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path, bought("A-1", "09:00:00"), bought("A-2", "09:01:00", email="olena+x@example.com")
    )
    assert "the e-mail is spelled another way" in pairs_in(file)[0].reason


def test_an_order_and_its_renewal_are_no_pair_whatever_the_case_of_its_number(tmp_path: Path) -> None:
    columns = f"{NEEDED},renews"
    file = a_sheet(
        tmp_path,
        bought("A-1", "09:00:00", renews=""),
        bought("A-2", "09:01:00", renews="a-1"),
        columns=columns,
    )
    assert pairs_in(file) == []


def test_a_renewal_at_the_moment_of_its_purchase_is_no_pair_whichever_is_told_first(tmp_path: Path) -> None:
    lines = [bought("A-2", "09:00:00", renews="A-1"), bought("A-1", "09:00:00", renews="")]
    assert pairs_in(a_sheet(tmp_path, *lines, columns=f"{NEEDED},renews")) == []


def test_behind_the_order_it_renews_the_next_is_looked_at(tmp_path: Path) -> None:
    columns = f"{NEEDED},renews"
    file = a_sheet(
        tmp_path,
        bought("A-1", "08:00:00", renews=""),
        bought("A-2", "09:00:00", renews=""),
        bought("A-3", "10:00:00", renews="A-2"),
        columns=columns,
    )
    assert sorted(numbers(pairs_in(file))) == [("A-2", "A-1"), ("A-3", "A-1")]


def test_the_likeliest_of_the_three_before_is_told(tmp_path: Path) -> None:
    columns = f"{NEEDED},quantity"
    file = a_sheet(
        tmp_path,
        bought("A-1", "09:00:00", amount="395.00", quantity="5"),
        bought("A-2", "09:02:00", quantity="1"),
        bought("A-3", "09:03:00", amount="395.00", quantity="5"),
        columns=columns,
    )
    assert numbers(pairs_in(file))[0] == ("A-3", "A-1")


def test_what_was_given_back_is_in_no_pair(tmp_path: Path) -> None:
    columns = f"{NEEDED},captured_amount,refunded_amount"
    lines = [
        bought("A-1", "09:00:00", captured_amount="79.00", refunded_amount="79.00"),
        bought("A-2", "09:01:00", captured_amount="79.00", refunded_amount="78.99"),
        bought("A-3", "09:02:00", captured_amount="", refunded_amount=""),
        bought("A-4", "09:03:00", captured_amount="79.00", refunded_amount=""),
    ]
    assert numbers(pairs_in(a_sheet(tmp_path, *lines, columns=columns))) == [("A-4", "A-2")]


def test_free_orders_are_in_no_pair(tmp_path: Path) -> None:
    free = {"amount": "0"}
    assert (
        pairs_in(a_sheet(tmp_path, bought("A-1", "09:00:00", **free), bought("A-2", "09:01:00", **free)))
        == []
    )


def test_an_order_with_two_payments_is_one_order(tmp_path: Path) -> None:
    columns = f"{NEEDED},method,method_label,captured_amount"
    card = {"method": "card", "method_label": "Visa ending 1"}
    wire = {"method": "wire", "method_label": ""}
    file = a_sheet(
        tmp_path,
        bought("A-1", "09:00:00", **wire, captured_amount="39.00"),
        bought("A-2", "09:01:00", **card, captured_amount="40.00"),
        bought("a-1", "09:00:00", **card, captured_amount="40.00"),
        bought("A-2", "09:01:00", **wire, captured_amount="39.00"),
        columns=columns,
    )
    with searched(file, at=NOON) as search:
        (pair,) = search.pairs()
        assert search.orders == 2
    assert (pair.order.number, pair.other.number) == ("A-2", "A-1")
    assert "paid by the same means" in pair.reason


def test_an_order_of_which_one_payment_was_given_back_still_counts(tmp_path: Path) -> None:
    lines = [
        bought("A-1", "09:00:00", captured_amount="39.00", refunded_amount="39.00"),
        bought("A-1", "09:00:00", captured_amount="40.00", refunded_amount=""),
        bought("A-2", "09:01:00", captured_amount="79.00", refunded_amount=""),
    ]
    columns = f"{NEEDED},captured_amount,refunded_amount"
    assert numbers(pairs_in(a_sheet(tmp_path, *lines, columns=columns))) == [("A-2", "A-1")]


def test_equivalent_products_are_paired_when_a_file_says_so(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path,
        bought("A-1", "09:00:00", product="mail-sender-win"),
        bought("A-2", "09:01:00", product="mail-sender-mac"),
    )
    same = tmp_path / "same.csv"
    same.write_text("product,equivalent_to\nmail-sender-mac,ms\nms,mail-sender-win\n", encoding="utf-8")
    assert pairs_in(file) == []
    (pair,) = pairs_in(file, equivalents=read_equivalents(same))
    assert pair.reason == "Equivalent products, same price, 1 minute apart"


def test_the_file_that_is_imported_is_searched(tmp_path: Path) -> None:
    samples = Path(__file__).parents[2] / "samples" / "orders.csv"
    (pair,) = pairs_in(samples)
    assert (pair.order.number, pair.other.number) == ("S-2002", "S-2001")


def test_columns_that_tell_nothing_may_say_anything(tmp_path: Path) -> None:
    file = a_sheet(
        tmp_path,
        bought("A-1", "09:00:00", name='"Kovalenko, Olena"', country="??"),
        bought("A-2", "09:01:00", name="=cmd|x", country=""),
        columns=f"{NEEDED},name,country",
    )
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_blank_lines_and_blanks_around_cells(tmp_path: Path, ending: str) -> None:
    lines = ["", NEEDED, bought("A-1", "09:00:00"), "   ", bought(" A-2 ", "09:01:00", currency="\tUSD"), ""]
    file = tmp_path / "orders.csv"
    file.write_bytes(b"\xef\xbb\xbf" + ending.join(lines).encode())
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]


def test_a_name_that_means_several_files_is_one(tmp_path: Path) -> None:
    a_sheet(tmp_path, bought("X-1", "09:00:00"), bought("X-2", "09:01:00"), name="orders1.csv")
    file = a_sheet(tmp_path, bought("A-1", "09:00:00"), bought("A-2", "09:01:00"), name="orders[0-9]*'?.csv")
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    file = a_sheet(tmp_path, bought("A-1", "09:00:00"))
    assert pairs_in(file) == []
    assert list(tmp_path.iterdir()) == [file]


def a_table(folder: Path, rows: str) -> Path:
    """A Parquet file of the rows (SQL)."""
    file = folder / "orders.parquet"
    duckdb.sql(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")
    return file


TYPED = """
    SELECT 100 + n AS order_number, 'olena@example.com' AS email, 'mail-sender' AS product,
        (TIMESTAMP '2026-11-23 09:00:00' + n * INTERVAL 1 MINUTE)::{moment} AS purchased_at,
        79.5::{amount} AS amount, 'EUR' AS currency, NULL::BIGINT AS renews, 2 AS quantity,
        NULL::{amount} AS refunded_amount
    FROM range(2) numbers (n)
"""


@pytest.mark.parametrize("moment", ["TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMPTZ"])
@pytest.mark.parametrize("amount", ["DECIMAL(9, 2)", "DECIMAL(38, 10)"])
def test_a_parquet_file_with_types(tmp_path: Path, moment: str, amount: str) -> None:
    with duckdb.connect() as connection:
        file = tmp_path / "orders.parquet"
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY ({TYPED.format(moment=moment, amount=amount)}) TO '{file}' (FORMAT parquet)"
        )
    (pair,) = pairs_in(file)
    assert (pair.order.number, pair.other.number) == ("101", "100")
    assert pair.order.purchased_at == datetime(2026, 11, 23, 9, 1, tzinfo=UTC)
    assert pair.order.amount.decimal == Decimal("79.50")
    assert "same quantity" in pair.reason


def test_a_parquet_file_of_text_reads_as_csv(tmp_path: Path) -> None:
    odd = [{"email": "o!lena@example.com"}, {"email": "O!LENA+x@example.com"}]  # good, though not plain
    file = a_sheet(tmp_path, bought("A-1", "09:00:00", **odd[0]), bought("A-2", "09:01:00", **odd[1]))
    table = a_table(tmp_path, f"SELECT * FROM read_csv('{file}', all_varchar = true)")  # noqa: S608
    (pair,) = pairs_in(file)
    assert pairs_in(table) == [pair]


def test_a_file_with_a_header_alone_has_no_orders(tmp_path: Path) -> None:
    with searched(a_sheet(tmp_path), at=NOON) as search:
        assert (search.orders, search.count) == (0, 0)
