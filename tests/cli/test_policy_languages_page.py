"""docs/policy/languages.md: its two texts have the same rules, and the commands print what it shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from makegood.policy.languages.known import LANGUAGES
from tests.cli.policy_line import run, written
from tests.policy.docs_blocks import Block, page

PAGE = page("languages.md")


@pytest.fixture(autouse=True)
def _files_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for block in PAGE.of("file"):
        written(tmp_path, block.text, block.name)
    written(tmp_path, PAGE.named("shop.es.md").replace("14", "15"), "longer.md")


@pytest.mark.parametrize("block", PAGE.of("run"), ids=lambda block: block.text.splitlines()[0])
def test_a_command_prints_what_is_shown(block: Block) -> None:
    line, _, printed = block.text.partition("\n")
    done = run(*shlex.split(line.removeprefix("$ bin/makegood policy ")))
    assert done.out == printed


def test_every_language_is_told_of() -> None:
    english = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "pt": "Portuguese"}
    english |= {"uk": "Ukrainian", "pl": "Polish"}
    assert english.keys() == LANGUAGES.keys()
    assert all(name in PAGE.prose for name in english.values())
