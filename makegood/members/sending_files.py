"""Hands over a file, whole or the part that is still missing (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 64 * 1024
ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})")


class NothingThere(Exception):
    """The part that was asked for lies behind the end of the file."""


def hand_over(
    request: HttpRequest, file: IO[bytes], *, name: str, size: int, etag: str, stored_at: str, by: str
) -> HttpResponseBase:
    """The answer to a GET or HEAD for `file`, which is closed with it.

    `etag` is strong and quoted. `by` names who sends the bytes: empty for us, `x-sendfile`, or
    `x-accel:/FOLDER/`; a server that sends them finds the file by `stored_at`: its path on disk for the
    first, below the folder for the second, and heeds the range itself.
    """
    if by:
        file.close()
        answer: HttpResponseBase = HttpResponse()
        if by == "x-sendfile":
            answer["X-Sendfile"] = stored_at
        else:
            answer["X-Accel-Redirect"] = by.removeprefix("x-accel:") + quote(stored_at)
    else:
        answer = _by_us(request, file, size, etag)
        answer["Accept-Ranges"], answer["ETag"] = "bytes", etag
    answer["Content-Type"] = "application/octet-stream"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _by_us(request: HttpRequest, file: IO[bytes], size: int, etag: str) -> HttpResponseBase:
    try:
        wanted = _wanted(request, size, etag)
    except NothingThere:
        file.close()
        answer = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    if wanted is None:
        return FileResponse(file)
    part = StreamingHttpResponse(_part(file, wanted), status=HTTPStatus.PARTIAL_CONTENT)
    part["Content-Length"] = str(len(wanted))
    part["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    return part


def _wanted(request: HttpRequest, size: int, etag: str) -> range | None:
    """The bytes that are asked for; None: all, as for what we need not understand. Raises NothingThere."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None  # HEAD has no range, and of a file that has changed a part is of no use
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip().lower())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        wanted = range(max(0, size - int(last)), size)
    else:
        wanted = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return None  # is no range at all, and so is passed over
    if not wanted:
        raise NothingThere
    return wanted


def _part(file: IO[bytes], wanted: range) -> Iterator[bytes]:
    with file:
        file.seek(wanted.start)
        left = len(wanted)
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
