"""`makegood --help`: our own commands first, by what one wants to do."""

from __future__ import annotations

import pytest
from django.core.management import get_commands

from makegood.cli.__main__ import main
from makegood.cli.overview import COMMANDS, overview

OURS = {name for name, app in get_commands().items() if str(app) == "makegood.cli"}


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"], ["-h"]])
def test_help_about_nothing_in_particular_is_the_overview(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert (end.value.code, capsys.readouterr().out) == (0, f"{overview()}\n")


def test_it_names_every_command_of_ours_once() -> None:
    named = [name for commands in COMMANDS.values() for name in commands]
    assert sorted(named) == sorted(OURS | {"demo"})


def test_djangos_come_last_and_are_for_developers() -> None:
    text = overview()
    assert text.index("Run a desk:") < text.index("For developers:") < text.index("makemigrations")


def test_help_about_one_command_is_that_commands_own(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["staff", "--help"], ["help", "staff"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "usage: makegood staff" in capsys.readouterr().out
