"""No test can reach another machine."""

from __future__ import annotations

import socket

import httpx
import pytest
from pytest_socket import SocketConnectBlockedError


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as somebody, pytest.raises(SocketConnectBlockedError):
        somebody.connect(("192.0.2.1", 80))  # a network kept for documentation, RFC 5737


def test_it_stays_so_in_the_next_test_and_for_http() -> None:
    with pytest.raises(SocketConnectBlockedError):
        httpx.get("http://192.0.2.1/", timeout=1)


def test_this_machine_is_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
