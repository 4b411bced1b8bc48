"""`makegood policy`: every command is found, and what cannot be read or understood is one clear sentence."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.cli.policy.frame import COMMANDS
from tests.cli.policy_line import REFUND_POLICY, SIMPLE, command, run, written

READING = ["test", "page", "form"]


def test_help_lists_every_command_with_what_it_does() -> None:
    done = command("--help", DATABASE_URL=None, DJANGO_SETTINGS_MODULE=None)
    assert (done.code, done.err) == (0, "")
    listed = re.findall(r"^  (\w+) +\S", done.out, re.MULTILINE)
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_and_speaks_json(name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: makegood policy {name}")
    assert "--json" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "makegood policy: Which command? One of new, reference, check,"),
        (["chekc"], "makegood policy: There is no command `chekc`. Did you mean `check`?"),
        (["weather"], "makegood policy: There is no command `weather`. Known are new, reference, check,"),
        (["test"], "makegood policy test: error: the following arguments are required: FILE"),
        (["page", "a.md", "b.md"], "makegood policy page: error: unrecognized arguments: b.md"),
        (["page", "a.md", "--js"], "makegood policy page: error: unrecognized arguments: --js"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("name", READING)
def test_a_file_that_cannot_be_read_is_bad_usage(name: str, tmp_path: Path) -> None:
    written(tmp_path, SIMPLE, "refunds.md")
    for file, why in {
        str(tmp_path / "refund.md"): f"There is no file {tmp_path}/refund.md. Did you mean `refunds.md`?",
        str(tmp_path / "no" / "x.md"): f"There is no file {tmp_path}/no/x.md.",
        str(tmp_path): f"{tmp_path} is a folder, not a file.",
        "x" * 300: f"{'x' * 300} cannot be read: File name too long.",
    }.items():
        done = run(name, file)
        assert (done.code, done.out, done.err) == (2, "", f"makegood policy {name}: {why}\n")


def test_a_file_of_somebody_else_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert run("page", "x.md").err == "makegood policy page: x.md may not be read by you.\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "<stdin> is empty."),
        (b" \n\t\n", "<stdin> is empty."),
        (b"\x89PNG\r\n\x1a\n", "<stdin> is not a text in UTF-8."),
        ("---\npolicy: äh".encode("latin-1"), "<stdin> is not a text in UTF-8 (line 2)."),
        (SIMPLE.encode("utf-16"), "<stdin> is not a text in UTF-8."),
        (b"---\x00", "<stdin> is not a text: it holds zero bytes."),
        (b"---\n\x1b[31mred", "<stdin> holds a control character (line 2)."),
        (b"x" * 8_000_001, "<stdin> is larger than 8 MB, and no policy is."),
    ],
    ids=["empty", "blank", "picture", "latin-1", "utf-16", "zeros", "escape", "huge"],
)
@pytest.mark.parametrize("name", READING)
def test_what_is_no_document_is_one_sentence(name: str, content: bytes, why: str) -> None:
    done = run(name, "-", stdin=content)
    assert (done.code, done.out, done.err) == (1, "", f"makegood policy {name}: {why}\n")


@pytest.mark.parametrize("name", READING)
def test_a_document_that_is_wrong_is_shown_with_places(name: str) -> None:
    done = run(name, "-", stdin=SIMPLE.replace("`a`", "`b AND`", 1))
    assert (done.code, done.out) == (1, "")
    assert re.match(r"<stdin>:\d+:\d+: .+\n +\d+ \| .+\n +\| +\^+", done.err)


def test_of_a_very_long_line_only_the_place_is_shown() -> None:
    long = "x " * 50_000
    done = run("test", "-", stdin=SIMPLE.replace("it holds. `a`", f"{long}`aa`"))
    line, under = done.err.splitlines()[1:3]
    assert len(done.err) < 1_000
    assert line[under.index("^") : under.rindex("^") + 1] == "aa"


def test_no_device_is_read_to_its_end() -> None:
    done = run("page", "/dev/zero")
    assert (done.code, done.err) == (
        1,
        "makegood policy page: /dev/zero is larger than 8 MB, and no policy is.\n",
    )


def test_a_full_disk_is_one_sentence() -> None:
    line = [sys.executable, "-m", "makegood.cli", "policy", "page", REFUND_POLICY]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "makegood policy page: No space left on device.\n")


def test_words_of_any_language_are_written_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    file = written(tmp_path, SIMPLE.replace("# Small policy", "# Повернення"))
    done = command("page", file, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (done.code, done.err) == (0, "")
    assert "<title>Повернення</title>" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["decide", "-", "--facts", "no.json"], 2, "There is no file no.json."),
        (["explain", "--trace", "no.json"], 2, "There is no file no.json."),
        (["page", "no.md"], 2, "There is no file no.md."),
        (["new", "--currency", "ZZ"], 2, "There is no currency `ZZ`."),
        (["backtest", "-", "--orders", "no.csv"], 2, "There is no file no.csv."),
    ],
)
def test_with_json_what_stops_a_command_is_json_too(arguments: list[str], code: int, error: str) -> None:
    done = run(*arguments, "--json", stdin=SIMPLE)
    assert done.code == code
    assert done.lines[-1]["error"].startswith(error)
    assert error in done.err


@pytest.mark.parametrize("arguments", [["page", "-"], ["form", "-"], ["decide", "-", "--facts", "x"]])
def test_with_json_a_document_that_is_wrong_tells_its_problems(arguments: list[str]) -> None:
    done = run(*arguments, "--json", stdin=SIMPLE.replace("`a`", "`aa`", 1))
    (told,) = done.lines
    assert (done.code, told["error"]) == (1, "<stdin> cannot be read.")
    assert [problem["message"] for problem in told["problems"]] == ["there is no fact or term `aa`"]


@pytest.mark.parametrize(
    ("closed", "said"),
    [("<&-", "There is no standard input to read."), (">&-", "There is no standard output to write to.")],
)
def test_a_closed_stream_is_one_sentence(closed: str, said: str) -> None:
    line = f"{shlex.quote(sys.executable)} -m makegood.cli policy page - {closed}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"{said}\n")
    assert "Traceback" not in done.stderr


def test_what_is_wrong_never_goes_where_results_go() -> None:
    line = f"{shlex.quote(sys.executable)} -m makegood.cli policy page no.md 2>&-"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
