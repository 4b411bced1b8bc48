"""The simulator finds every bug that is planted into the real code, and nothing in the code as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.environment import PROJECT

BOUND = 400
"""Within so many stories each planted bug is found."""


def simulate(*arguments: str) -> tuple[int, dict[str, Any]]:
    """How `python -m tests.simulation` ends, and what it tells; in a process and on a database of its own."""
    without = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=PROJECT,
        env={**without, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return ended.returncode, told


@pytest.mark.faults
def test_no_story_breaks_the_code_as_it_is(fault_runs: Callable[[int], int]) -> None:
    stories = fault_runs(2 * 20 * BOUND)
    assert stories > BOUND, "more than a planted bug is given"
    code, told = simulate("--stories", str(stories))
    assert (code, told["found"]) == (0, None)
    assert told["stories"] == stories


@pytest.mark.faults
def test_every_planted_bug_is_found() -> None:
    code, finds = simulate("--stories", str(BOUND), "--plant", "all", "--whole")
    assert [name for name, found in finds.items() if found is None] == []
    assert code == 0
    assert len(finds) >= 10


def test_a_seed_tells_one_story_and_it_is_cut_short() -> None:
    """Found twice, it is the same; and what is left cannot be left out."""
    bug = ("--plant", "unknown is taken for failed", "--seed", "1", "--stories", "1")
    _, whole = simulate(*bug, "--whole")
    _, first = simulate(*bug)
    assert first == simulate(*bug)[1]
    short, long = first[bug[1]], whole[bug[1]]
    assert short["seed"] == long["seed"] == 1
    assert short["what"] == long["what"] == "I1: a refund is “failed”, and the bank paid it"
    assert len(short["story"]) < len(long["story"]) / 2
