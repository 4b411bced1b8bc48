"""`makegood orders duplicates`: what it prints, its exit codes, and that a file needs no installation."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from makegood.cli import telling_pairs
from makegood.cli.telling_pairs import COLUMNS, harmless
from tests.orders.sheets import NEEDED, a_sheet, bought
from tests.people import ago, an_order, olena

ONE_PAIR = (
    bought("A-1", "2026-10-23T09:00:00Z"),
    bought("A-2", "2026-10-23T11:04:30+02:00", email="Olena+x@example.com"),
    bought("B-1", "2026-10-23T09:00:00Z", email="joao@example.com", currency="JPY", amount="9800"),
)
TOLD = {
    "order": "A-2",
    "duplicate_of": "A-1",
    "confidence": 0.97,
    "reason": "Same product, same price, 4 minutes apart; the e-mail is spelled another way",
    "seconds_apart": 270,
    "email": "Olena+x@example.com",
    "other_email": "olena@example.com",
    "product": "mail-sender",
    "other_product": "mail-sender",
    "purchased_at": "2026-10-23T09:04:30Z",
    "other_purchased_at": "2026-10-23T09:00:00Z",
    "amount": "79.00",
    "currency": "USD",
    "other_amount": "79.00",
    "other_currency": "USD",
}

Printed = pytest.CaptureFixture[str]


def duplicates(*arguments: Any) -> None:
    call_command("orders", "duplicates", *map(str, arguments))


def test_people_read_a_table(tmp_path: Path, capsys: Printed) -> None:
    duplicates(a_sheet(tmp_path, *ONE_PAIR))
    said = capsys.readouterr().out
    for word in ("A-2", "A-1", "0.97", "$79.00", "mail-sender", "4 minutes apart"):
        assert word in said
    assert "B-1" not in said
    assert said.splitlines()[-1] == "1 likely duplicate among 3 orders."


def test_programs_read_an_object_a_line(tmp_path: Path, capsys: Printed) -> None:
    duplicates(a_sheet(tmp_path, *ONE_PAIR), "--json")
    printed = capsys.readouterr()
    assert [json.loads(line) for line in printed.out.splitlines()] == [TOLD]
    assert printed.err == "1 likely duplicate among 3 orders.\n"


def test_spreadsheets_read_csv(tmp_path: Path, capsys: Printed) -> None:
    duplicates(a_sheet(tmp_path, *ONE_PAIR), "--csv")
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row == {column: str(TOLD[column]) for column in COLUMNS}


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, capsys: Printed) -> None:
    email = {"email": "=cmd@example.com"}
    file = a_sheet(
        tmp_path,
        bought("A-1", "2026-10-23T09:00:00Z", **email),
        bought("A-2", "2026-10-23T09:00:09Z", **email),
    )
    duplicates(file, "--csv")
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["email"] == "'=cmd@example.com"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("79.00") == "79.00"
    assert harmless(-5) == -5


def test_what_is_not_likely_enough_is_left_out(tmp_path: Path, capsys: Printed) -> None:
    file = a_sheet(tmp_path, *ONE_PAIR)
    duplicates(file, "--min-confidence", "0.98", "--json")
    duplicates(file, "--min-confidence", "0.97", "--json")
    duplicates(file, "--within", "4m", "--min-confidence", "0", "--json")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_equivalent_products_are_named_in_a_file(tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "same.csv").write_text("product,equivalent_to\nmac,win\n", encoding="utf-8")
    lines = (
        bought(f"A-{n}", f"2026-10-23T09:00:0{n}Z", product=product)
        for n, product in enumerate(["mac", "win"])
    )
    file = a_sheet(tmp_path, *lines)
    duplicates(file, "--json")
    duplicates(file, "--equivalent", tmp_path / "same.csv", "--json")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["reason"].startswith("Equivalent products")


def test_a_long_table_is_cut_and_says_so(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [bought(f"A-{n}", f"2026-10-23T09:00:0{n}Z") for n in range(5)]
    monkeypatch.setattr(telling_pairs, "IN_A_TABLE", 2)
    monkeypatch.setattr("makegood.cli.management.commands.orders.IN_A_TABLE", 2)
    duplicates(a_sheet(tmp_path, *lines))
    *table, counted, cut = capsys.readouterr().out.splitlines()
    assert sum("A-" in line for line in table) == 2
    assert counted == "4 likely duplicates among 5 orders."
    assert cut == "These are the likeliest 2; --csv and --json tell all."


def test_what_an_e_mail_says_is_no_markup(tmp_path: Path, capsys: Printed) -> None:
    email = {"email": '"""[red]o""@example.com"'}
    file = a_sheet(
        tmp_path,
        bought("A-1", "2026-10-23T09:00:00Z", **email),
        bought("A-2", "2026-10-23T09:00:09Z", **email),
    )
    duplicates(file)
    assert '"[red]o"@example.com' in capsys.readouterr().out


