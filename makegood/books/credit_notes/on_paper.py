"""A credit note as a PDF to keep for decades, with the same told to programs in a file inside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from makegood.accounts.countries import country_names
from makegood.accounts.templatetags.said import day_in_words, money, number_in_words
from makegood.books.credit_notes.content import Content, Line, from_json
from makegood.books.models import CreditNote, CreditNoteKind
from makegood.money import total
from makegood.printing.pieces import Attachment, Document, Facts, Heading, Piece, Table, Words
from makegood.sheets import Value, lines

COLUMNS = (
    "InvoiceNo",
    "InvoiceDate",
    "InvoiceType",
    "Reference",
    "TaxRegistrationNumber",
    "SupplierName",
    "CustomerName",
    "Country",
    "OriginatingON",
    "OrderDate",
    "ProductDescription",
    "Quantity",
    "NetAmount",
    "TaxPercentage",
    "TaxAmount",
    "GrossAmount",
    "CurrencyCode",
)
"""Of the file inside, and of the export; named after SAF-T, as docs/books.md explains."""


def document_of(note: CreditNote, *, issued_on: date) -> Document:
    """The note in the language it was issued in; `issued_on` is its date."""
    content = from_json(note.content)
    with translation.override(note.language):
        return Document(
            title=title_of(note),
            lead=_("Issued on {day}").format(day=day_in_words(issued_on)),
            language=note.language,
            at=note.issued_at,
            from_whom=content.seller.name,
            reference=note.name,
            page_of=_("Page {page} of {pages}"),
            not_shown=_(
                "Some characters cannot be printed; a square stands in their place. The file inside this "
                "document spells them."
            ),
            pieces=list(_pieces(note, content)),
            attachments=[
                Attachment(
                    f"{note.name}.csv",
                    "text/csv",
                    _("The same for programs"),
                    b"".join(lines(COLUMNS, rows_of(note, issued_on=issued_on))).decode("utf-8-sig"),
                )
            ],
        )


def rows_of(note: CreditNote, *, issued_on: date) -> Iterator[list[Value]]:
    """The note's lines under COLUMNS; amounts are above zero in a reversal too, which its type tells."""
    content = from_json(note.content)
    for line in content.lines:
        yield [
            note.name,
            issued_on,
            "CN" if note.kind == CreditNoteKind.CREDIT else "CN-REVERSAL",
            content.reverses or note.reference,
            content.seller.tax_number,
            content.seller.name,
            content.customer,
            content.country,
            line.order,
            line.bought_on,
            line.product,
            line.quantity,
            None if line.net is None else line.net.decimal,
            line.tax_rate,
            None if line.tax is None else line.tax.decimal,
            line.gross,
        ]


def title_of(note: CreditNote) -> str:
    """What it is, in the language that is active."""
    return title_in_words(note.kind, note.name)


def title_in_words(kind: str, number: str) -> str:
    """What a note of this kind and number is, in the language that is active."""
    if kind == CreditNoteKind.REVERSAL:
        return _("Reversal of a credit note, {number}").format(number=number)
    return _("Credit note {number}").format(number=number)


def _pieces(note: CreditNote, content: Content) -> Iterator[Piece]:
    yield Facts(list(_facts(note, content)))
    yield Heading(_("What was given back"))
    if content.reverses:
        words = _("The refund came back to us, so this takes credit note {number} back.")
        yield Words(words.format(number=content.reverses))
    yield _table(content)
    if any(line.tax is None for line in content.lines):
        yield Words(_("Tax as invoiced: the amount is given back with the tax that was charged within it."))


def _facts(note: CreditNote, content: Content) -> Iterator[tuple[str, str]]:
    yield _("Seller"), ", ".join([content.seller.name, *content.seller.address])
    if content.seller.tax_number:
        yield _("Tax number"), content.seller.tax_number
    countries = country_names([content.country] if content.country else [])
    yield _("Customer"), ", ".join(each for each in (content.customer, *countries) if each)
    for line in content.lines:
        yield _("Order"), f"{line.order}, {day_in_words(line.bought_on)}"
    if note.reference:
        yield _("Refund request"), note.reference
    moved = _("Came back on") if content.reverses else _("Refunded on")
    yield moved, day_in_words(content.moved_on)


def _table(content: Content) -> Table:
    gross = total((line.gross for line in content.lines), content.lines[0].gross.currency)
    if any(line.tax is None for line in content.lines):
        header = [_("Product"), _("Quantity"), _("Amount")]
        rows = [[line.product, number_in_words(line.quantity), money(line.gross)] for line in content.lines]
        return Table(header, rows, [_("Total"), "", money(gross)])
    header = [_("Product"), _("Quantity"), _("Net"), _("Tax rate"), _("Tax"), _("Amount")]
    sums = [
        money(total((each for each in side if each), gross.currency))
        for side in ([line.net for line in content.lines], [line.tax for line in content.lines])
    ]
    return Table(
        header,
        [_with_tax(line) for line in content.lines],
        [_("Total"), "", sums[0], "", sums[1], money(gross)],
    )


def _with_tax(line: Line) -> list[str]:
    return [
        line.product,
        number_in_words(line.quantity),
        money(line.net) if line.net is not None else "",
        f"{number_in_words(line.tax_rate or 0)}\N{NO-BREAK SPACE}%",
        money(line.tax) if line.tax is not None else "",
        money(line.gross),
    ]
