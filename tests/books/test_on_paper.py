"""A credit note on paper is PDF/A-3, in the member's language, with the same for programs inside it."""

from __future__ import annotations

import csv
import ctypes

import pypdfium2
import pytest
from pypdfium2 import raw

from makegood.books.credit_notes.on_paper import COLUMNS
from makegood.books.credit_notes.queries import pdf_of_note
from makegood.books.models import CreditNote
from tests import people
from tests.books.scenes import UTC_ZONE
from tests.books.test_credit_notes import a_refund, issue
from tests.printing.test_making import words

pytestmark = pytest.mark.django_db


def attached(pdf: bytes) -> dict[str, str]:
    """The files inside, by name."""
    files = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(raw.FPDFDoc_GetAttachmentCount(document)):
            file = raw.FPDFDoc_GetAttachment(document, number)
            name = ctypes.create_string_buffer(200)
            length = raw.FPDFAttachment_GetName(file, ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort)), 200)
            size = ctypes.c_ulong()
            raw.FPDFAttachment_GetFile(file, None, 0, size)
            content = ctypes.create_string_buffer(size.value)
            raw.FPDFAttachment_GetFile(file, content, size.value, size)
            files[name.raw[: length - 2].decode("utf-16-le")] = content.raw.decode("utf-8-sig")
    return files


def paper(note: CreditNote) -> bytes:
    return pdf_of_note(note, zone=UTC_ZONE)


def test_it_is_to_be_kept_for_decades_and_read_by_everybody() -> None:
    [note] = issue(a_refund("59.50", tax="19.00"))
    pdf = paper(note)
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert paper(note) == pdf, "the same note is the same file"


def test_people_read_who_what_and_how_much_of_it_is_tax() -> None:
    [note] = issue(a_refund("59.50", tax="19.00"))
    read = words(paper(note))
    for expected in (
        "Credit note CN-2026-000001",
        "Northwind Mail AS, Storgata 1, 0155 Oslo",
        "NO 999 999 999 MVA",
        "Olena Kovalenko, Ukraine",
        "Mail Sender",
        "$50.00",
        "19 %",
        "$9.50",
        "$59.50",
        note.reference,
    ):
        assert expected in read.replace("\N{NO-BREAK SPACE}", " "), expected


def test_without_the_tax_of_the_order_it_says_so() -> None:
    [note] = issue(a_refund())
    assert "Tax as invoiced" in words(paper(note))


def test_programs_read_the_same_in_the_file_inside() -> None:
    [note] = issue(a_refund("59.50", tax="19.00"))
    [(name, content)] = attached(paper(note)).items()
    [row] = csv.DictReader(content.splitlines())
    assert name == "CN-2026-000001.csv"
    assert list(row) == list(COLUMNS)
    told = (row["InvoiceNo"], row["NetAmount"], row["TaxAmount"], row["GrossAmount"], row["CurrencyCode"])
    assert told == ("CN-2026-000001", "50.00", "9.50", "59.50", "USD")


def test_a_name_that_no_font_has_is_spelt_in_the_file_inside() -> None:
    refund = a_refund()
    member = people.olena()
    member.name = "陳美玲 🦉"
    member.save()
    [note] = issue(refund)
    pdf = paper(note)
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert "a square stands in their place" in words(pdf)
    [content] = attached(pdf).values()
    assert "陳美玲 🦉" in content


def test_it_is_in_the_language_it_was_issued_in() -> None:
    member = people.olena()
    member.language = "de"
    member.save()
    [note] = issue(a_refund())
    pdf = paper(note)
    assert b"/Lang (de)" in pdf or b"/Lang(de)" in pdf
    assert "79,00\N{NO-BREAK SPACE}$" in words(pdf) or "79,00 $" in words(pdf)
