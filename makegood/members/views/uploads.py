"""Uploads in pieces, as the tus protocol 1.0 says: https://tus.io/protocols/resumable-upload.

Core, with the extensions creation, checksum, expiration and termination. Each refusal has one sentence as its
text, for the page to show beside the file. An upload is found only by the member who began it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import tempfile
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import IO, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.evidence import home_of, page_with, takes_pictures
from makegood.refund_requests.evidence import uploads
from makegood.refund_requests.evidence.cleaning import MAX_BYTES
from makegood.refund_requests.evidence.keeping import Home
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.models import Upload
from makegood.refund_requests.submitting import DraftGone

P = ParamSpec("P")
VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
CHECKSUMS = ("sha1", "sha256")
IN_MEMORY = 1024 * 1024
BLOCK = 64 * 1024
HEADERS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
OPTIONS = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,checksum,expiration,termination",
    "Tus-Max-Size": str(MAX_BYTES),
    "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
}


class Unacceptable(Exception):
    """The request is not as the protocol has it, or the piece is not taken."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        self.status, self.headers = status, headers
        super().__init__(sentence)


View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def speaking_tus(view: View[P]) -> View[P]:
    """Every answer has the headers of the protocol; another version of it is refused."""

    @wraps(view)
    def answered(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=HEADERS | OPTIONS)
        try:
            if request.headers.get("Tus-Resumable") != VERSION:
                raise Unacceptable(
                    HTTPStatus.PRECONDITION_FAILED,
                    _("This is not version 1.0.0 of the tus protocol."),
                    **{"Tus-Version": VERSION},
                )
            return view(request, *args, **kwargs)
        except Unacceptable as why:
            return HttpResponse(
                str(why),
                status=why.status,
                content_type="text/plain; charset=utf-8",
                headers=HEADERS | why.headers,
            )

    return answered


def begin(request: MemberRequest, home: Home) -> HttpResponse:
    """Creation: a new upload for a form or a message; `Location` is where its pieces go."""
    _require_open(home)
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        upload = uploads.begin(
            home,
            name=told.get("filename", ""),
            size=_number(request, "Upload-Length"),
            modified=_as_number(told.get("modified", "")) or 0,
            by=request.user,
            at=timezone.now(),
        )
    except FileRefused as refused:
        is_long = _number(request, "Upload-Length") > MAX_BYTES
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_long else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Unacceptable(status, str(refused)) from None
    except DraftGone:
        raise Unacceptable(HTTPStatus.GONE, _("This form is not there any more.")) from None
    location = reverse("members:upload", args=[upload.token])
    return HttpResponse(
        status=HTTPStatus.CREATED, headers=HEADERS | _standing(upload) | {"Location": location}
    )


@members_only("HEAD", "PATCH", "DELETE", "OPTIONS")
@speaking_tus
def upload(request: MemberRequest, upload: UUID) -> HttpResponse:
    """How much has arrived; the next piece; or that the member does not want to send it."""
    found = request.user.uploads.select_related("draft", "refund_request").filter(pk=upload).first()
    if found is None:
        raise Unacceptable(HTTPStatus.NOT_FOUND, str(uploads.UploadGone()))
    if request.method == "HEAD":
        length = {"Upload-Length": str(found.size)}
        return HttpResponse(headers=HEADERS | _standing(found) | length)
    if request.method == "DELETE":
        uploads.drop(found)
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=HEADERS)
    return _take_piece(request, found)


def _refunds(**_upload: object) -> str:
    return reverse("members:refunds")


@members_only("POST", back=_refunds)
def remove_upload(request: MemberRequest, upload: UUID) -> HttpResponse:
    """The button “Remove” beside a file on its way, without JavaScript."""
    found = get_object_or_404(request.user.uploads.select_related("draft", "refund_request"), pk=upload)
    uploads.drop(found)
    return see_other(page_with(home_of(found), request.GET.get("page", "")))


def _take_piece(request: MemberRequest, found: Upload) -> HttpResponse:
    if request.content_type != PIECE:
        raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("A part of a file must come as such."))
    _require_open(home_of(found))
    offset, length = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    if offset == found.received and length > found.size - offset:
        raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(uploads.PastTheEnd()))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as piece:
        # Read before the row is locked: a slow connection keeps nobody waiting but its own.
        arrived = _read(request, piece, length)
        try:
            found = uploads.append(found, piece, length=arrived, offset=offset, at=timezone.now())
        except uploads.WrongOffset as wrong:
            there = {"Upload-Offset": str(wrong.received)}
            raise Unacceptable(HTTPStatus.CONFLICT, str(wrong), **there) from None
        except uploads.PastTheEnd as past:
            raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(past)) from None
        except uploads.UploadGone as gone:
            raise Unacceptable(HTTPStatus.NOT_FOUND, str(gone)) from None
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=HEADERS | _standing(found))


def _require_open(home: Home) -> None:
    if not takes_pictures(home):
        raise Unacceptable(
            HTTPStatus.CONFLICT, _("This request was withdrawn, so it takes no more pictures.")
        )


def _read(request: MemberRequest, piece: IO[bytes], length: int) -> int:
    """What arrives of the piece, also of one whose connection broke; a wrong checksum is none of it."""
    name, _space, told = request.headers.get("Upload-Checksum", "").partition(" ")
    if name and name not in CHECKSUMS:
        raise Unacceptable(HTTPStatus.BAD_REQUEST, _("The checksum is of a kind that is not known here."))
    digest, arrived = hashlib.new(name or "sha1", usedforsecurity=False), 0
    try:
        while arrived < length and (block := request.read(min(BLOCK, length - arrived))):
            piece.write(block)
            digest.update(block)
            arrived += len(block)
    except OSError:
        pass  # The connection broke: what came until then is kept, and the rest is sent anew.
    if name and not hmac.compare_digest(base64.b64encode(digest.digest()), told.encode()):
        raise Unacceptable(
            CHECKSUM_MISMATCH, _("A part of the file was changed on its way. It is sent once more.")
        )
    piece.seek(0)
    return arrived


def _standing(upload: Upload) -> dict[str, str]:
    expires = http_date((upload.touched_at + uploads.KEPT_FOR).timestamp())
    return {"Upload-Offset": str(upload.received), "Upload-Expires": expires}


def _number(request: MemberRequest, header: str) -> int:
    number = _as_number(request.headers.get(header, ""))
    if number is None:
        raise Unacceptable(HTTPStatus.BAD_REQUEST, _("The length or the place of the file is missing."))
    return number


def _as_number(told: str) -> int | None:
    """A whole number of at most 15 digits; None for anything else.

    Longer ones would cost time to read and fit no column; and “²” is a digit to Python but no number.
    """
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 15 else None


def _metadata(header: str) -> dict[str, str]:
    """The pairs of `Upload-Metadata`: names, each with a text in Base64."""
    told: dict[str, str] = {}
    for pair in filter(None, header.split(",")):
        name, _space, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Unacceptable(HTTPStatus.BAD_REQUEST, _("The name of the file could not be read.")) from None
    return told
