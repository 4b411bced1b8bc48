"""A small client of the tus protocol, as the page's script is one."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from makegood.refund_requests.models import Draft

PIECE = "application/offset+octet-stream"


class Broken:
    """The body of a request whose connection breaks."""

    def __init__(self, body: bytes) -> None:
        self._body = BytesIO(body)
        self.readline = self.read

    def read(self, size: int) -> bytes:
        """What has arrived; then the connection is reset."""
        block = self._body.read(size)
        if not block:
            raise ConnectionResetError
        return block


@dataclass
class Tus:
    """Sends files by `browser` to the form `draft`, or to wherever `begin_at` says."""

    browser: Client
    draft: Draft
    begin_at: str = ""

    def begin(self, size: int | str, name: str | bytes = "error.png", **headers: str) -> HttpResponse:
        """Creation; nothing of the file is sent."""
        told = b64encode(name if isinstance(name, bytes) else name.encode("utf-8", "surrogatepass")).decode()
        sent = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size),
            "Upload-Metadata": f"filename {told},modified {b64encode(b'1764000000000').decode()}",
        }
        url = self.begin_at or f"/refunds/form/{self.draft.token}/pictures/uploads/"
        return cast("HttpResponse", self.browser.post(url, headers=sent | headers))

    def begun(self, size: int, name: str = "error.png") -> str:
        """The address of a new upload."""
        answer = self.begin(size, name)
        assert answer.status_code == 201, answer.content.decode()
        return str(answer["Location"])

    def piece(self, url: str, body: bytes, offset: int | str = 0, **headers: str) -> HttpResponse:
        """Append `body` at `offset`."""
        sent = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
        return cast("HttpResponse", self.browser.patch(url, body, content_type=PIECE, headers=sent | headers))

    def broken_piece(self, url: str, body: bytes, *, announced: int) -> HttpResponse:
        """A piece of `announced` bytes whose connection breaks after `body`."""
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Length": str(announced)}
        body_of_it: Any = {"wsgi.input": Broken(body)}
        return cast(
            "HttpResponse",
            self.browser.generic("PATCH", url, b"never read", PIECE, headers=headers, **body_of_it),
        )

    def arrived(self, url: str) -> HttpResponse:
        """How much there is."""
        return cast("HttpResponse", self.browser.head(url, headers={"Tus-Resumable": "1.0.0"}))

    def remove(self, url: str) -> HttpResponse:
        """Termination."""
        return cast("HttpResponse", self.browser.delete(url, headers={"Tus-Resumable": "1.0.0"}))

    def send(self, content: bytes, name: str = "error.png", *, piece: int = 256 * 1024) -> str:
        """The whole file, piece by piece; the address it had."""
        url = self.begun(len(content), name)
        for offset in range(0, len(content), piece):
            answer = self.piece(url, content[offset : offset + piece], offset)
            assert answer.status_code == 204, answer.content.decode()
        return url
