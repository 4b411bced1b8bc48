"""The processes of the demo are watched, and none is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from makegood.cli.demo import children as module
from makegood.cli.demo.children import Child, Children, KeepsEnding

SLEEPS = "import time; time.sleep(60)"
DEAF = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
FAILS = "print('no such table'); raise SystemExit(3)"


@pytest.fixture
def children() -> Iterator[Children]:
    children = Children()
    yield children
    children.stop()


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str], Child]:
    return lambda source: Child("worker", [sys.executable, "-c", source], os.environ, tmp_path / "worker.log")


def until(true: Callable[[], bool]) -> bool:
    """Whether it becomes true before patience runs out."""
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def ended(child: Child) -> bool:
    return child.exit_code() is not None


def test_a_child_that_was_killed_is_started_again(children: Children, child: Callable[[str], Child]) -> None:
    worker = children.start(child(SLEEPS))
    assert children.revive() == []
    worker.signal(signal.SIGKILL)
    assert until(lambda: ended(worker))
    assert children.revive() == [worker]
    assert not ended(worker)


def test_a_child_that_keeps_ending_is_given_up_with_its_last_words(
    children: Children, child: Callable[[str], Child]
) -> None:
    worker = children.start(child(FAILS))

    def watch() -> None:
        while until(lambda: ended(worker)):
            children.revive()

    with pytest.raises(
        KeepsEnding, match=r"3 times in a row, last with exit code 3\. It said: no such table"
    ):
        watch()


def test_stopping_ends_even_a_deaf_child(
    children: Children, child: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    worker = children.start(child(DEAF))
    assert until(lambda: "deaf" in (tmp_path / "worker.log").read_text())
    children.stop()
    assert worker.exit_code() == -signal.SIGKILL


def test_restarting_gives_a_new_process_with_a_clean_record(
    children: Children, child: Callable[[str], Child]
) -> None:
    worker = children.start(child(FAILS))
    assert until(lambda: ended(worker))
    children.revive()
    children.restart("worker")
    assert worker.failures == 0


@pytest.mark.skipif(
    shutil.which("setpriv") is None, reason="this system has no way to tie a child to its parent"
)
def test_children_end_with_a_parent_that_was_killed() -> None:
    parent = (
        "import os, sys, time; from makegood.cli.demo.children import Child\n"
        f"child = Child('worker', [sys.executable, '-c', {SLEEPS!r}], os.environ, None); child.start()\n"
        "print(child._running.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        worker = psutil.Process(int(demo.stdout.readline()))
        # Tied to its parent is what it has become, not yet what it was born as.
        assert until(lambda: worker.cmdline() == [sys.executable, "-c", SLEEPS])
        demo.kill()
    assert until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
