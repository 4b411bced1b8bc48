"""A document becomes a PDF that shows every word as it was written, and nothing that was not."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest

from makegood.printing import making
from makegood.printing.making import NotPrinted, pdf_of
from makegood.printing.pieces import Clause, Document, Facts, Happened, Heading, Piece, Said, Verdict, Words
from makegood.printing.plain import is_read_from_the_right, plain

AT = datetime(2026, 11, 27, 15, 31, tzinfo=UTC)
NOT_SHOWN = "An empty box stands for what cannot be printed."
HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/evil:1.0.0": *',
    "#sys.inputs.told",
    "\\u{41} *bold* _soft_ `raw` $x^2$ @cited <label> ~ -- --- // /* */",
    "= Heading",
    "- list\n+ list\n/ term: list",
    '"); #panic("out")',
    "{page} {pages} {0.__class__}",
    "https://example.com/#top",
]
LANGUAGES = {
    "en": "We refund it — “as promised”: §\u00a02(b), 100 % … €79",
    "de": "Größe, Straße, Übermut, Ärger, „Anführung“, ẞ",
    "es": "¿Qué pasó? ¡Señor, el pingüino! «sí» ñ á é í ó ú",
    "fr": "Œuvre, naïf, garçon, été, à, où, « cœur » ÿ",
    "pt": "Ação, coração, à, é, ô, õ, ç, ü",
    "pt-BR": "Devolução, você, não",
    "uk": "Ґанок, її, єдність, щось, об’єкт, Йосип ₴",
    "pl": "Zażółć gęślą jaźń ŁÓDŹ Ś Ż",
}


def a_document(*pieces: Piece, language: str = "en") -> Document:
    return Document(
        title="$79.00 is on its way",
        lead="Refund request R-2026-1",
        language=language,
        at=AT,
        from_whom="Northwind Mail",
        reference="R-2026-1",
        page_of="Page {page} of {pages}",
        not_shown=NOT_SHOWN,
        pieces=pieces,
    )


def words(pdf: bytes) -> str:
    """All that can be read in it, in one line, hyphens at line ends taken out."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\ufffe", "").split())


@pytest.mark.parametrize("text", HOSTILE)
def test_what_reads_like_a_command_is_only_text(text: str) -> None:
    everywhere = a_document(
        Heading(text),
        Words(text),
        Verdict(text),
        Facts([(text, text)]),
        Clause("met", "Met:", text, text, text),
        Said(text, text, text, [text]),
        Happened(text, text),
    )
    named = replace(everywhere, title=text, lead=text, from_whom=text, reference=text)
    seen = words(pdf_of(named)).replace(" ", "")
    assert seen.count(plain(text).replace(" ", "")) >= 10
    assert "root:" not in seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_our_languages_has_a_shape(language: str) -> None:
    pdf = pdf_of(a_document(Words(LANGUAGES[language]), language=language))
    assert NOT_SHOWN not in words(pdf)
    assert b"<pdfuaid:part>1<" in pdf


def test_what_has_no_shape_is_owned_up_to() -> None:
    seen = words(pdf_of(a_document(Words("Good \U00013000 bye"))))  # an Egyptian hieroglyph
    assert NOT_SHOWN in seen
    assert "Good" in seen


def test_the_same_document_is_the_same_file() -> None:
    document = a_document(Said("You", "10:14", "Hello"))
    assert pdf_of(document) == pdf_of(document)


def test_lines_and_paragraphs_are_kept() -> None:
    one = pypdfium2.PdfDocument(pdf_of(a_document(Words("First\nsecond\r\n\r\nThird"))))
    lines = one[0].get_textpage().get_text_bounded().splitlines()
    one.close()
    assert [line for line in lines if line in {"First", "second", "Third"}] == ["First", "second", "Third"]


def test_pages_are_counted() -> None:
    assert "Page 2 of 2" in words(pdf_of(a_document(*[Words("A line.") for _ in range(60)])))


@pytest.mark.parametrize(
    ("text", "from_the_right"), [("שלום world", True), ("1. مرحبا", True), ("Hi שלום", False)]
)
def test_the_first_letter_says_from_which_side_it_is_read(text: str, *, from_the_right: bool) -> None:
    assert is_read_from_the_right(text) is from_the_right


def test_what_turns_letters_round_is_taken_out() -> None:
    assert plain("in\u202evoice\u2066.pdf\x00\n \u200bx") == "invoice.pdf x"


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SECONDS", 0.01)
    with pytest.raises(NotPrinted):
        pdf_of(a_document())


def test_a_process_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"out of memory")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_named: failed)
    with pytest.raises(NotPrinted) as refused:
        pdf_of(a_document())
    assert refused.value.why == "out of memory"
