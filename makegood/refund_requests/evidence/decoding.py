"""Turns an untrusted file into clean pixels; runs in a process of its own with limits, and knows no Django.

Called as `python -m makegood.refund_requests.evidence.decoding SOURCE FOLDER`; prints one JSON line: either
`{"content_type", "width", "height", "pages", "thumbnails"}`, with the clean file in FOLDER as `clean` and a
small picture of each page as `page-1.webp`, `page-2.webp` …, or `{"refused": REASON}`.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from makegood.refund_requests.evidence import pdfs, pictures
from makegood.refund_requests.evidence.refusals import Refusal, Refused

# Heap of the whole process. With the program itself, what is in memory stays below 300 MB.
MEMORY_BYTES = 268 * 1024**2
CPU_SECONDS = 30
FILE_BYTES = 200 * 1024**2
CLEAN = "clean"


class Kind(StrEnum):
    """What the first bytes of a file say it is, where that helps to say why it is not taken."""

    PDF = "pdf"
    PHONE_PHOTO = "phone_photo"
    OTHER_PICTURE = "other_picture"
    UNKNOWN = "unknown"


_OTHER_PICTURES = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"\xff\x0a", b"8BPS")
_PHONE_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif", b"avis")


def clean(source: Path, folder: Path) -> dict[str, object]:
    """Write the pixels of `source` into `folder` and describe them. Raises Refused."""
    kind = _kind_of(source)
    try:
        if kind is Kind.PDF:
            return pdfs.clean(source, folder / CLEAN, folder)
        return pictures.clean(source, folder / CLEAN, folder)
    except Refused as refused:
        if refused.refusal is Refusal.NOT_A_PICTURE and kind in (Kind.PHONE_PHOTO, Kind.OTHER_PICTURE):
            raise Refused(Refusal(kind.value)) from None
        raise


def _kind_of(source: Path) -> Kind:
    with source.open("rb") as file:
        head = file.read(1024)
    if head.lstrip().startswith(b"%PDF-"):
        return Kind.PDF
    if head[4:8] == b"ftyp" and head[8:12] in _PHONE_BRANDS:
        return Kind.PHONE_PHOTO
    return Kind.OTHER_PICTURE if head.startswith(_OTHER_PICTURES) else Kind.UNKNOWN


@contextmanager
def _too_hard() -> Iterator[None]:
    """What does not fit into the memory of this process is too hard."""
    try:
        yield
    except MemoryError:
        raise Refused(Refusal.TOO_HARD) from None


def main() -> None:
    """Clean the file named on the command line within the limits of memory, time and disk."""
    # Of the heap, not of the address space: what is only reserved or is the program itself costs nothing.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        with _too_hard():
            said = clean(Path(sys.argv[1]), Path(sys.argv[2]))
    except Refused as refused:
        said = {"refused": refused.refusal, "room": refused.room}
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        # Not the fault of the file: whoever asked may ask again.
        print(error, file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
