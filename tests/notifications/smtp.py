"""A mail server that takes mail over SMTP (RFC 5321), or fails as it is told."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

FAULTS = ("greeting", "slow", "later", "unknown", "not wanted", "hangs up", "lost answer")
SLOW = 1.0  # seconds, longer than the patience of the tests


@dataclass
class Taken:
    """One mail that the server took: its envelope, and its bytes."""

    sender: str
    recipient: str
    raw: bytes


@dataclass
class MailServer:
    """`fault` is one of FAULTS, or empty: it takes everything. `taken` in the order they came."""

    port: int = 0
    fault: str = ""
    taken: list[Taken] = field(default_factory=list)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box = cast("_Server", self.server).box
        if box.fault == "greeting":
            return
        if box.fault == "slow":
            time.sleep(SLOW)
        self._say("220 ready")
        sender = recipient = ""
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            verb = line[:4].upper()
            if verb == "MAIL":
                sender = line.partition(":")[2].partition(" ")[0]
                self._say("250 fine")
            elif verb == "RCPT":
                recipient = line.partition(":")[2].partition(" ")[0]
                self._say(_ON_RECIPIENT.get(box.fault, "250 fine"))
            elif verb == "DATA":
                if not self._take(box, sender, recipient):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self, box: MailServer, sender: str, recipient: str) -> bool:
        """Whether the conversation goes on."""
        if box.fault == "hangs up":
            return False
        self._say("354 go on")
        raw = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            raw += line.removeprefix(b".")
        if box.fault == "not wanted":
            self._say("554 5.7.1 not wanted")
            return True
        box.taken.append(Taken(sender, recipient, raw))
        if box.fault == "lost answer":
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


_ON_RECIPIENT = {"later": "451 4.7.1 greylisted", "unknown": "550 5.1.1 no such user"}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    box: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hung up before the answer is no news."""


@contextmanager
def serving() -> Iterator[MailServer]:
    """A mail server on a port of its own."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.box = box = MailServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
