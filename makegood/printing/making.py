"""Makes a PDF of a document, in a process of its own with limits of memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from makegood.printing.pieces import Document, Piece, Said, Words
from makegood.printing.plain import lines_of, paragraphs_of, plain

SECONDS = 30
TEMPLATE = Path(__file__).with_name("document.typ")


class NotPrinted(Exception):
    """The document could not be made within the limits; `why` is for the log."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__("The PDF could not be made.")


def pdf_of(document: Document) -> bytes:
    """The document as a tagged PDF (PDF/UA-1 wherever each character has a shape). Raises NotPrinted.

    With attachments it is PDF/A-3a and PDF/UA-1, and a sign stands for each character without a shape.

    Nothing of it is read as Typst: the template is ours, and all that it is told comes as one JSON value.
    Takes 0.2 s for a page or two; it must not be called inside a transaction.
    """
    told = {"template": TEMPLATE.read_text(encoding="utf-8"), "at": int(document.at.timestamp())}
    told["document"] = _told(document)
    command = [sys.executable, "-m", "makegood.printing.compiling"]
    try:
        ended = subprocess.run(  # noqa: S603  # our own module, the content goes through stdin
            command, input=json.dumps(told).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted("took too long") from None
    if ended.returncode != 0:
        raise NotPrinted(ended.stderr.decode(errors="replace")[-500:])
    return ended.stdout


def _told(document: Document) -> Mapping[str, object]:
    language, _, region = document.language.partition("-")
    return {
        "title": plain(document.title),
        "lead": plain(document.lead),
        "language": language,
        "region": region.upper() or None,
        "from_whom": plain(document.from_whom),
        "reference": plain(document.reference),
        "page_of": document.page_of,
        "not_shown": document.not_shown,
        "attachments": [asdict(attachment) for attachment in document.attachments],
        "pieces": [dict(_piece(piece)) for piece in document.pieces],
    }


def _piece(piece: Piece) -> Iterator[tuple[str, object]]:
    yield "kind", type(piece).__name__.lower()
    for name, value in asdict(piece).items():
        yield name, _cleaned(value)
    if isinstance(piece, Words | Said):
        yield "paragraphs", [lines_of(paragraph) for paragraph in paragraphs_of(piece.text)]


def _cleaned(value: object) -> object:
    match value:
        case str():
            return plain(value)
        case list() | tuple():
            return [_cleaned(each) for each in value]
    return value
