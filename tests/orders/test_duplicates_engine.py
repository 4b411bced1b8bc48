"""The engine below a search of a file: it can be stopped, and says when it has no room."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path

import pytest

from makegood.orders.duplicates.files import NoRoom, searched
from makegood.orders.duplicates.files import engine as engines
from makegood.orders.duplicates.files.engine import engine
from tests.orders.sheets import a_sheet, bought, pairs_in
from tests.people import NOON

ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range = 7"


def test_whoever_stops_it_need_not_wait() -> None:
    told: list[float | None] = []

    def stop(what: str, part: float | None) -> None:
        told.append(part)
        if len(told) > 1:
            raise KeyboardInterrupt

    with engine(stop) as running, pytest.raises(KeyboardInterrupt):
        running.run("Counting", ENDLESS)
    assert len(told) == 2


def test_progress_goes_from_reading_to_searching(tmp_path: Path) -> None:
    told: list[str] = []
    file = a_sheet(tmp_path, *(bought(f"A-{n}", "09:00:00") for n in range(3)))
    with searched(file, at=NOON, progress=lambda what, _: told.append(what)):
        assert list(dict.fromkeys(told)) == ["Reading", "Matching payments", "Searching"]


def test_too_little_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MEMORY", "1MB")
    with pytest.raises(NoRoom, match="There is not enough room to search the file, in memory or in "):
        pairs_in(a_sheet(tmp_path, *(bought(f"A-{n}", "09:00:00") for n in range(3000))))


def test_a_full_disk_is_said() -> None:
    with pytest.raises(NoRoom, match=r": No space left on device\. TMPDIR names another folder\.$"), engine():
        raise OSError(ENOSPC, "No space left on device")


def test_no_error_of_ours_is_taken_for_a_bad_file() -> None:
    with engine() as running, pytest.raises(Exception, match="no_such_table"):
        running.could(lambda: running.execute("SELECT * FROM no_such_table"))


def test_only_one_engine_has_the_folder_and_it_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with engine() as one, engine() as other:
        assert one.folder != other.folder
    assert list(tmp_path.iterdir()) == []
