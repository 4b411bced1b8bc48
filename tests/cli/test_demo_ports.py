"""The demo's addresses: the ones asked for, or a sentence."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.cli.demo import ports
from makegood.cli.demo.children import Child
from makegood.cli.demo.place import Addresses


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other_program:
        yield other_program.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_port_taken_by_another_program_is_refused_with_a_free_one(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=rf"Port {taken} is taken by another program.* --port \d+"):
        ports.choose(taken, None)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ports.NoSuchPort, match=f"{port} is not a port"):
        ports.choose(port, None)


def test_the_sandbox_stays_where_it_was(free: int, taken: int) -> None:
    before = Addresses(f"http://127.0.0.1:{taken}", f"http://127.0.0.1:{free}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        other = server.getsockname()[1]
    assert ports.choose(other, before) == Addresses(f"http://localhost:{other}", before.sandbox)


def test_a_port_whose_name_leads_to_another_program_is_refused(free: int) -> None:
    try:
        other_program = socket.create_server(("::1", free), family=socket.AF_INET6)
    except OSError as error:
        if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
            raise
        pytest.skip("This machine has no ::1, so that no name can lead there.")
    with other_program, pytest.raises(ports.PortTaken):
        ports.choose(free, None)


def test_the_sandbox_moves_when_its_port_is_taken(free: int, taken: int) -> None:
    before = Addresses(f"http://127.0.0.1:{free}", f"http://127.0.0.1:{taken}")
    chosen = ports.choose(free, before)
    assert chosen.sandbox not in {before.sandbox, chosen.site}


def test_waiting_for_a_process_that_ends_tells_what_it_said(free: int, tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "print('no policy'); raise SystemExit(4)"]
    web = Child("web", failing, os.environ, tmp_path / "web.log")
    web.start()
    with pytest.raises(ports.NeverAnswered, match=r"The web ended with exit code 4\. It said: no policy"):
        ports.wait_until_answered(f"http://127.0.0.1:{free}/healthz", web)
