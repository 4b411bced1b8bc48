"""Checks a file that has arrived: re-encoded it becomes evidence, else it says why not.

The worker does it as soon as the file is complete. Where a person goes on before that, the web process does
not wait for the worker but checks here and now; whoever is second finds nothing left to do.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.audit.moving import locked
from makegood.refund_requests.drafting import locked_draft
from makegood.refund_requests.evidence.cleaning import Cleaned, clean_file
from makegood.refund_requests.evidence.discarding import discard_upload, forget_bytes
from makegood.refund_requests.evidence.keeping import Home, of, store
from makegood.refund_requests.evidence.refusals import Refusal, Refused
from makegood.refund_requests.evidence.sentences import sentence
from makegood.refund_requests.models import Draft, Upload, UploadState
from makegood.refund_requests.submitting import DraftGone

PATIENCE = 20.0
"""Seconds for which a page that goes on checks files itself."""


class FilesNotReady(Exception):
    """Some files are not evidence yet; `sentences` says of each why not."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(sentences))


def check(token: UUID, *, at: datetime) -> None:
    """Make evidence of the upload, or refuse it; one that is gone or checked already is left alone.

    Raises OSError while the disk has no room.
    """
    upload = Upload.objects.filter(pk=token, state=UploadState.CHECKING).first()
    if upload is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            cleaned = clean_file(upload.path, Path(folder), name=upload.name)
        except FileNotFoundError:
            _refuse(upload, Refused(Refusal.LOST), at=at)
        except Refused as refused:
            _refuse(upload, refused, at=at)
        else:
            _keep(upload, cleaned, at=at)


def _refuse(upload: Upload, refused: Refused, *, at: datetime) -> None:
    with transaction.atomic():
        for current in _still_checking(upload):
            current.state, current.touched_at = UploadState.REFUSED, at
            current.refusal, current.room = refused.refusal, refused.room
            current.save(update_fields=["state", "touched_at", "refusal", "room"])
            forget_bytes(current)


def _keep(upload: Upload, cleaned: Cleaned, *, at: datetime) -> None:
    with transaction.atomic():
        home = _home_of(upload)
        if home is None:
            return
        for current in _still_checking(upload):
            if not of(home).filter(original_sha256=cleaned.sha256).exists():
                where = {"draft": home} if isinstance(home, Draft) else {"unsent_in": home}
                store(cleaned, by=upload.member, at=at, place=upload.place, **where)
            discard_upload(current)


def _home_of(upload: Upload) -> Home | None:
    """The form or the request, locked; None when the form is gone, and the upload with it."""
    if upload.refund_request is not None:
        return locked(upload.refund_request)
    if upload.draft is None:
        return None
    try:
        return locked_draft(upload.draft)
    except DraftGone:
        return None


def _still_checking(upload: Upload) -> QuerySet[Upload]:
    return Upload.objects.select_for_update().filter(pk=upload.pk, state=UploadState.CHECKING)


def finish(home: Home, *, by: User, at: datetime) -> None:
    """Before the member goes on: check what has arrived, for at most 20 seconds.

    Raises FilesNotReady when a file was refused now, has not arrived completely, or is still being checked.
    A refusal that the page has shown before is no hindrance.
    """
    ends = time.monotonic() + PATIENCE
    waiting = list(home.uploads.filter(member=by, state=UploadState.CHECKING).order_by("place"))
    for upload in waiting:
        if time.monotonic() < ends:
            check(upload.pk, at=at)
    left = home.uploads.filter(member=by).order_by("place")
    now = [upload for upload in left if upload.state != UploadState.REFUSED or upload in waiting]
    if now:
        raise FilesNotReady([said_of(upload) for upload in now])


def said_of(upload: Upload) -> str:
    """How it stands with a file on its way, in a sentence."""
    if upload.state == UploadState.REFUSED:
        return sentence(Refusal(upload.refusal), name=upload.name, room=upload.room)
    words = (
        _("“{name}” is still being checked. This takes a moment; please try once more.")
        if upload.state == UploadState.CHECKING
        else _(
            "“{name}” has not arrived completely. Please choose the same file again to go on, or remove it."
        )
    )
    return str(words).format(name=upload.name)