def test_a_dash_reads_standard_input(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = a_sheet(tmp_path, *ONE_PAIR).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    duplicates("-", "--json")
    assert json.loads(capsys.readouterr().out) == TOLD


def test_a_wrong_file_is_an_error_with_each_problem_on_a_line(tmp_path: Path) -> None:
    file = a_sheet(tmp_path, *ONE_PAIR, bought("A-3", "2026-10-23T09:00:00Z", amount='"79,00"'))
    with pytest.raises(CommandError) as failed:
        duplicates(file)
    assert failed.value.returncode == 1
    assert str(failed.value).splitlines() == [
        f"{file}:",
        "The file was not searched, because 1 problem was found in it.",
        "  line 5, amount: “79,00” has a comma; write a decimal point and no separators, such as 1234.50.",
    ]


def test_a_wrong_file_of_equivalent_products_is_named(tmp_path: Path) -> None:
    (tmp_path / "same.csv").write_text("product\nmac\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"same\.csv:\n.*\n  line 1, equivalent_to: The column is missing"):
        duplicates(a_sheet(tmp_path, *ONE_PAIR), "--equivalent", tmp_path / "same.csv")


@pytest.mark.parametrize("arguments", [["FILE", "--live"], []])
def test_either_a_file_or_the_desk_is_searched(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="Name a file, or --live") as failed:
        duplicates(*arguments)
    assert failed.value.returncode == 2


@pytest.mark.django_db
def test_the_desk_is_searched_in_place(capsys: Printed) -> None:
    an_order(olena(), purchased_at=ago(minutes=14), number="A-1")
    an_order(olena(), purchased_at=ago(minutes=10), number="A-2")
    duplicates("--live", "--json")
    printed = capsys.readouterr()
    (told,) = map(json.loads, printed.out.splitlines())
    assert (told["order"], told["duplicate_of"]) == ("A-2", "A-1")
    assert told["reason"] == "Same product, same price, 4 minutes apart; paid by the same means"
    assert printed.err == "1 likely duplicate among 2 orders.\n"


# As it is called


def makegood(*arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these settings and no others."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), **settings}
    return subprocess.run(
        [sys.executable, "-m", "makegood.cli", "orders", "duplicates", *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "settings",
    [{}, {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, {"MAKEGOOD_VENDR": "misspelt"}],
)
def test_a_file_needs_neither_settings_nor_a_database(tmp_path: Path, settings: dict[str, str]) -> None:
    done = makegood(str(a_sheet(tmp_path, *ONE_PAIR)), "--json", **settings)
    assert (done.returncode, done.stderr) == (0, "1 likely duplicate among 3 orders.\n")
    assert json.loads(done.stdout) == TOLD


def test_the_desk_needs_settings() -> None:
    done = makegood("--live")
    assert done.returncode == 2
    assert done.stderr.startswith("makegood: DATABASE_URL, ")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["no.csv"], 1, "no.csv cannot be read: No such file or directory."),
        (["/"], 1, "/ cannot be read: Is a directory."),
        ([], 2, "Name a file, or --live for the orders of this desk."),
        (["-", "--within", "3w"], 2, "argument --within: “3w” is not a time such as 90s, 30m, 12h or 3d."),
        (["-", "--min-confidence", "1"], 2, "“1” is not a confidence from 0 to 0.99, such as 0.8."),
        (["-", "--json", "--csv"], 2, "argument --csv: not allowed with argument --json"),
        (["-", "--liv"], 2, "unrecognized arguments: --liv"),
        (["-"], 1, "line 1: The file is empty; its first line names the columns."),
    ],
)
def test_exit_codes(arguments: list[str], code: int, sentence: str) -> None:
    done = makegood(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_without_duckdb_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ImportError", encoding="utf-8")
    file = a_sheet(tmp_path, *ONE_PAIR)
    project = str(Path(__file__).parents[2])
    done = makegood(str(file), PYTHONPATH=f"{tmp_path}{os.pathsep}{project}")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "CommandError: Searching a file needs DuckDB, which is not installed: pip install 'makegood[bulk]'"
    ]


def test_whoever_has_read_enough_may_stop(tmp_path: Path) -> None:
    lines = [bought(f"A-{n}", "2026-10-23T09:00:00Z") for n in range(3000)]
    command = [
        sys.executable,
        "-m",
        "makegood.cli",
        "orders",
        "duplicates",
        str(a_sheet(tmp_path, *lines)),
        "--json",
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_the_columns_of_the_header_are_those_of_an_import() -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    assert all(f"| `{column}` | yes |" in page for column in NEEDED.split(","))
