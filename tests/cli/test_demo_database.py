"""The embedded PostgreSQL ends with its last user, and opens no folder of ours to others."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from makegood.cli import embedded

START = "import os, pathlib; from makegood.cli import embedded; embedded.start(pathlib.Path({folder!r}));"
KILLED = "os._exit(9)"  # as SIGKILL does it: without saying good-bye


@pytest.fixture
def folder() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="database-"))
    yield parent / "postgres"
    shutil.rmtree(parent)


def run(folder: Path, then: str) -> None:
    subprocess.run([sys.executable, "-c", START.format(folder=str(folder)) + then], check=False, timeout=60)


def test_a_killed_user_does_not_keep_it_running(folder: Path) -> None:
    run(folder, KILLED)
    assert embedded.is_running(folder)
    run(folder, "")
    assert not embedded.is_running(folder)


def test_a_database_is_made_once_and_can_be_dropped(folder: Path) -> None:
    address = embedded.database(folder, "desk")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    assert embedded.database(folder, "desk") == address
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    embedded.drop_database(folder, "desk")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)
    embedded.stop(folder)
    assert not embedded.is_running(folder)


def test_the_folders_above_it_are_not_opened_for_reading(folder: Path) -> None:
    run(folder, "")
    others = stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH
    assert not stat.S_IMODE(folder.parent.stat().st_mode) & others
    assert (
        not stat.S_IMODE((Path(tempfile.gettempdir()) / f"makegood-{os.geteuid()}").stat().st_mode) & others
    )
