"""The demo's two addresses on this machine: choosing them, and waiting until something answers there."""

from __future__ import annotations

import errno
import http.client
import socket
import time
from urllib.parse import urlsplit

from makegood.cli.demo.children import Child
from makegood.cli.demo.place import Addresses, Refused

HOST = "127.0.0.1"
# What people open: a passkey belongs to a name, and no browser makes one for a number.
NAME = "localhost"
HIGHEST = 65535
LONGEST_START = 60.0


class PortTaken(Refused):
    """Another program listens where the web pages should be."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken by another program. Choose another one, for example --port {_free_port()}."
        )


class NoSuchPort(Refused):
    """The number is not a port that this user may listen on."""

    def __init__(self, port: int) -> None:
        super().__init__(f"{port} is not a port this user can listen on. Choose one from 1024 to 65535.")


class NeverAnswered(Refused):
    """A process of the demo did not begin to answer."""

    def __init__(self, child: Child) -> None:
        code = child.exit_code()
        how = "does not answer" if code is None else f"ended with exit code {code}"
        super().__init__(f"The {child.name} {how}.{child.last_words()}")


def choose(port: int, before: Addresses | None) -> Addresses:
    """The addresses for web pages on `port`; the sandbox stays where it was `before` if it can.

    Raises PortTaken, NoSuchPort.
    """
    if not 0 < port <= HIGHEST:
        raise NoSuchPort(port)
    try:
        with _listening(port):
            pass
        _refuse_a_namesake(port)
    except PermissionError:
        raise NoSuchPort(port) from None
    except OSError:
        raise PortTaken(port) from None
    usual = (urlsplit(before.sandbox).port if before else None) or port + 1
    return Addresses(f"http://{NAME}:{port}", f"http://{HOST}:{_this_or_a_free_one(usual, taken=port)}")


def wait_until_answered(url: str, child: Child) -> None:
    """Until `url` answers with a status below 500. Raises NeverAnswered when `child` ends or is silent."""
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and child.exit_code() is None:
        if _answers(url):
            return
        time.sleep(0.05)
    raise NeverAnswered(child)


def _refuse_a_namesake(port: int) -> None:
    """Raise OSError where another program listens on ::1 alone: a browser asks NAME there first."""
    try:
        socket.create_server(("::1", port), family=socket.AF_INET6).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    # Not urllib.request: that would ask the proxy of the environment for a page of this machine.
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _this_or_a_free_one(port: int, *, taken: int) -> int:
    if port == taken or port > HIGHEST:
        return _free_port()
    try:
        with _listening(port):
            return port
    except OSError:
        return _free_port()


def _free_port() -> int:
    with _listening(0) as listener:
        return int(listener.getsockname()[1])


def _listening(port: int) -> socket.socket:
    return socket.create_server((HOST, port))
