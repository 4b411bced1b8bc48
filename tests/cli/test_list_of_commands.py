"""`bin/makegood` without a command, or asked for help, lists the commands before there is any desk."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "bin" / "makegood"


@pytest.mark.parametrize("asked", [[], ["--help"], ["help"]])
def test_the_commands_are_listed_where_no_demo_is(asked: list[str], tmp_path: Path) -> None:
    nowhere = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    nowhere["DEMO_DATA"] = str(tmp_path / "none")
    told = subprocess.run(
        [str(PROGRAM), *asked], capture_output=True, text=True, check=False, env=nowhere, timeout=60
    )
    assert "Usage: makegood COMMAND" in told.stdout + told.stderr
    assert "There is no demo" not in told.stderr
