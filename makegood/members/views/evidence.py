"""A picture or PDF of a ticket, to the people of that ticket only, and unable to do anything in a browser."""

from __future__ import annotations

from pathlib import PurePath

import structlog
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from makegood.members.access import MemberRequest, members_only
from makegood.refund_requests.evidence.keeping import EXTENSIONS
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
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        log.error("evidence_file_lost", evidence=found.pk, file=found.file.name)
        raise Http404 from None
    response = FileResponse(
        file,
        as_attachment=not found.content_type.startswith("image/"),
        filename=safe_name(found),
        content_type=found.content_type,
    )
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def safe_name(found: Evidence) -> str:
    """The name the member gave, with the ending of what the file is."""
    return PurePath(found.name).stem + EXTENSIONS[found.content_type]
