"""Runs `makegood policy …` for tests: inside this process, or as a command of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from makegood.cli.policy.frame import policy
from tests.environment import PROJECT
from tests.policy.documents import PAID, grant, text_of

REFUND_POLICY = str(PROJECT / "policies" / "refund-policy.md")
TOO_LATE = {"ground": "defect", "purchased_on": "2026-11-02", "received_on": "2026-12-03"}
"""Facts of the vendor's policy that decide by themselves: too late by a day."""
SIMPLE = text_of(grant("a"))
YES, NO, OPEN = {**PAID, "a": True}, {**PAID, "a": False}, dict(PAID)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """What it wrote, one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: str, stdin: str | bytes = "") -> Done:
    """Run `makegood policy` with these arguments in this process."""
    given = stdin if isinstance(stdin, bytes) else stdin.encode()
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    reads = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", reads):
        try:
            code = policy(arguments)
        except SystemExit as end:  # of a wrong option, and of --help
            code = end.code if isinstance(end.code, int) else 0
    return Done(code, *(_written(stream) for stream in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def command(*arguments: str, stdin: str = "", **changed: str | None) -> Done:
    """Run `makegood policy` as a command of its own, with variables changed, or left out for None."""
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-m", "makegood.cli", "policy", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def written(folder: Path, text: str, name: str = "small.md") -> str:
    """Write a file and return its path."""
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)
