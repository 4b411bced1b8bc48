"""A worker ends when it should, also where nobody sends it a signal."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import psutil

from tests.serving import LONGEST, Served

CHANGED = "--reload-extra-file"


def worker_of(served: Served) -> psutil.Process:
    """Its one worker, once that is there."""
    [worker] = psutil.Process(served.running.pid).children()
    return worker


def test_a_changed_source_file_brings_a_new_worker(served_once: Served, tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("")
    served_once.start("--reload", CHANGED, str(source))
    before = worker_of(served_once)
    source.write_text("# changed")
    before.wait(LONGEST)
    until = time.monotonic() + LONGEST
    while not psutil.Process(served_once.running.pid).children() and time.monotonic() < until:
        time.sleep(0.1)
    assert worker_of(served_once) != before
    httpx.get(f"{served_once.url}/healthz", timeout=LONGEST).raise_for_status()


def test_a_worker_whose_gunicorn_was_killed_does_not_go_on_alone(served_once: Served) -> None:
    served_once.start()
    worker = worker_of(served_once)
    served_once.running.kill()
    served_once.running.wait(LONGEST)
    worker.wait(LONGEST)
    assert not worker.is_running()
