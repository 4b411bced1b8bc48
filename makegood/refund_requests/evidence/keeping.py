"""Takes a file from a member: checks it, has it re-encoded in a process of its own, and keeps the result."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import unicodedata
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import uuid4

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.recording import record
from makegood.refund_requests.drafting import locked_draft
from makegood.refund_requests.evidence.decoding import MAX_PAGES, MAX_PIXELS, Refusal
from makegood.refund_requests.models import Draft, Evidence, Message

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
SECONDS = 60
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "application/pdf": ".pdf"}

SENTENCES: dict[Refusal, Promise] = {
    Refusal.NOT_A_PICTURE: _(
        "“{name}” is not a picture that we can take. Please send PNG, JPEG, WebP or PDF; a screenshot saved "
        "as PNG always works."
    ),
    Refusal.BROKEN: _(
        "“{name}” is damaged or not complete. Please save the picture again and send it once more."
    ),
    Refusal.TOO_MANY_PIXELS: _(
        "“{name}” is larger than {megapixels} megapixels. Please send a smaller picture, or only the part "
        "that shows the problem."
    ),
    Refusal.TOO_MANY_PAGES: _(
        "“{name}” has more than {pages} pages. Please send only the pages that matter."
    ),
    Refusal.LOCKED: _("“{name}” is protected by a password, so we cannot open it. Please send it without."),
    Refusal.TOO_HARD: _("“{name}” took too long to open. Please save it as PNG and send it once more."),
}


class FileRefused(Exception):
    """The file was not taken; the message says what and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Cleaned:
    """A file that was re-encoded, waiting in `path` to be kept."""

    def __init__(self, *, path: Path, name: str, sha256: str, said: dict[str, object]) -> None:
        self.path, self.name, self.sha256 = path, name, sha256
        self.content_type = str(said["content_type"])
        self.width, self.height, self.pages = (int(str(said[k])) for k in ("width", "height", "pages"))


def keep_for_draft(upload: UploadedFile[bytes], *, draft: Draft, by: User, at: datetime) -> Evidence:
    """Keep `upload` with a form being filled in. Raises FileRefused, DraftGone.

    The same bytes sent twice are kept once.
    """
    require_room(draft.evidence.count())
    with tempfile.TemporaryDirectory() as folder:
        return keep_cleaned_for_draft(clean(upload, Path(folder)), draft=draft, by=by, at=at)


def keep_cleaned_for_draft(cleaned: Cleaned, *, draft: Draft, by: User, at: datetime) -> Evidence:
    """Keep a file that was cleaned before. Raises DraftGone, FileRefused when the form has no room left."""
    with transaction.atomic():
        locked_draft(draft)
        again = draft.evidence.filter(original_sha256=cleaned.sha256).first()
        if again is not None:
            return again
        require_room(draft.evidence.count())
        return _store(cleaned, by=by, at=at, draft=draft)


def keep_cleaned(cleaned: Cleaned, *, message: Message, by: User, at: datetime) -> Evidence:
    """Keep a file that was cleaned before its message was written; records the event."""
    with transaction.atomic():
        kept = _store(cleaned, by=by, at=at, refund_request=message.refund_request, message=message)
        record(
            Action.EVIDENCE_ADDED,
            subject=message.refund_request,
            by=by,
            at=at,
            thread=message.refund_request.reference,
        )
    return kept


def clean(upload: UploadedFile[bytes], folder: Path) -> Cleaned:
    """Re-encode `upload` into `folder`, in a process with limits of memory and time. Raises FileRefused."""
    name = clean_name(upload.name or "")
    source, target = folder / f"{uuid4()}.in", folder / f"{uuid4()}.out"
    sha256 = _write(upload, source, name)
    return Cleaned(path=target, name=name, sha256=sha256, said=_decode(source, target, name))


def require_room(there: int, adding: int = 1) -> None:
    """Another `adding` files fit beside the `there` that are kept. Raises FileRefused."""
    if there + adding > MAX_FILES:
        raise FileRefused(
            str(_("At most {files} files fit here. Please remove one to add another.")).format(
                files=MAX_FILES
            )
        )


def _write(upload: UploadedFile[bytes], source: Path, name: str) -> str:
    if not upload.size:
        raise FileRefused(str(_("“{name}” is empty. Please choose the file again.")).format(name=name))
    if upload.size > MAX_BYTES:
        raise FileRefused(
            str(_("“{name}” is larger than {megabytes} MB. Please send a smaller one.")).format(
                name=name, megabytes=MAX_BYTES // 1024**2
            )
        )
    digest = hashlib.sha256()
    with source.open("wb") as written:
        for chunk in upload.chunks():
            digest.update(chunk)
            written.write(chunk)
    return digest.hexdigest()


def _decode(source: Path, target: Path, name: str) -> dict[str, object]:
    command = [sys.executable, "-m", "makegood.refund_requests.evidence.decoding", str(source), str(target)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _refused(Refusal.TOO_HARD, name) from None
    if ended.returncode != 0:
        # Killed at a limit, or the decoder itself crashed on hostile bytes: the web process lives on.
        raise _refused(Refusal.TOO_HARD, name)
    said: dict[str, object] = json.loads(ended.stdout)
    if "refused" in said:
        raise _refused(Refusal(str(said["refused"])), name)
    return said


def _refused(refusal: Refusal, name: str) -> FileRefused:
    sentence = str(SENTENCES[refusal])
    return FileRefused(sentence.format(name=name, megapixels=MAX_PIXELS // 1_000_000, pages=MAX_PAGES))


def _store(cleaned: Cleaned, *, by: User, at: datetime, **belongs: object) -> Evidence:
    evidence = Evidence(
        uploaded_by=by,
        name=cleaned.name,
        content_type=cleaned.content_type,
        byte_size=cleaned.path.stat().st_size,
        original_sha256=cleaned.sha256,
        width=cleaned.width,
        height=cleaned.height,
        pages=cleaned.pages,
        at=at,
        **belongs,
    )
    with cleaned.path.open("rb") as pixels:
        evidence.file.save(f"{uuid4()}{EXTENSIONS[cleaned.content_type]}", File(pixels), save=False)
    evidence.save()
    return evidence


def clean_name(name: str) -> str:
    """The file's own name, without folders, control or direction marks, at most 120 characters."""
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return visible.strip(" .")[-120:].strip(" .") or str(_("picture"))
