"""A mailbox that speaks as much IMAP (RFC 3501) over TLS as a fetch needs, and does as it is told."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast


class Mailbox:
    """`mails` by number; `seen` are those marked as read. `breaks_at`: the command at which it hangs up."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, start=7))
        self.seen: set[int] = set()
        self.breaks_at = ""
        self.commands: list[str] = []

    @property
    def url(self) -> str:
        """What MAKEGOOD_IMAP_URL would be."""
        return f"imaps://desk%40northwind.example:s%3Aecret@localhost:{self.port}/INBOX"

    port = 0


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box = cast("_Server", self.server).box
        self._say(b"* OK ready")
        while line := self.rfile.readline().decode("ascii").strip():
            tag, _, command = line.partition(" ")
            box.commands.append(command)
            if box.breaks_at and command.startswith(box.breaks_at):
                return
            status = self._answer(box, command)
            self._say(f"{tag} {status}".encode())
            if command == "LOGOUT":
                return

    def _answer(self, box: Mailbox, command: str) -> str:
        if command == "CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            if command != 'LOGIN desk@northwind.example "s:ecret"':
                return "NO [AUTHENTICATIONFAILED] wrong password"
        elif command.startswith("SELECT"):
            self._say(b"* 1 EXISTS")
        elif command == "UID SEARCH UNSEEN":
            unread = (number for number in sorted(box.mails) if number not in box.seen)
            self._say(f"* SEARCH {' '.join(map(str, unread))}".encode())
        elif match := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            raw = box.mails[int(match[1])][: int(match[2])]
            self._say(f"* 1 FETCH (UID {match[1]} BODY[]<0> {{{len(raw)}}}".encode() + b"\r\n" + raw + b")")
        elif match := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            box.seen.add(int(match[1]))
        elif command != "LOGOUT":
            return f"BAD {command}"
        return "OK done"

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    box: Mailbox


@contextmanager
def serving(box: Mailbox, *, certificate: Path, key: Path) -> Iterator[Mailbox]:
    """`box` reachable at its `url` over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.box = box
        server.socket = context.wrap_socket(server.socket, server_side=True)
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
