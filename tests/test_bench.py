"""`bin/bench` names the benchmarks, and nothing that only helps them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
RUNS = 'if __name__ == "__main__":\n    main('


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run bin/bench."""
    command = [str(PROJECT / "bin" / "bench"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_a_name_it_lists_each_file_that_can_be_run() -> None:
    told = bench()
    assert told.returncode == 2
    files = (PROJECT / "benchmarks").glob("*.py")
    can_be_run = sorted(file.stem for file in files if RUNS in file.read_text(encoding="utf-8"))
    assert told.stderr == f"Benchmarks: {' '.join(can_be_run)}\n"
    assert "policy" in can_be_run


@pytest.mark.parametrize("name", ["frame", "deciding", "shop/stories", "", "polic"])
def test_what_is_no_benchmark_is_not_run(name: str) -> None:
    told = bench(name)
    assert told.returncode == 2
    assert told.stderr.startswith("Benchmarks: ")
