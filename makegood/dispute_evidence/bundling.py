"""Makes the archive for the bank: the same rows give the same bytes, and each export is an event."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import structlog
from django.db import transaction
from django.utils.html import escape
from django.utils.translation import get_language

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.dispute_evidence.gathering import Gathered, gather
from makegood.dispute_evidence.record import record_of
from makegood.dispute_evidence.summary import summary_of
from makegood.policy import Policy
from makegood.printing.making import pdf_of
from makegood.refund_requests import policies
from makegood.refund_requests.evidence.cleaning import EXTENSIONS
from makegood.refund_requests.models import Evidence
from makegood.refunds.models import Dispute

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_STYLE = "body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}"


def export(dispute: Dispute, *, by: User, at: datetime) -> bytes:
    """The archive in the active language; that it was made is recorded with its SHA-256.

    It holds summary.pdf, record.json, the policy as the customer could read it when they bought, its source,
    the pictures they sent, and SHA256SUMS. Raises NotPrinted.
    """
    gathered = gather(dispute)
    contents = dict(_contents(gathered))
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    contents["summary.pdf"] = pdf_of(summary_of(gathered, files=digests))
    digests["summary.pdf"] = hashlib.sha256(contents["summary.pdf"]).hexdigest()
    sums = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
    archive = _zip({**contents, "SHA256SUMS": sums.encode()}, dispute.heard_at)
    with transaction.atomic():
        digest = hashlib.sha256(archive).hexdigest()
        record(Action.DISPUTE_EXPORTED, subject=dispute, by=by, at=at, sha256=digest)
    return archive


def _contents(gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    yield "record.json", record_of(gathered)
    if gathered.policy is not None:
        own = policies.parsed(gathered.policy)
        read = policies.worded(gathered.policy, gathered.order.member.language or get_language() or "")
        yield "policy/policy.md", own.text.encode()
        yield "policy/policy.html", _page(read)
    for picture in gathered.pictures:
        content = _bytes_of(picture)
        if content is not None:
            yield f"evidence/{picture.pk}{EXTENSIONS[picture.content_type]}", content


def _page(policy: Policy) -> bytes:
    """The page of the policy by itself; its body holds no script and no style."""
    title = escape(f"{policy.version}")
    page = (
        f'<!doctype html>\n<html lang="{escape(policy.front.language)}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n{policy.page_html()}\n</body></html>\n"
    )
    return page.encode()


def _bytes_of(picture: Evidence) -> bytes | None:
    try:
        with picture.file.open("rb") as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        log.error("evidence_file_lost", evidence=picture.pk, file=picture.file.name)
        return None


def _zip(contents: dict[str, bytes], at: datetime) -> bytes:
    archive = io.BytesIO()
    with ZipFile(archive, "w") as written:
        for path, content in sorted(contents.items()):
            entry = ZipInfo(path, at.timetuple()[:6])
            # Pictures are packed already.
            entry.compress_type = ZIP_STORED if path.startswith("evidence/") else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            written.writestr(entry, content)
    return archive.getvalue()
