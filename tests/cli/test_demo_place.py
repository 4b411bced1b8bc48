"""The folder of a demo: one demo at a time, secrets kept, other people's files left alone."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from makegood.cli.demo.__main__ import use_demo
from makegood.cli.demo.place import Addresses, AlreadyRunning, ForeignFolder, NoDemoYet, Place

HERE = Addresses("http://127.0.0.1:8000", "http://127.0.0.1:8001")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "demo")


def test_a_second_demo_is_kept_out_and_told_where_the_first_is(place: Place) -> None:
    with place.held():
        place.keep_addresses(HERE)
        with (
            pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8000 .* Nothing was changed"),
            place.held(),
        ):
            pass


def test_the_folder_is_free_again_when_the_first_has_ended(place: Place) -> None:
    with place.held():
        place.keep_addresses(HERE)
    with place.held():
        assert place.addresses() == HERE


def test_a_folder_with_other_files_is_not_used(place: Place) -> None:
    place.folder.mkdir()
    (place.folder / "thesis.tex").touch()
    with pytest.raises(ForeignFolder, match="holds other files"), place.held():
        pass
    assert [path.name for path in place.folder.iterdir()] == ["thesis.tex"]


def test_a_file_is_not_used_as_a_folder(place: Place) -> None:
    place.folder.touch()
    with pytest.raises(ForeignFolder), place.held():
        pass


def test_emptying_removes_everything_but_the_lock_and_what_links_lead_to(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    with place.held():
        place.secrets()
        place.logs.mkdir()
        (place.folder / "link").symlink_to(tmp_path / "precious")
        place.empty()
    assert [path.name for path in place.folder.iterdir()] == ["demo.lock"]
    assert (tmp_path / "precious" / "file").exists()


def test_the_letters_of_the_usual_demo_are_found_beside_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makegood.cli.demo.place.USUAL_FOLDER", place.folder)
    with place.held():
        place.show_letters()
        (place.folder / "mail" / "letter.log").write_text("Hello")
    assert (place.folder.parent / "mail" / "letter.log").read_text() == "Hello"


def test_another_demo_keeps_its_letters_to_itself(place: Place) -> None:
    with place.held():
        place.show_letters()
    assert not (place.folder.parent / "mail").exists()


def test_secrets_are_made_once_and_readable_by_nobody_else(place: Place) -> None:
    with place.held():
        made = place.secrets()
        assert place.secrets() == made
    assert len(set(asdict(made).values())) == len(asdict(made))
    assert stat.S_IMODE((place.folder / "secrets.json").stat().st_mode) == 0o600


def test_a_demo_of_an_older_version_keeps_its_secrets_and_gets_the_new_ones(place: Place) -> None:
    with place.held():
        made = place.secrets()
        older = {name: secret for name, secret in asdict(made).items() if name != "handover_secret"}
        (place.folder / "secrets.json").write_text(json.dumps(older))
        now = place.secrets()
        assert asdict(now).items() >= older.items()
        assert len(now.handover_secret) >= 32
        assert place.secrets() == now


def test_a_command_for_a_demo_that_never_was_is_refused(place: Place) -> None:
    with pytest.raises(NoDemoYet, match="Run bin/demo once"):
        use_demo(place.folder)
