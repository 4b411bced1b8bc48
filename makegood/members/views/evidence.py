"""A picture or PDF of a ticket, to the people of that ticket only, and unable to do anything in a browser."""

from __future__ import annotations

from pathlib import PurePath

import structlog
from django.core.files.base import File
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from makegood.members.access import MemberRequest, members_only
from makegood.refund_requests.evidence.cleaning import EXTENSIONS
from makegood.refund_requests.models import Evidence
from makegood.refund_requests.queries import evidence_seen_by

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

CONTENT_SECURITY_POLICY = (
    "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
)


@members_only("GET", "HEAD")
def evidence(request: MemberRequest, evidence: int, name: str) -> FileResponse:
    """Pictures are shown, PDFs are handed over; the name in the address is only for people."""
    found = get_object_or_404(evidence_seen_by(request.user), pk=evidence)
    response = FileResponse(
        _opened(found, str(found.file.name)),
        as_attachment=not found.content_type.startswith("image/"),
        filename=safe_name(found),
        content_type=found.content_type,
    )
    return _harmless(response)


@members_only("GET", "HEAD")
def page(request: MemberRequest, evidence: int, page: int) -> FileResponse:
    """A small picture of a page, counted from 1; a picture has one."""
    found = get_object_or_404(evidence_seen_by(request.user), pk=evidence, thumbnails__gte=max(page, 1))
    if page < 1:
        raise Http404
    return _harmless(FileResponse(_opened(found, found.thumbnail_name(page)), content_type="image/webp"))


def _opened(found: Evidence, name: str) -> File[bytes]:
    try:
        return found.file.storage.open(name, "rb")
    except FileNotFoundError:
        log.error("evidence_file_lost", evidence=found.pk, file=name)
        raise Http404 from None


def _harmless(response: FileResponse) -> FileResponse:
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def safe_name(found: Evidence) -> str:
    """The name the member gave, with the ending of what the file is."""
    return PurePath(found.name).stem + EXTENSIONS[found.content_type]
