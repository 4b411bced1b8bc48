"""Files that arrive in pieces, so that a dropped connection costs no more than the last piece.

An upload belongs to its member, and to a form or to a request in which they write a message. Its bytes are
appended in order, each piece in a transaction of its own; when all are there, a job checks the file.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from makegood.accounts.erased import require_account
from makegood.accounts.models import User
from makegood.audit.moving import locked
from makegood.refund_requests.drafting import locked_draft
from makegood.refund_requests.evidence.cleaning import MAX_BYTES, clean_name, require_size
from makegood.refund_requests.evidence.discarding import discard_unsent_of, discard_upload
from makegood.refund_requests.evidence.keeping import (
    MAX_FILES,
    Home,
    belonging,
    next_place,
    require_room,
    taken,
)
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.models import Draft, Evidence, RefundRequest, Upload, UploadState

MAX_UNFINISHED_BYTES = 2 * MAX_FILES * MAX_BYTES
"""What one member may have on its way at once, in all their forms and messages."""
KEPT_FOR = timedelta(days=1)
"""An upload that nobody goes on with for so long is thrown away."""
UNSENT_FOR = timedelta(weeks=4)
"""A picture of a message that was not sent for so long is thrown away."""
STUCK_AFTER = timedelta(minutes=5)


class UploadGone(Exception):
    """The upload was removed, or became evidence, or nobody went on with it for a day."""

    def __init__(self) -> None:
        super().__init__(str(_("This upload is not there any more. Please choose the file once more.")))


class WrongOffset(Exception):
    """The piece does not begin where the bytes that arrived end: at `received`."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(str(_("This part of the file is here already, or one before it is missing.")))


class PastTheEnd(Exception):
    """The piece is longer than what is missing of the file."""

    def __init__(self) -> None:
        super().__init__(str(_("More was sent than the file is long. Please choose the file once more.")))


def begin(home: Home, *, name: str, size: int, by: User, at: datetime, modified: int = 0) -> Upload:
    """A new upload of `size` bytes; nothing of it has arrived.

    Raises FileRefused, DraftGone, AccountErased.

    Asked once more, because the answer was lost, it is the same one.
    """
    name = clean_name(name)
    require_size(size, name=name)
    with transaction.atomic():
        require_account(by)
        current = locked_draft(home) if isinstance(home, Draft) else locked(home)
        again = current.uploads.filter(member=by, name=name, size=size, modified=modified, received=0).first()
        if again is not None:
            return again
        require_room(taken(current))
        _require_patience(by, size)
        _forget_refusals(current, by=by)
        return Upload.objects.create(
            member=by,
            name=name,
            size=size,
            modified=modified,
            place=next_place(current),
            touched_at=at,
            **belonging(current),
        )


def _require_patience(member: User, size: int) -> None:
    on_their_way = member.uploads.exclude(state=UploadState.REFUSED).aggregate(sum=Sum("size"))["sum"] or 0
    if on_their_way + size > MAX_UNFINISHED_BYTES:
        raise FileRefused(
            str(
                _("Too much is on its way already. Please let the other files arrive, or remove them, first.")
            )
        )


def _forget_refusals(home: Home, *, by: User) -> None:
    """So that a page lists no more refusals than files may be sent."""
    refused = home.uploads.filter(member=by, state=UploadState.REFUSED).order_by("-touched_at", "-place")
    for upload in refused[MAX_FILES - 1 :]:
        discard_upload(upload)


def append(upload: Upload, piece: IO[bytes], *, length: int, offset: int, at: datetime) -> Upload:
    """Write `length` bytes of `piece` at `offset`; when the file is complete, its check is begun.

    Raises UploadGone, WrongOffset, PastTheEnd.
    """
    with transaction.atomic():
        current = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if current is None:
            raise UploadGone
        if current.received != offset:
            raise WrongOffset(current.received)
        if offset + length > current.size:
            raise PastTheEnd
        if length:
            _write(current.path, piece, offset)
            current.received, current.touched_at = offset + length, at
            if current.received == current.size:
                current.state = UploadState.CHECKING
                _check(current)
            current.save(update_fields=["received", "touched_at", "state"])
    return current


def _check(upload: Upload) -> None:
    """Enqueue the job of `tasks.py`, by its name: it knows this module."""
    app.configure_task("evidence.check_upload").defer(token=str(upload.token))


def _write(path: Path, piece: IO[bytes], offset: int) -> None:
    """What a transaction that was rolled back had left behind `offset` is written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        shutil.copyfileobj(piece, file)
        file.flush()
        os.fsync(file.fileno())


def drop(upload: Upload) -> None:
    """The member does not want to send it; one that is not there is gone already."""
    with transaction.atomic():
        for current in Upload.objects.select_for_update().filter(pk=upload.pk):
            discard_upload(current)


def sweep(*, at: datetime) -> None:
    """Throw away what nobody goes on with, and begin again the checks that came to no end."""
    with transaction.atomic():
        left = Upload.objects.exclude(state=UploadState.CHECKING).filter(touched_at__lt=at - KEPT_FOR)
        for upload in left.select_for_update(skip_locked=True):
            discard_upload(upload)
        stuck = Upload.objects.filter(state=UploadState.CHECKING, touched_at__lt=at - STUCK_AFTER)
        for upload in stuck.select_for_update(skip_locked=True):
            upload.touched_at = at
            upload.save(update_fields=["touched_at"])
            _check(upload)
    _sweep_unsent(at=at)
    _sweep_files(at=at)


def _sweep_unsent(*, at: datetime) -> None:
    """Pictures of messages that were never sent; those of one message together, four weeks after the last."""
    unsent = Evidence.objects.filter(unsent_in__isnull=False).values("unsent_in")
    left = unsent.annotate(last=Max("at")).filter(last__lt=at - UNSENT_FOR)
    for refund_request in RefundRequest.objects.filter(pk__in=left.values("unsent_in")):
        with transaction.atomic():
            current = locked(refund_request)
            # Somebody may have come back to the message meanwhile.
            if not current.unsent_evidence.filter(at__gte=at - UNSENT_FOR).exists():
                discard_unsent_of(current)


def _sweep_files(*, at: datetime) -> None:
    """Bytes whose row is gone, as after a restored backup."""
    folder = Path(settings.UPLOADS_ROOT)
    for path in folder.glob("*.part"):
        is_old = path.stat().st_mtime < (at - KEPT_FOR).timestamp()
        if is_old and not _is_of_an_upload(path):
            path.unlink(missing_ok=True)


def _is_of_an_upload(path: Path) -> bool:
    try:
        token = UUID(path.stem)
    except ValueError:
        return False  # No upload of ours is called so.
    return Upload.objects.filter(pk=token).exists()
