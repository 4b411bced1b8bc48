"""Throws away files that were not sent; their rows at once, the files themselves when that is certain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.core.files.storage import Storage
from django.db import transaction

from makegood.refund_requests.models import Draft, Evidence, RefundRequest, Upload


def discard_evidence(evidence: Evidence) -> None:
    """Throw away a picture of a form, or of a message that was not sent; call inside a transaction."""
    names = [str(evidence.file.name)]
    names += [evidence.thumbnail_name(page) for page in range(1, evidence.thumbnails + 1)]
    storage = evidence.file.storage
    evidence.delete()
    # A file cannot be rolled back, so it goes last.
    transaction.on_commit(partial(_delete_files, storage, names))


def _delete_files(storage: Storage, names: Sequence[str]) -> None:
    for name in names:
        storage.delete(name)


def discard_unsent_of(refund_request: RefundRequest) -> None:
    """Throw away the pictures of messages that were not sent; call while the request is locked.

    Sending a message takes the same lock, so that none of them is sent meanwhile.
    """
    for evidence in refund_request.unsent_evidence.select_for_update(of=("self",)):
        discard_evidence(evidence)


def discard_upload(upload: Upload) -> None:
    """Throw away a file on its way; call inside a transaction."""
    forget_bytes(upload)
    upload.delete()


def forget_bytes(upload: Upload) -> None:
    """The bytes that were sent are gone once this transaction is committed."""
    transaction.on_commit(partial(upload.path.unlink, missing_ok=True))


def discard_all_of(draft: Draft) -> None:
    """Throw away every file of a form, those on their way too; call inside a transaction."""
    for evidence in draft.evidence.all():
        discard_evidence(evidence)
    for upload in draft.uploads.select_for_update():
        discard_upload(upload)
