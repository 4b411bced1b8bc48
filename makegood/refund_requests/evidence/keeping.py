"""Keeps re-encoded files with a form, with a message being written, or with a message."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.refund_requests.drafting import locked_draft
from makegood.refund_requests.evidence.cleaning import EXTENSIONS, Cleaned, clean
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.models import Draft, Evidence, Message, RefundRequest, Upload, UploadState

MAX_FILES = 10
Home = Draft | RefundRequest
"""Where a file is to go: a form, or a request in which its member writes a message."""


def keep_for_draft(upload: UploadedFile[bytes], *, draft: Draft, by: User, at: datetime) -> Evidence:
    """Keep `upload` with a form being filled in. Raises FileRefused, DraftGone.

    The same bytes sent twice are kept once.
    """
    require_room(taken(draft))
    with tempfile.TemporaryDirectory() as folder:
        return keep_cleaned_for_draft(clean(upload, Path(folder)), draft=draft, by=by, at=at)


def keep_cleaned_for_draft(cleaned: Cleaned, *, draft: Draft, by: User, at: datetime) -> Evidence:
    """Keep a file that was cleaned before. Raises DraftGone, FileRefused when the form has no room left."""
    with transaction.atomic():
        locked_draft(draft)
        again = draft.evidence.filter(original_sha256=cleaned.sha256).first()
        if again is not None:
            return again
        require_room(taken(draft))
        return store(cleaned, by=by, at=at, draft=draft, place=next_place(draft))


def keep_cleaned(cleaned: Cleaned, *, message: Message, by: User, at: datetime) -> Evidence:
    """Keep a file that was cleaned before its message was written; records the event."""
    with transaction.atomic():
        place = next_place(message.refund_request)
        kept = store(
            cleaned, by=by, at=at, refund_request=message.refund_request, message=message, place=place
        )
        _record_added(message, by=by, at=at)
    return kept


def send_with(message: Message, *, by: User, at: datetime) -> None:
    """What `by` uploaded while writing now belongs to `message`; call inside its transaction."""
    for evidence in message.refund_request.unsent_evidence.filter(uploaded_by=by).order_by("place", "id"):
        evidence.unsent_in = None
        evidence.refund_request, evidence.message = message.refund_request, message
        evidence.save(update_fields=["unsent_in", "refund_request", "message"])
        _record_added(message, by=by, at=at)


def _record_added(message: Message, *, by: User, at: datetime) -> None:
    record(
        Action.EVIDENCE_ADDED,
        subject=message.refund_request,
        by=by,
        at=at,
        thread=message.refund_request.reference,
    )


def of(home: Home) -> QuerySet[Evidence]:
    """What is kept with a form, or with a message being written, in its order."""
    rows = home.evidence if isinstance(home, Draft) else home.unsent_evidence
    return rows.order_by("place", "id")


def taken(home: Home) -> int:
    """How many files of the member are there or on their way; those refused are not counted."""
    on_their_way = home.uploads.exclude(state=UploadState.REFUSED).count()
    if isinstance(home, Draft):
        return home.evidence.count() + on_their_way
    sent = home.evidence.filter(uploaded_by=home.member_id).count()
    return sent + home.unsent_evidence.filter(uploaded_by=home.member_id).count() + on_their_way


def next_place(home: Home) -> int:
    """The place after all others."""
    places = [of(home).aggregate(last=Max("place"))["last"], _last_upload(home)]
    return max((place for place in places if place is not None), default=0) + 1


def _last_upload(home: Home) -> int | None:
    last: int | None = Upload.objects.filter(**belonging(home)).aggregate(last=Max("place"))["last"]
    return last


def belonging(home: Home) -> dict[str, Home]:
    """The column of an upload that names its home."""
    return {"draft": home} if isinstance(home, Draft) else {"refund_request": home}


def require_room(there: int, adding: int = 1) -> None:
    """Another `adding` files fit beside the `there` that are kept. Raises FileRefused."""
    if there + adding > MAX_FILES:
        raise FileRefused(
            str(_("At most {files} files fit here. Please remove one to add another.")).format(
                files=MAX_FILES
            )
        )


def store(cleaned: Cleaned, *, by: User, at: datetime, **belongs: object) -> Evidence:
    """Write the files of `cleaned` into the storage, and their row; nothing is checked any more."""
    evidence = Evidence(
        uploaded_by=by,
        name=cleaned.name,
        content_type=cleaned.content_type,
        byte_size=cleaned.path.stat().st_size,
        original_sha256=cleaned.sha256,
        width=cleaned.width,
        height=cleaned.height,
        pages=cleaned.pages,
        thumbnails=len(cleaned.thumbnails),
        at=at,
        **belongs,
    )
    with cleaned.path.open("rb") as pixels:
        evidence.file.save(f"{uuid4()}{EXTENSIONS[cleaned.content_type]}", File(pixels), save=False)
    for page, small in enumerate(cleaned.thumbnails, start=1):
        with small.open("rb") as pixels:
            evidence.file.storage.save(evidence.thumbnail_name(page), File(pixels))
    evidence.save()
    return evidence
