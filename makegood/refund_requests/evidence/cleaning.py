"""Has a file re-encoded in a process of its own, with limits of memory and time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import uuid4

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.evidence import decoding
from makegood.refund_requests.evidence.refusals import Refusal, Refused
from makegood.refund_requests.evidence.sentences import FileRefused, sentence

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

MAX_BYTES = 10 * 1024 * 1024
SECONDS = 60
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "application/pdf": ".pdf"}


@dataclass(frozen=True)
class Cleaned:
    """A file that was re-encoded, waiting in `path` to be kept, with small pictures of its pages."""

    path: Path
    name: str
    sha256: str
    content_type: str
    width: int
    height: int
    pages: int
    thumbnails: tuple[Path, ...]


def clean(upload: UploadedFile[bytes], folder: Path) -> Cleaned:
    """Re-encode a file that came with a form into `folder`. Raises FileRefused."""
    name = clean_name(upload.name or "")
    require_size(upload.size or 0, name=name)
    source = folder / f"{uuid4()}.in"
    with source.open("wb") as written:
        for chunk in upload.chunks():
            written.write(chunk)
    try:
        return clean_file(source, folder, name=name)
    except Refused as refused:
        raise FileRefused(sentence(refused.refusal, name=name, room=refused.room)) from None


def require_size(size: int, *, name: str) -> None:
    """A file of `size` bytes is neither empty nor too large. Raises FileRefused."""
    if not size:
        raise FileRefused(str(_("“{name}” is empty. Please choose the file again.")).format(name=name))
    if size > MAX_BYTES:
        raise FileRefused(
            str(_("“{name}” is larger than {megabytes} MB. Please send a smaller one.")).format(
                name=name, megabytes=MAX_BYTES // 1024**2
            )
        )


def clean_file(source: Path, folder: Path, *, name: str) -> Cleaned:
    """Re-encode the file `source` into a new folder in `folder`. Raises Refused, and OSError without room."""
    target = folder / str(uuid4())
    target.mkdir()
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    said = _decode(source, target)
    width, height, pages, thumbnails = (
        int(str(said[key])) for key in ("width", "height", "pages", "thumbnails")
    )
    return Cleaned(
        path=target / decoding.CLEAN,
        name=name,
        sha256=sha256,
        content_type=str(said["content_type"]),
        width=width,
        height=height,
        pages=pages,
        thumbnails=tuple(target / f"page-{page}.webp" for page in range(1, thumbnails + 1)),
    )


def _decode(source: Path, target: Path) -> dict[str, object]:
    command = [sys.executable, "-m", decoding.__name__, str(source), str(target)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused(Refusal.TOO_HARD) from None
    if ended.returncode == os.EX_TEMPFAIL:
        raise OSError(ended.stderr.decode(errors="replace").strip())
    if ended.returncode != 0:
        # Killed at a limit, or the decoder itself crashed on hostile bytes: this process lives on.
        log.warning("evidence_decoder_ended", status=ended.returncode)
        raise Refused(Refusal.TOO_HARD)
    said: dict[str, object] = json.loads(ended.stdout)
    if "refused" in said:
        raise Refused(Refusal(str(said["refused"])), room=int(str(said["room"])))
    return said


def clean_name(name: str) -> str:
    """The file's own name, without folders, control or direction marks, at most 120 characters."""
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return visible.strip(" .")[-120:].strip(" .") or str(_("picture"))
