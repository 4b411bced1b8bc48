"""docs/policy/command-line.md: what it shows is what the commands print."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from makegood.cli.policy.frame import COMMANDS
from tests.cli.policy_line import run, written
from tests.environment import PROJECT
from tests.policy.docs_blocks import Block, page

MANUAL = page("command-line.md")
SHOWN = "jq -c "


@pytest.fixture(autouse=True)
def _files_of_the_manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds the files of the page."""
    monkeypatch.chdir(tmp_path)
    for block in MANUAL.of("file"):
        written(tmp_path, block.text, block.name)


@pytest.mark.parametrize("block", MANUAL.of("run"), ids=lambda block: block.text.splitlines()[0])
def test_a_command_prints_what_is_shown(block: Block) -> None:
    line, _, printed = block.text.partition("\n")
    words, _, shown = line.removeprefix("$ bin/makegood policy ").partition(f" | {SHOWN}")
    done = run(*shlex.split(words))
    if shown:
        assert picked(done.lines, shlex.split(shown)[0]) == [json.loads(row) for row in printed.splitlines()]
    else:
        assert done.out == printed


def picked(values: list[Any], how: str) -> list[Any]:
    """What jq makes of these values in the two ways the page uses it."""
    if how == ".questions[]":
        return [question for value in values for question in value["questions"]]
    assert how == "del(.trace)"
    return [{key: kept for key, kept in value.items() if key != "trace"} for value in values]


@pytest.mark.parametrize("block", MANUAL.of("wrong"), ids=lambda block: block.change)
def test_an_example_that_fails_is_told_as_shown(block: Block, tmp_path: Path) -> None:
    old, _, new = block.change.partition(" -> ")
    text = MANUAL.named(block.name)
    assert text.count(old) == 1
    written(tmp_path, text.replace(old, new), block.name)
    assert run("test", block.name).err == block.text


def test_every_command_and_no_other_is_told_of() -> None:
    rows = [line for line in MANUAL.prose.splitlines() if line.startswith("| `makegood policy ")]
    assert [row.split()[3].strip("`") for row in rows] == list(COMMANDS)


def test_nothing_that_is_shown_is_left_untested() -> None:
    assert [block.line for block in MANUAL.blocks if not block.what] == []


def test_the_reference_it_prints_is_the_page_of_the_documentation() -> None:
    page_written = (PROJECT / "docs" / "policy" / "reference.md").read_text("utf-8")
    assert run("reference").out == page_written
    assert run("reference", "--json").lines == [{"reference": page_written}]
