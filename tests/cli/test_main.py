"""A start that is not possible ends with one clear line and exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from makegood import __version__
from makegood.cli.__main__ import main

COMMANDS = ["migrate", "work", "serve"]


def makegood(*arguments: str, **changed: str | None) -> tuple[int, list[str]]:
    """Run a command with settings changed, or left out for None; its exit code and its lines on stderr."""
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    command = [sys.executable, "-m", "makegood.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_setting_stops_the_start(command: str) -> None:
    code, said = makegood(command, MAKEGOOD_VENDR="Northwind Mail")
    assert code == 2
    assert said == [
        "makegood: MAKEGOOD_VENDR is not a setting. Did you mean MAKEGOOD_VENDOR? See docs/settings.md."
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_database_address_stops_the_start(command: str) -> None:
    code, said = makegood(command, DATABASE_URL="mysql://db/makegood")
    assert code == 2
    assert len(said) == 1
    assert said[0].startswith("makegood: DATABASE_URL must begin with postgresql://")


def test_missing_settings_are_all_named() -> None:
    code, said = makegood("migrate", DATABASE_URL=None, MAKEGOOD_VENDOR=None)
    assert (code, said) == (
        2,
        ["makegood: DATABASE_URL and MAKEGOOD_VENDOR are not set. See docs/settings.md."],
    )


@pytest.mark.parametrize("command", ["migrate", "work"])
def test_a_database_that_is_not_there_is_one_line(command: str) -> None:
    host = urlsplit(os.environ["DATABASE_URL"]).netloc
    code, said = makegood(command, DATABASE_URL=f"postgresql://{host}/no_such_database")
    assert code == 2
    assert len(said) == 1
    assert said[0].startswith("makegood: The database cannot be reached: ")
    assert 'database "no_such_database" does not exist' in said[0]


def test_a_server_that_does_not_answer_is_one_line() -> None:
    code, said = makegood("migrate", DATABASE_URL="postgresql://ann@127.0.0.1:9/makegood")
    assert (code, len(said)) == (2, 1)
    assert "Connection refused" in said[0]


def test_an_unknown_command_is_refused() -> None:
    code, said = makegood("refnud")
    assert code == 1
    assert said[0].startswith("Unknown command: 'refnud'")


def test_the_version_is_ours_and_needs_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, f"makegood {__version__}\n")
