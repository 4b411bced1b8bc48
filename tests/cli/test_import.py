"""`makegood import`: what it prints, and that it fails when the file is refused."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from makegood.orders.models import Order, Usage
from tests.people import mail_sender, verifier

pytestmark = pytest.mark.django_db

ORDERS = """order_number,email,product,purchased_at,amount,currency
S-1,olena@example.com,verifier-online,2026-11-02T10:00:00Z,12.00,EUR
"""
USAGE = """usage_id,order_number,used_at,units
u-1,S-1,2026-11-03T10:00:00Z,250
"""


@pytest.fixture(autouse=True)
def _products() -> None:
    mail_sender()
    verifier()


def a_file(folder: Path, text: str) -> str:
    (folder / "shop.csv").write_text(text, encoding="utf-8")
    return str(folder / "shop.csv")


def test_it_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import", "orders", a_file(tmp_path, ORDERS))
    call_command("import", "orders", a_file(tmp_path, ORDERS))
    call_command("import", "usage", a_file(tmp_path, USAGE))
    assert capsys.readouterr().out.splitlines() == [
        "1 line read: 1 new order, 0 already known, 1 new member, 0 new payments.",
        "1 line read: 0 new orders, 1 already known, 0 new members, 0 new payments.",
        "1 line read: 1 new use, 0 already known.",
    ]
    assert Usage.objects.get().order.number == "S-1"


def test_a_bad_file_is_an_error_with_each_problem_on_a_line(tmp_path: Path) -> None:
    file = a_file(tmp_path, ORDERS.replace("12.00", "12,00").replace("EUR", '"E\x1bU"'))
    with pytest.raises(CommandError) as failed:
        call_command("import", "orders", file)
    assert failed.value.returncode == 1
    assert str(failed.value).splitlines() == [
        f"{file}:",
        "Nothing was imported, because 1 problem was found in the file.",
        "  line 2: It has 7 cells, but the header 6.",
    ]
    assert not Order.objects.exists()


def test_more_than_a_hundred_problems_are_counted(tmp_path: Path) -> None:
    header, line = ORDERS.splitlines()
    file = a_file(tmp_path, "\n".join([header, *[line.replace("12.00", "?")] * 1234]))
    with pytest.raises(CommandError, match=r"  and 1,134 more\.$"):
        call_command("import", "orders", file)


def test_what_a_cell_says_cannot_command_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failed:
        call_command("import", "orders", a_file(tmp_path, ORDERS.replace("EUR", "\x1b[2J")))
    assert "\x1b" not in str(failed.value)
    assert "“\\x1b[2J”" in str(failed.value)


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.encode())))
    call_command("import", "orders", "-")
    assert Order.objects.get().number == "S-1"


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read: No such file or directory\.$"):
        call_command("import", "orders", str(tmp_path / "nowhere.csv"))


def test_no_bar_is_drawn_where_there_is_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import", "orders", a_file(tmp_path, ORDERS))
    assert capsys.readouterr().err == ""
