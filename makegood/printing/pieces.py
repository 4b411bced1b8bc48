"""What a document is made of. Every text is plain: it is set as it stands and never read as a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Heading:
    """A title inside the document; `level` 1 is below the title of the whole."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """Paragraphs: an empty line parts them, a single line break is kept. `soft`: in the second colour."""

    text: str
    soft: bool = False


@dataclass(frozen=True)
class Verdict:
    """The sentence that everything else explains, set apart."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Clause:
    """One clause of a policy: `mark` is met, unmet or open, `standing` the same in words."""

    mark: str
    standing: str
    text: str
    why: str = ""
    paragraph: str = ""


@dataclass(frozen=True)
class Said:
    """What somebody wrote, and when in words; `files` are the names of what came with it."""

    by: str
    at: str
    text: str
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Happened:
    """One line about what happened between what was said."""

    text: str
    at: str


@dataclass(frozen=True)
class Table:
    """Rows below a heading; all columns but the first hold numbers. `total`: a last row, set apart."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


Piece = Heading | Words | Verdict | Facts | Clause | Said | Happened | Table


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF: `text` in UTF-8, of the type `mime`, said in words for who finds it."""

    name: str
    mime: str
    description: str
    text: str


@dataclass(frozen=True)
class Document:
    """A document to print.

    `language` is a code such as “uk” or “pt-BR”, for hyphens and for screen readers. `at` is what it says it
    was made at, so that the same content gives the same bytes. `from_whom` and `reference` stand on every
    page; `page_of` is “Page {page} of {pages}” in words. `not_shown` is added at the end when a character
    has no shape in any font there is. With `attachments` the PDF is made to be kept for decades (PDF/A-3).
    """

    title: str
    lead: str
    language: str
    at: datetime
    from_whom: str
    reference: str
    page_of: str
    not_shown: str
    pieces: Sequence[Piece]
    attachments: Sequence[Attachment] = ()
