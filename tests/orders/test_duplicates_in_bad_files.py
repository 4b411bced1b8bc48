"""A file that is wrong is not searched, and says where; none can do harm."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from makegood.orders.duplicates.files import FileRefused, read_equivalents
from makegood.orders.duplicates.files.careful import write_anew
from makegood.orders.duplicates.files.columns import sheet
from makegood.orders.duplicates.files.engine import silent
from makegood.orders.importing.lines import MAX_LINE_BYTES
from tests.orders.sheets import NEEDED, a_sheet, bought, numbers, pairs_in, refusal_of
from tests.people import NOON

GOOD = bought("A-1", "09:00:00")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"order_number": ""}, "line 3, order_number: It is empty."),
        ({"email": ""}, "line 3, email: It is empty."),
        ({"email": "olena"}, "line 3, email: “olena” is not an e-mail address."),
        ({"amount": '"79,00"'}, "line 3, amount: “79,00” has a comma"),
        ({"amount": "-79.00"}, "line 3, amount: “-79.00” is negative"),
        ({"amount": "1e3"}, "line 3, amount: “1e3” is not an amount"),
        ({"amount": "79.001"}, "line 3, amount: 79.001 has more than the 2 decimal places that USD allows."),
        ({"currency": "usd"}, "line 3, currency: “usd” is not a currency code"),
        (
            {"purchased_at": "2026-11-23T09:00:00"},
            "line 3, purchased_at: “2026-11-23T09:00:00” has no time zone",
        ),
        (
            {"purchased_at": "2026-02-30T09:00:00Z"},
            "line 3, purchased_at: “2026-02-30T09:00:00Z” is not a date",
        ),
        (
            {"purchased_at": "1989-11-23T09:00:00Z"},
            "line 3, purchased_at: “1989-11-23T09:00:00Z” is before 1990.",
        ),
        (
            {"purchased_at": "2026-11-25T09:00:00Z"},
            "line 3, purchased_at: “2026-11-25T09:00:00Z” is in the future.",
        ),
        ({"product": "=1+1"}, "line 3, product: “=1+1” has characters other than"),
        ({"renews": "A-2"}, "line 3, renews: An order cannot renew itself."),
        ({"quantity": "0"}, "line 3, quantity: “0” is not a whole number from 1"),
        ({"used": "many"}, "line 3, used: “many” is not a whole number from 0"),
        ({"method_label": "\x1b[2J"}, "line 3, method_label: “\\x1b[2J” has a control character"),
        ({"recipient": "a\u202eb"}, "line 3, recipient: “a\\x202eb” has a control character"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(
    tmp_path: Path, told: dict[str, str], problem: str
) -> None:
    columns = ",".join(dict.fromkeys([*NEEDED.split(","), *told]))
    extra = dict.fromkeys(told.keys() - set(NEEDED.split(",")), "")
    file = a_sheet(
        tmp_path, bought("A-1", "09:00:00", **extra), bought("A-2", "09:01:00", **told), columns=columns
    )
    said = refusal_of(file)
    assert said[0] == "The file was not searched, because 1 problem was found in it."
    assert said[1].startswith(problem)
    assert len(said) == 2


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("", "line 1: The file is empty"),
        (NEEDED.replace(",", ";"), "line 1: The columns are not separated by commas"),
        (f"{NEEDED},renew", "line 1: The column “renew” is not known. Did you mean “renews”?"),
        (f"{NEEDED},email", "line 1, email: The column is there twice."),
        (NEEDED.replace("email,", ""), "line 1, email: The column is missing."),
    ],
)
def test_the_header_is_read_first(tmp_path: Path, header: str, problem: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(header and f"{header}\n", encoding="utf-8")
    assert any(said.startswith(problem) for said in refusal_of(file))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"A-2,x", "line 3: It has 2 cells, but the header 6."),
        (GOOD.encode() + b",more", "line 3: It has 7 cells, but the header 6."),
        (b'"A-2,olena@example.com', "line 3: The quotation marks do not match."),
        (
            b'A-2,"olena@example.com"x,p,2026-11-23T09:01:00Z,1,USD',
            "line 3: The quotation marks do not match.",
        ),
        (b"A-2,olena\xff@example.com,p,2026-11-23T09:01:00Z,1,USD", "line 3, email: “olena\\xdcff"),
        (b"A-2\x00,olena@example.com,p,2026-11-23T09:01:00Z,1,USD", "line 3, order_number: “A-2\\x00”"),
        (b"A-2," + b"x" * MAX_LINE_BYTES, "line 3: The line is longer than 65,536 bytes."),
    ],
)
def test_a_line_that_is_no_line(tmp_path: Path, line: bytes, problem: str) -> None:
    file = tmp_path / "orders.csv"
    after = bought("A-9", "09:05:00").encode()
    file.write_bytes(b"\n".join([NEEDED.encode(), GOOD.encode(), line, after, b""]))
    said = refusal_of(file)
    assert said[1].startswith(problem)
    assert all(sentence.isprintable() for sentence in said)


def test_a_line_break_in_a_cell_is_refused_even_where_nothing_is_read(tmp_path: Path) -> None:
    file = a_sheet(tmp_path, bought("A-1", "09:00:00", name='"Olena\nKovalenko"'), columns=f"{NEEDED},name")
    assert refusal_of(file)[1].startswith("line 2: ")


def test_more_than_a_hundred_problems_are_counted(tmp_path: Path) -> None:
    said = refusal_of(a_sheet(tmp_path, *[bought("A-1", "09:00:00", amount="?")] * 1234))
    assert said[0] == "The file was not searched, because 1,234 problems were found in it."
    assert said[-1] == "and 1,134 more."
    assert len(said) == 102


def test_an_order_told_in_two_ways_is_told_with_both_lines(tmp_path: Path) -> None:
    lines = [
        "",
        GOOD,
        "",
        bought("B-1", "09:00:00"),
        bought("a-1", "09:00:00", amount="80.00", email="j@x.org"),
    ]
    assert refusal_of(a_sheet(tmp_path, *lines))[1:] == [
        "line 6, amount: It says “80”, but line 3 of this file says “79” of the same order.",
        "line 6, email: It says “j@x.org”, but line 3 of this file says “olena@example.com” "
        "of the same order.",
    ]


def a_table(folder: Path, **changed: str) -> Path:
    """A Parquet file of two orders, the second with cells in which something else is said (SQL)."""
    usual = {
        "order_number": "'A-' || n",
        "email": "'olena@example.com'",
        "product": "'mail-sender'",
        "purchased_at": "TIMESTAMP '2026-11-23 09:00:00'",
        "amount": "79::DECIMAL(9, 3)",
        "currency": "'USD'",
    }
    cells = (f"{changed.get(name, said)} AS {name}" for name, said in (usual | changed).items())
    file = folder / "orders.parquet"
    # The SQL is this test's own.
    duckdb.sql(f"COPY (SELECT {', '.join(cells)} FROM range(2) numbers (n)) TO '{file}' (FORMAT parquet)")  # noqa: S608
    return file


@pytest.mark.parametrize(
    ("column", "said", "problem"),
    [
        ("email", "CASE n WHEN 0 THEN 'o@example.com' END", "row 2, email: It is empty."),
        ("email", "CASE n WHEN 0 THEN 'o@example.com' ELSE 'o' END", "row 2, email: “o” is not an e-mail"),
        ("amount", "(1 - 2 * n)::DECIMAL(9, 2)", "row 2, amount: “-1.00” is negative"),
        ("amount", "(79 + n * 0.001)::DECIMAL(9, 3)", "row 2, amount: 79.001 has more than the 2 decimal"),
        ("amount", "79.0::DOUBLE", "amount: It holds binary fractions (DOUBLE), which are not exact"),
        ("purchased_at", "DATE '2026-11-23'", "purchased_at: It holds values of the type “DATE”"),
        (
            "purchased_at",
            "TIMESTAMP '2026-11-23' + n * INTERVAL 1 YEAR",
            "row 2, purchased_at: “2027-",
        ),
        ("order_number", "[n]", "order_number: It holds values of the type “BIGINT[]”"),
        ("renew", "'A-1'", "The column “renew” is not known. Did you mean “renews”?"),
    ],
)
def test_a_bad_row_of_a_parquet_file(tmp_path: Path, column: str, said: str, problem: str) -> None:
    told = refusal_of(a_table(tmp_path, **{column: said}))
    assert told[1].startswith(problem)
    assert len(told) == 2


def test_a_damaged_parquet_file(tmp_path: Path) -> None:
    file = a_table(tmp_path)
    file.write_bytes(file.read_bytes()[:-30])
    assert refusal_of(file)[1:] == ["It is damaged, or no Parquet file."]


def test_two_rows_of_one_order_that_differ(tmp_path: Path) -> None:
    file = a_table(tmp_path, order_number="'A-1'", product="'p' || n")
    assert refusal_of(file)[1:] == [
        "row 2, product: It says “p1”, but row 1 of this file says “p0” of the same order."
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("product\na\n", "line 1, equivalent_to: The column is missing."),
        ("product,equivalent_to\na,b\nc,\n", "line 3, equivalent_to: It is empty."),
        ("product,equivalent_to\na,a\n", "line 2, equivalent_to: It is the product itself."),
    ],
)
def test_a_bad_file_of_equivalent_products(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "same.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_equivalents(tmp_path / "same.csv")
    assert refused.value.sentences[1] == problem


def test_what_is_written_anew_is_read_as_before(tmp_path: Path) -> None:
    columns = f"{NEEDED},captured_amount,recipient,quantity,name"
    extra = {"captured_amount": "79.0", "recipient": '"a, ""b"""', "quantity": "007", "name": "\x07"}
    lines = [bought("A-1", "2026-11-23 10:00+0100", **extra), bought("A-2", "09:01:00", **extra)]
    file, clean = a_sheet(tmp_path, *lines, columns=columns), tmp_path / "clean.csv"
    assert write_anew(file, clean, sheet(NOON), silent) == columns.split(",")[:-1]
    assert clean.read_text(encoding="utf-8").splitlines()[1] == (
        'A-1,olena@example.com,mail-sender,2026-11-23T09:00:00+00:00,79.00,USD,79.0,"a, ""b""",7'
    )
    assert pairs_in(clean) == pairs_in(file)
    assert numbers(pairs_in(file)) == [("A-2", "A-1")]
