"""`makegood demo`, really started: it serves, keeps a second one out, stops all, and finds its data again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from django.urls import reverse

from makegood.cli.demo.place import Place
from makegood.cli.demo.supervisor import WEBHOOK

LONGEST_START = 180
LONGEST_STOP = 10

pytestmark = pytest.mark.xdist_group("demo")


class Demo:
    """One demo in a folder of its own, as `bin/demo` runs it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.place, self.port = Place(folder), port
        self.address = f"http://localhost:{port}"
        self.said: list[str] = []

    def command(self, *arguments: str) -> list[str]:
        where = ["--port", str(self.port), "--data", str(self.place.folder)]
        return [sys.executable, "-m", "makegood.cli", "demo", *where, *arguments]

    def start(self) -> None:
        """Start it and return when it says that it is ready, or has ended."""
        self.said.clear()
        self.running = subprocess.Popen(
            self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        patience = threading.Timer(LONGEST_START, self.running.kill)
        patience.start()
        assert self.running.stdout is not None
        for line in self.running.stdout:
            self.said.append(line.strip())
            if line.strip().startswith("Ctrl-C stops everything"):
                break
        patience.cancel()
        assert f"Makegood is ready: {self.address}/" in self.said, "\n".join(self.said)

    def stop(self, number: signal.Signals) -> int:
        self.running.send_signal(number)
        code = self.running.wait(LONGEST_STOP)
        assert self.running.stdout is not None
        self.running.stdout.close()
        return code

    def processes(self) -> list[psutil.Process]:
        """Everything it started, PostgreSQL too, which is nobody's child."""
        children = psutil.Process(self.running.pid).children(recursive=True)
        postmaster = psutil.Process(int((self.place.postgres / "postmaster.pid").read_text().split()[0]))
        return [*children, postmaster, *postmaster.children()]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    # Not pytest's own folder: as root, PostgreSQL runs as another user, who may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    demo = Demo(folder / "data", port)
    demo.start()
    yield demo
    if demo.running.poll() is None:
        demo.stop(signal.SIGTERM)
    shutil.rmtree(folder)


def left_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """A zombie has ended; only nobody has asked for its exit code yet."""
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def second_start(demo: Demo, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(demo.command(*arguments), capture_output=True, text=True, timeout=60, check=False)


def test_it_serves_the_pages_and_the_sandbox(demo: Demo) -> None:
    addresses = demo.place.addresses()
    assert addresses is not None
    assert httpx.get(f"{demo.address}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{demo.address}/readyz").json() == {"status": "ready"}
    assert httpx.get(addresses.sandbox).status_code == 200


def test_it_prints_where_to_go_and_as_whom(demo: Demo) -> None:
    said = "\n".join(demo.said)
    assert f"{demo.address}/dev/mail" in said
    for role in ("Member", "Representative", "Engineer", "Finance", "Owner", "Auditor"):
        assert role.casefold() in said.casefold()


def test_the_sandbox_tells_the_door_that_listens() -> None:
    assert reverse("api:webhook", args=["sandbox"]) == WEBHOOK


@pytest.mark.parametrize("arguments", [[], ["--fresh"]])
def test_a_second_start_says_where_the_first_is_and_changes_nothing(demo: Demo, arguments: list[str]) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in demo.place.folder.glob("*.json")}
    second = second_start(demo, *arguments)
    assert second.returncode == 1
    assert second.stderr.startswith(f"makegood: The demo is running already at {demo.address} ")
    assert {path.name: path.stat().st_mtime_ns for path in demo.place.folder.glob("*.json")} == before
    assert httpx.get(f"{demo.address}/readyz").status_code == 200


def test_a_port_of_another_program_is_one_clear_line(demo: Demo, tmp_path: Path) -> None:
    other = Demo(tmp_path / "other", demo.port)
    second = second_start(other)
    assert second.returncode == 1
    assert second.stderr.startswith(f"makegood: Port {demo.port} is taken by another program.")
    assert len(second.stderr.splitlines()) == 1


def test_a_killed_worker_is_started_again(demo: Demo) -> None:
    workers = [each for each in psutil.Process(demo.running.pid).children() if "work" in each.cmdline()]
    workers[0].kill()
    assert demo.running.stdout is not None
    said = next(line for line in demo.running.stdout if line.strip())
    assert "The worker ended; it was started again." in said


def test_other_commands_find_the_demo(demo: Demo) -> None:
    command = [sys.executable, "-m", "makegood.cli.demo", "shell", "--verbosity=0", "-c"]
    script = "from django.conf import settings as s; print(s.MAKEGOOD_SITE_URL)"
    environment = {**os.environ, "DEMO_DATA": str(demo.place.folder)}
    said = subprocess.run([*command, script], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == demo.address


def test_ctrl_c_stops_everything_and_the_next_start_finds_it_as_it_was(demo: Demo) -> None:
    started = demo.processes()
    secrets = json.loads((demo.place.folder / "secrets.json").read_text())
    assert len(started) > 5
    assert demo.stop(signal.SIGINT) == 0
    assert left_running(started) == []
    demo.start()
    assert json.loads((demo.place.folder / "secrets.json").read_text()) == secrets
    assert not any("Make the sample data" in line for line in demo.said)
    started = demo.processes()
    assert demo.stop(signal.SIGTERM) == 0
    assert left_running(started) == []
