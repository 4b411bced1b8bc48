"""Files that somebody of the desk sends to a member: checked and re-encoded as all others."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from makegood.accounts.models import User
from makegood.audit.moving import locked
from makegood.refund_requests import holding
from makegood.refund_requests.evidence.cleaning import Cleaned, clean
from makegood.refund_requests.evidence.discarding import discard_evidence
from makegood.refund_requests.evidence.keeping import next_place, require_room, store
from makegood.refund_requests.models import Evidence, RefundRequest


def attach(
    refund_request: RefundRequest,
    *,
    files: Sequence[UploadedFile[bytes]],
    token: UUID | None,
    by: User,
    at: datetime,
) -> None:
    """Keep `files` with the message that `by` is writing; they go with it when it is sent, not before.

    `token` identifies its form (None: nothing known); once that is sent, sending it again adds nothing. All
    files are kept or none; the same one again is kept once. Raises FileRefused, MayNotExamine, OwnRequest.
    """
    with tempfile.TemporaryDirectory() as folder:
        cleaned = [clean(upload, Path(folder)) for upload in files]
        with transaction.atomic():
            current = locked(refund_request)
            holding.require_examiner(current, by=by)
            if token and current.messages.filter(form_token=token).exists():
                return
            there = set(attached_by(current, by).values_list("original_sha256", flat=True))
            new = _once(cleaned, there)
            require_room(len(there), len(new))
            for one in new:
                store(one, by=by, at=at, unsent_in=current, place=next_place(current))


def take_off(refund_request: RefundRequest, *, key: int, by: User) -> None:
    """Throw the file `key` out of the message that `by` is writing; one that is not there is gone already."""
    with transaction.atomic():
        current = locked(refund_request)
        for row in attached_by(current, by).filter(pk=key):
            discard_evidence(row)


def attached_by(refund_request: RefundRequest, by: User) -> QuerySet[Evidence]:
    """What goes with the message that `by` is writing."""
    return refund_request.unsent_evidence.filter(uploaded_by=by)


def _once(cleaned: Sequence[Cleaned], there: set[str]) -> list[Cleaned]:
    """Each file that is not there yet, the first time it comes."""
    first = {one.sha256: one for one in reversed(cleaned)}
    return [one for one in cleaned if one.sha256 not in there and first[one.sha256] is one]
